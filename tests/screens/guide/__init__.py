"""Tests of `imgmodels_tui.screens.guide`."""
