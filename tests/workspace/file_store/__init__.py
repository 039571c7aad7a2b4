"""Tests of `imgmodels_tui.workspace.file_store`."""
