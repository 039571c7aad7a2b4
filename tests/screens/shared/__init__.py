"""Tests of `imgmodels_tui.screens.shared`."""
