"""`imgmodels keys` and `imgmodels usage`: what admins see, what users may not, and the exit codes."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imgmodels_tui.api import usage
from imgmodels_tui.api.usage import Use
from tests.cli.conftest import Imgmodels


def test_a_key_is_shown_once_and_listed_without_it(imgmodels: Imgmodels) -> None:
    added = imgmodels("keys", "add", "web ui", "--front-end")
    assert added.code == 0
    assert re.fullmatch(r"imgm_[A-Za-z0-9_-]{43}\n", added.out)
    listed = imgmodels("keys", "list")
    assert added.out.strip() not in listed.out
    assert re.search(r"^web ui +[0-9a-f]{8} +2026-\d\d-\d\d +\w+ +front end$", listed.out, re.MULTILINE)
    assert imgmodels("keys", "list", "--json").data[0]["front_end"] is True


def test_json_has_the_key_too(imgmodels: Imgmodels) -> None:
    assert json.loads(imgmodels("keys", "add", "me", "--json").out)["key"].startswith("imgm_")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("keys", "add", "me"), 1, "There is a key called me already"),
        (("keys", "add", ""), 1, "A key's name is one line"),
        (("keys", "add", "a\x1b"), 1, "A key's name is one line"),
        (("keys", "revoke", "you"), 1, "There is no key called 'you'; the keys are: me"),
        (("keys", "lose", "me"), 2, "No such command 'lose'"),
        (("usage", "--by", "colour"), 2, "'colour' is not one of"),
        (("usage", "--since", "yesterday"), 2, "'yesterday' does not match"),
        (("usage", "--csv", "--json"), 2, "exclude each other"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    imgmodels: Imgmodels, arguments: tuple[str, ...], code: int, said: str
) -> None:
    imgmodels("keys", "add", "me")
    run = imgmodels(*arguments)
    assert run.code == code
    assert said in run.refusal


@pytest.mark.parametrize("arguments", [("keys", "add", "x"), ("keys", "list"), ("keys", "revoke", "x"), ("usage",)])
def test_a_user_sees_none_of_it(imgmodels: Imgmodels, arguments: tuple[str, ...]) -> None:
    assert imgmodels("--as-user", *arguments).code == 4


def test_usage_is_added_up(imgmodels: Imgmodels, home: Path) -> None:
    assert imgmodels("enable", "flux-2-pro").code == 0
    at = datetime.now(UTC)
    usage.append(
        home / ".local/share/imgmodels/usage.jsonl",
        [Use(at, "me", "me/=ada", "main", "flux-2-pro", "azure", "included", "azure", None, "0.0322")] * 3,
    )
    assert re.search(r"^me/=ada +3 +0\.10 +0$", imgmodels("usage").out, re.MULTILINE)
    assert imgmodels("usage", "--by", "model", "--json").data == [
        {"model": "flux-2-pro", "images": 3, "cost_eur": "0.0966", "switches": 0}
    ]
    assert imgmodels("usage", "--csv").out == "user,images,cost_eur,switches\nme/=ada,3,0.0966,0\n"
    nothing = imgmodels("usage", "--since", "2999-01-01")
    assert (nothing.code, nothing.out) == (0, "")
    assert "Nothing was drawn through the API since 2999-01-01" in nothing.err
