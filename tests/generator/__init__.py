"""The generator's engines and pictures."""
