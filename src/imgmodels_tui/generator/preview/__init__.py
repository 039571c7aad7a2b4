"""The parts of the embedded engine: palettes, scenes, and how a scene becomes pixels or SVG."""
