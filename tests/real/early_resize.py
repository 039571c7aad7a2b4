"""The program in a terminal resized while it asks for the size: `python -m tests.real.early_resize ARGUMENTS...`.

Whenever the terminal is 59x15, it has become 80x24 before the program can do anything with the answer; the system
signals that while the answer is on its way.
"""

import fcntl
import struct
import sys
import termios

from imgmodels_tui.cli import main
from imgmodels_tui.terminal.driver import TerminalDriver

SMALL, LARGE = (59, 15), (80, 24)

_real = TerminalDriver._get_terminal_size  # noqa: SLF001 - the one door to the size


def _asked(driver: TerminalDriver) -> tuple[int, int]:
    size = _real(driver)
    if size == SMALL:
        columns, lines = LARGE
        fcntl.ioctl(driver.fileno, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return size


if __name__ == "__main__":
    TerminalDriver._get_terminal_size = _asked  # type: ignore[method-assign,assignment] # noqa: SLF001
    sys.argv = ["imgmodels", *sys.argv[1:]]
    main()
