"""Tests of `imgmodels_tui.screens.generator`."""
