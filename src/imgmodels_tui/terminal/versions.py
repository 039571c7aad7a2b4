"""Which version of Textual is installed, and whether the package was tested with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import textual

TESTED_VERSIONS: Final = frozenset({"8.2.8"})
"""The versions of Textual that the package was tested with, because it relies on private parts of Textual."""


def is_tested() -> bool:
    """Return whether the installed Textual is one of `TESTED_VERSIONS`."""
    return textual_version() in TESTED_VERSIONS


def textual_version() -> str:
    """Return the version of the installed Textual.

    The name of the directory that the installer left beside Textual tells it at once. `importlib.metadata` finds
    it as well, also where there is no such directory, but takes 20 ms, a tenth of the start of a Textual app.
    """
    site = Path(textual.__file__).parent.parent
    names = [path.name for path in site.glob("textual-*.dist-info")]
    if len(names) == 1:
        return names[0].removeprefix("textual-").removesuffix(".dist-info")
    from importlib.metadata import version  # noqa: PLC0415 - see above

    return version("textual")
