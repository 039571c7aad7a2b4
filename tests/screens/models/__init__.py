"""Tests of `imgmodels_tui.screens.models`."""
