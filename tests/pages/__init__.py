"""The prices page and the history page, driven by their keys."""
