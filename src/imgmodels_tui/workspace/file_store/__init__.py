"""A workspace in files: the state, its lock, its history, its recovery."""
