"""Between a Textual app and its terminal: what is sent (changed cells, pictures), what is read, how a run ends.

    class MyApp(TypeAhead[None], TerminalApp[None]):
        CELL_DIFF_VARIABLE = "MYAPP_CELL_DIFF"

The package imports nothing else of this program, except `record`. Each module can be read by itself:

- `app` has the classes to derive from, and the check of Textual's version. Three modules rely on private parts of
  Textual and are loaded behind that check only: `frames`, `overlays` and `driver`.
- `frames` takes each frame from Textual and decides whether it is sent as changed cells; it parses styles once.
- `cells` turns rows of text into strings with one character per cell, `styles` does so for their styles.
- `screen` remembers the rows that the terminal shows, and finds rows that scrolled.
- `output` finds the cells that differ, and writes them with the fewest bytes.
- `overlays` shows pictures over the cells of a frame, and removes them.
- `capabilities` asks the terminal which pictures it can show, and chooses a protocol. It loads no Textual.
- `driver` reads what is typed, and takes the terminal's replies out of it.
- `type_ahead` has each key wait until the key before it has had its effect.
- `connection` ends the program with its connection.
"""
