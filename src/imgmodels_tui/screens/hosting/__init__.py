"""The page that says who processes the data."""
