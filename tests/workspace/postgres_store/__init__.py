"""Tests of a workspace on a server."""
