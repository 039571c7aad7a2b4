"""Manage a workspace's image generation models from the terminal."""

__version__ = "0.1.0"

APP = "imgmodels"
"""The name of the program in commands and folders."""
