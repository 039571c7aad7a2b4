"""Tests of `imgmodels_tui.generator.sessions`."""
