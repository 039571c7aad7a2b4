"""The page that says which model suits which use."""
