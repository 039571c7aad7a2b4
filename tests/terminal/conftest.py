"""A terminal with 24-bit colors for every test, whatever terminal the tests run in."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("NO_COLOR", "TMUX", "TOY_CELL_DIFF", "TEXTUAL_CELL_DIFF"):
        monkeypatch.delenv(name, raising=False)
