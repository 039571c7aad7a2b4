"""Settings files that cannot be used; each is one line to whoever asks, and is left as it is."""

import os
from collections.abc import Callable
from pathlib import Path

CONTENTS = {
    "no TOML": b"theme =",
    "a byte order mark": b"\xef\xbb\xbftheme = 'imgmodels-light'\n",
    "Latin-1": b"theme = 'gr\xfcn'\n",
    "a key twice": b"mouse = true\nmouse = false\n",
    "a number of 5,000 digits": b"mouse = " + b"9" * 5000,
    "a key of 3,000 parts": b"[keys]\n" + b"a." * 3000 + b"a = 'x'\n",
    "a key of 100,000 parts": b"a." * 100_000 + b"a = 'x'\n",
    "deep brackets": b"mouse = " + b"[" * 5000,
    "an unknown key": b"mose = true\n",
    "a wrong type": b"mouse = 'maybe'\n",
}


def _fifo(path: Path) -> None:
    os.mkfifo(path)


PLACES: dict[str, Callable[[Path], object]] = {
    **{name: (lambda path, content=content: path.write_bytes(content)) for name, content in CONTENTS.items()},  # type: ignore[misc]
    "a pipe": _fifo,
    "a folder": Path.mkdir,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
}
