"""The demonstration: the same app on a throw-away workspace, with a script."""
