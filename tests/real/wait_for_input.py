"""The program, paused once it has taken the screen until something is typed: `python -m tests.real.wait_for_input ...`.

What the terminal's line editing takes for itself, as it takes `ctrl+q` for flow control, does not count as typed.
"""

import select
import sys

from textual.drivers.linux_driver import LinuxDriver

from imgmodels_tui.cli import main

_real = LinuxDriver._enable_mouse_support  # noqa: SLF001 - what follows the alternate screen


def _enable_when_typed(self: LinuxDriver) -> None:
    LinuxDriver._enable_mouse_support = _real  # type: ignore[method-assign] # noqa: SLF001
    select.select([self.fileno], [], [])
    _real(self)


if __name__ == "__main__":
    LinuxDriver._enable_mouse_support = _enable_when_typed  # type: ignore[method-assign] # noqa: SLF001
    sys.argv = ["imgmodels", *sys.argv[1:]]
    main()
