"""The command line, through its own door."""
