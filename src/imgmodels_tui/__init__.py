"""Manage a workspace's image generation models from the terminal."""

__version__ = "0.1.0"
