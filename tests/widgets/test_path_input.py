"""Paths as people type, paste and drop them."""

from pathlib import Path

import pytest

from imgmodels_tui.widgets.path_input import completion, typed_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b.png", "/a/b.png"),
        ("  /a/b.png \n", "/a/b.png"),
        ("'/a/my image.png'", "/a/my image.png"),
        ('"/a/my image.png"', "/a/my image.png"),
        ("/a/my\\ image.png", "/a/my image.png"),
        ("/a/my image.png", "/a/my image.png"),
        ("file:///a/my%20image.png", "/a/my image.png"),
        ("file://host/a/b.png", "/a/b.png"),
        ("'/a/b", "'/a/b"),
        ("it's.png", "it's.png"),
        ("~nobody-of-that-name/x", "~nobody-of-that-name/x"),
    ],
)
def test_a_path_is_understood_however_it_comes(text: str, path: str) -> None:
    assert typed_path(text) == Path(path)


@pytest.mark.parametrize("text", ["", "   ", "''"])
def test_nothing_is_no_path(text: str) -> None:
    assert typed_path(text) is None


def test_home_is_written_out(home: Path) -> None:
    assert typed_path("~/x.png") == home / "x.png"


def test_a_path_is_completed_as_far_as_it_is_certain(tmp_path: Path) -> None:
    for name in ("lighthouse-1.png", "lighthouse-2.png", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "lamps").mkdir()
    assert completion(f"{tmp_path}/li") == f"{tmp_path}/lighthouse-"
    assert completion(f"{tmp_path}/la") == f"{tmp_path}/lamps/"
    assert completion(f"{tmp_path}/l") == f"{tmp_path}/l"
    assert completion(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert completion(f"{tmp_path}/x") is None
    assert completion(f"{tmp_path}/nowhere/x") is None
