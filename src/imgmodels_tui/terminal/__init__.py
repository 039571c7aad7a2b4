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
- `terminals` knows what a terminal can be trusted with, `versions` which Textual.

The package imports nothing else of this program.
"""

from .app import CellDiff
from .versions import TESTED_VERSIONS

__all__ = ["TESTED_VERSIONS", "CellDiff"]
