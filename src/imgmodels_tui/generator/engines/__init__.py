"""What draws an image."""
