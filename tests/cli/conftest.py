"""The command line as a test sees it: an exit code, what went to stdout, what went to stderr."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

from imgmodels_tui.cli import main
from imgmodels_tui.record import Record

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
"""An override that adds a model without a price."""


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


class Imgmodels(Protocol):
    """Runs the command line in this process."""

    def __call__(self, *arguments: str) -> Run:
        """Run `imgmodels ARGUMENTS`."""


@pytest.fixture
def imgmodels(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Imgmodels:
    """The command line, with the workspace and the configuration of the test's own home."""

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["imgmodels", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Run(ended.value.code, said.out, said.err)

    return run


@pytest.fixture
def own_state(home: Path) -> Path:
    """Where the command line keeps the workspace if nobody says otherwise."""
    return home / ".local/share/imgmodels/workspace.json"


@pytest.fixture
def own_catalog(home: Path) -> Path:
    """The folder that overrides the catalog if nobody says otherwise; it is there."""
    folder = home / ".config/imgmodels/catalog.d"
    folder.mkdir(parents=True)
    return folder
