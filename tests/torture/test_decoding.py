"""The largest reference images that are let through fit a small machine's memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.counts import FULL
from tests.torture.decoding import KINDS

ROOT = Path(__file__).parent.parent.parent
MOST = 320
"""MiB that the whole process may take."""


@pytest.mark.parametrize("kind", KINDS if FULL else ["PNG with transparency", "WebP"])
def test_no_picture_that_is_let_through_takes_much_memory(kind: str, tmp_path: Path) -> None:
    def decoding(word: str) -> str:
        command = [sys.executable, "-m", "tests.torture.decoding", word, kind, str(tmp_path / "picture")]
        return str(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)

    decoding("make")
    peak = int(decoding("load"))
    print(f"\n{kind}: {KINDS[kind][2] // 10**6} million pixels take {peak} MiB")  # noqa: T201
    assert peak < MOST
