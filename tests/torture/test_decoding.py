"""The largest reference images that are let through fit a small machine's memory."""

from pathlib import Path

import pytest

from tests.torture.counts import FULL, run_program
from tests.torture.decoding import KINDS

MOST = 320
"""MiB that the whole process may take."""


@pytest.mark.parametrize("kind", KINDS if FULL else ["PNG with transparency", "WebP"])
def test_no_picture_that_is_let_through_takes_much_memory(kind: str, tmp_path: Path) -> None:
    run_program("decoding", "make", kind, tmp_path / "picture")
    peak = int(run_program("decoding", "load", kind, tmp_path / "picture").stdout)
    print(f"\n{kind}: {KINDS[kind][2] // 10**6} million pixels take {peak} MiB")  # noqa: T201
    assert peak < MOST
