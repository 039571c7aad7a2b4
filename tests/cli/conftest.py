"""The command line as a test sees it: an exit code, what went to stdout, what went to stderr."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.cli import main
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.file_store import state_file

NEWCOMER = """
[models.flux-0]
name = "FLUX 0"
maker = "black-forest-labs"
host = "black-forest-labs"
region = "EU"
provider_id = "flux-0"
reference_editing = false
premium = false
stars = 1
"""
"""A file of a workspace's catalog that adds a model without a price."""

OLD_PRICES = (
    "~ the price, or its exchange rate, was read more than 90 days ago; `imgmodels show MODEL` has the sources\n"
)
"""What is said where an old price was printed."""


class Run(Record):
    """How one run of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What `--json` printed."""
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The one harmless line on stderr of a run that printed nothing else, without the program's name."""
        assert self.out == ""
        assert self.err.startswith("imgmodels: ")
        assert self.err.endswith("\n")
        line = self.err[len("imgmodels: ") : -1]
        assert line.isprintable()
        return line


class Imgmodels:
    """Runs the command line in this process, with the workspace and the configuration of the test's own home."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str, stdin: str | None = None) -> Run:
        self._monkeypatch.setattr(sys, "argv", ["imgmodels", *arguments])
        if stdin is not None:
            self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Run(ended.value.code, printed.out, printed.err)


@pytest.fixture
def imgmodels(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Imgmodels:
    return Imgmodels(capsys, monkeypatch)


@pytest.fixture(autouse=True)
def the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day of the tests: changes are made then."""
    monkeypatch.setattr(state_file, "utc_now", lambda: datetime(2026, 11, 22, 10, tzinfo=UTC))


@pytest.fixture
def own_state(home: Path) -> Path:
    """Where the command line keeps the workspace if nobody says otherwise."""
    return home / ".local/share/imgmodels/workspace.json"


@pytest.fixture
def own_catalog(home: Path) -> Path:
    """The folder with the workspace's own records if nobody says otherwise; it is there."""
    folder = home / ".local/share/imgmodels/catalog.d"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
