"""Tests of `imgmodels_tui.workspace.prices`."""
