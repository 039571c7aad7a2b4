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

`connection` ends the program with its connection, `stylesheet` parses styles once.

`capabilities` says what a terminal can show beside characters; `answers` holds what it is asked, and takes its answers
out of what is typed; `asking` waits for them. These three load no Textual, and the package imports nothing else of this
program.
"""
