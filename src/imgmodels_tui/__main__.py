"""Where the command `imgmodels` begins, as does `python -m imgmodels_tui`."""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; ends the process with one of the documented exit codes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads there is nothing to tidy up, and nothing to say
    from imgmodels_tui.cli import main as run  # noqa: PLC0415 - see above

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
