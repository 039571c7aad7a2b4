"""A locale that ends with ASCII is treated alike by the page and by the commands, whatever it is called."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.real.conftest import Start
from tests.real.terminal import IMGMODELS

pytestmark = pytest.mark.real

ASCII = [
    {"LANG": "C"},
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX"},
    {"LANG": "POSIX"},
    {"LC_ALL": "de_DE.ISO-8859-1"},
    {"LANG": "en_US.ISO8859-15"},
    {"LC_ALL": "C", "LANG": "en_US.UTF-8"},
]
UTF_8: list[dict[str, str]] = [
    {},
    {"LANG": "C.UTF-8"},
    {"LC_CTYPE": "C.UTF-8"},
    {"LANG": "C", "LC_CTYPE": "C.UTF-8"},
    {"LANG": "de_DE.utf8"},
]


def name(locale: dict[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in locale.items()) or "none"


def run(state_file: Path, locale: dict[str, str], *arguments: str) -> tuple[str, str]:
    """What a command writes to standard output and error."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    command = [IMGMODELS, "--state", str(state_file), *arguments]
    done = subprocess.run(command, capture_output=True, check=False, env=inherited | locale, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


@pytest.mark.parametrize("locale", ASCII, ids=name)
def test_commands_keep_to_ascii_where_the_locale_ends_there(state_file: Path, locale: dict[str, str]) -> None:
    run(state_file, locale, "enable", "flux-2-pro", "-m", "für Köln")
    listed, _ = run(state_file, locale, "list")
    assert listed.isascii()
    assert "***     EUR 0.032" in listed
    assert len({line.rstrip()[-5:].isdigit() for line in listed.splitlines()}) == 1
    said, _ = run(state_file, locale, "history")
    assert "fur Koln" in said
    assert json.loads(run(state_file, locale, "history", "--json")[0])[0]["reason"] == "für Köln"
    assert "'m?del'" in run(state_file, locale, "enable", "mødel")[1]


@pytest.mark.parametrize("locale", UTF_8, ids=name)
def test_commands_write_utf_8_elsewhere(state_file: Path, locale: dict[str, str]) -> None:
    listed, _ = run(state_file, locale, "list")
    assert "★★★     €0.032" in listed


@pytest.mark.parametrize("locale", [ASCII[0], ASCII[1], ASCII[5]], ids=name)
def test_the_page_keeps_to_ascii_where_the_locale_ends_there(
    start: Start, locale: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUTF8", raising=False)
    with start(
        program=("/usr/bin/env", "-u", "LANG", *(f"{key}={value}" for key, value in locale.items()), IMGMODELS)
    ) as page:
        page.until("Nothing is enabled yet", "EUR")
        assert page.text().isascii()


def test_the_page_draws_its_signs_where_only_ctype_goes_beyond_ascii(start: Start) -> None:
    with start(program=("/usr/bin/env", "LANG=C", "LC_CTYPE=C.UTF-8", IMGMODELS)) as page:
        page.until("★★★", "€0.032")
