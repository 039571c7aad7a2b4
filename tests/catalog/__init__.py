"""What the catalog says, and how strictly it is read."""
