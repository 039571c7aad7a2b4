"""What may stand where a file is to be written, and is no file of the writer's own; it stays as it is."""

import os
import stat
from collections.abc import Callable
from pathlib import Path


def _device(path: Path) -> None:
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))


def _planted_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))
    os.lchown(path, 4321, 4321)


NO_FILES: dict[str, Callable[[Path], object]] = {"a folder": Path.mkdir, "a pipe": os.mkfifo}
"""What everybody can make."""

ONLY_ROOT_MAKES: dict[str, Callable[[Path], object]] = {"a device": _device, "a planted link": _planted_link}
"""What a test can make as root only."""
