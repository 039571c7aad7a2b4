"""The program on a disk that stops answering: `python -m tests.real.blocked_disk HOLD ARGUMENTS...`.

While the file HOLD is there, it says how many more syncs come to their end; the next one never does, and makes the
file HOLD.reached. Tests that wait for that file meet a save at a known point of it, every time.
"""

import os
import sys
import threading
from pathlib import Path

from imgmodels_tui.cli import main

_real = os.fsync


def hold_at(hold: Path, number: int) -> Path:
    """Let the program that watches `hold` stop at sync `number`, counted from 0; the file that tells it did."""
    written = hold.with_name("written")
    written.write_text(str(number))
    written.replace(hold)
    return hold.with_name(f"{hold.name}.reached")


def _watch(hold: Path) -> None:
    counted = 0

    def fsync(descriptor: int) -> None:
        nonlocal counted
        if not hold.exists():
            _real(descriptor)
            return
        if counted == int(hold.read_text()):
            hold.with_name(f"{hold.name}.reached").touch()
            threading.Event().wait()
        counted += 1
        _real(descriptor)

    os.fsync = fsync  # type: ignore[assignment] # the program passes descriptors only


if __name__ == "__main__":
    _watch(Path(sys.argv[1]))
    sys.argv = ["imgmodels", *sys.argv[2:]]
    main()
