"""Tests of `imgmodels_tui.demo`."""
