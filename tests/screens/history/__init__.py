"""Tests of `imgmodels_tui.screens.history`."""
