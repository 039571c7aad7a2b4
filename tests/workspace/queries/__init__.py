"""Tests of `imgmodels_tui.workspace.queries`."""
