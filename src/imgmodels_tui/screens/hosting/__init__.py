"""The page of who processes the data."""
