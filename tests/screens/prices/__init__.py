"""Tests of `imgmodels_tui.screens.prices`."""
