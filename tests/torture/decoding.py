"""The memory that a reference image takes: `python -m tests.torture.decoding make|load KIND FILE`.

A program of its own, because a process never forgets the most memory that it had. `load` prints that in MiB.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imgmodels_tui.generator.images.gallery import load_reference

KINDS: Mapping[str, tuple[str, str, int, dict[str, Any]]] = {
    "PNG": ("PNG", "RGB", 50_000_000, {}),
    "PNG with transparency": ("PNG", "RGBA", 50_000_000, {}),
    "JPEG": ("JPEG", "RGB", 50_000_000, {}),
    "progressive JPEG": ("JPEG", "RGB", 50_000_000, {"progressive": True}),
    "GIF": ("GIF", "P", 50_000_000, {}),
    "WebP": ("WEBP", "RGB", 13_000_000, {}),
    "lossless WebP": ("WEBP", "RGBA", 13_000_000, {"lossless": True, "method": 0}),
}
"""The format, how its pixels are kept, how many of them are let through, and how it is written."""


def make(kind: str, path: Path) -> None:
    """Write the largest picture of a kind that is let through."""
    from PIL import Image  # noqa: PLC0415 - whoever loads should load no more than the program does

    name, mode, pixels, options = KINDS[kind]
    side = int(pixels**0.5)
    picture = Image.linear_gradient("L").resize((side, side)).convert(mode)
    picture.save(path, name, **options)


def load(path: Path) -> None:
    """Load it as the generator does."""
    assert load_reference(path).width == 1024
    status = Path("/proc/self/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)  # not `ru_maxrss`, which begins with that of the parent
    assert peak
    print(int(peak[1]) // 1024)  # noqa: T201 - the result


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], Path(sys.argv[3]))
    else:
        load(Path(sys.argv[3]))
