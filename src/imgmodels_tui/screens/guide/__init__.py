"""The page of which model suits which use."""
