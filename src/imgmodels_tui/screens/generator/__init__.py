"""The page of the image generator."""
