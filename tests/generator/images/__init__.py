"""Tests of `imgmodels_tui.generator.images`."""
