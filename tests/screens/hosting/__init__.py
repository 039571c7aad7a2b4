"""Tests of `imgmodels_tui.screens.hosting`."""
