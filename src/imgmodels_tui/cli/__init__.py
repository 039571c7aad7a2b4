"""The command line: `imgmodels` opens the page, and everything the page can change can be said in one line.

Results go to stdout, everything else to stderr. The terminal program is imported only when it is opened.
"""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; ends the process with one of the documented exit codes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads there is nothing to tidy up, and nothing to say
    from imgmodels_tui.cli.main import main as run  # noqa: PLC0415 - see above

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
