"""The reusable parts of the screen."""
