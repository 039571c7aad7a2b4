"""The parts of the screen, each in a tiny program of its own."""
