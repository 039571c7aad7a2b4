"""Tests of `imgmodels_tui.generator.engines`."""
