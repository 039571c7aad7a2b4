"""Between a Textual app and its terminal: what is sent (changed cells, pictures), what is read, how a run ends.

    class MyApp(TypeAhead[None], TerminalApp[None]):
        CELL_DIFF_VARIABLE = "MYAPP_CELL_DIFF"

The package imports nothing else of this program, except `record`. Each module can be read by itself:

- `app` has the classes to derive from, and the check of Textual's version. Four modules rely on private parts of
  Textual and are loaded behind that check only: `frames`, `overlays`, `driver` and `stylesheet`.
- `frames` takes each frame from Textual and decides whether it is sent as changed cells.
- `cells` turns rows of text into strings with one character per cell, `styles` does so for their styles.
- `screen` remembers the rows that the terminal shows, and finds rows that scrolled.
- `output` finds the cells that differ, and writes them with the fewest bytes.
- `overlays` shows pictures over the cells of a frame, and removes them.
- `capabilities` asks the terminal which pictures it can show, and chooses a protocol. It loads no Textual.
- `driver` reads what is typed, and takes the terminal's replies out of it.
- `stylesheet` parses styles once.
- `type_ahead` has keys wait that arrive faster than the keys before them have their effect.
- `connection` ends the program with its connection.
"""
