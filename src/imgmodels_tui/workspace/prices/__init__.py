"""Prices as this workspace saw them, and what changed."""
