"""The command line: `imgmodels` opens the page, and everything the page can change can be said in one line.

Results go to stdout, everything else to stderr. The terminal program is imported only when it is opened.
"""

from imgmodels_tui.cli.main import main

__all__ = ["main"]
