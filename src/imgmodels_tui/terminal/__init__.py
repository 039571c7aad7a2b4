"""Gives any Textual app the traffic of a curses program: only the cells that changed are sent.

    class MyApp(CellDiff[None]):
        CELL_DIFF_VARIABLE = "MYAPP_CELL_DIFF"

A frame passes through these modules, each of which can be read by itself:

- `app` takes the frame from Textual, and decides who draws it.
- `updates` reads Textual's update as pieces of rows.
- `cells` and `pens` turn text and styles into strings with one character per cell, `lines` joins them to rows.
- `screen` remembers the rows that the terminal shows.
- `scrolling` notices rows that moved; `changes` finds the cells that differ.
- `order` and `motion` find the cheapest way through them, which `painter` writes.
- `overlays` lays pictures over the cells of a frame, and takes them away.
- `terminals` knows what a terminal can be trusted with, `versions` which Textual.

`type_ahead` is a mixin of its own, for what comes the other way: keys that arrive faster than they lead somewhere.

`pictures` finds out by which means the terminal can show pictures, through a `driver` that can ask it.

The package imports nothing else of this program but `graphics`, which imports nothing.
"""

from .app import CellDiff
from .overlays import Overlay
from .pictures import PictureApp
from .type_ahead import TypeAhead
from .versions import TESTED_VERSIONS

__all__ = ["TESTED_VERSIONS", "CellDiff", "Overlay", "PictureApp", "TypeAhead"]
