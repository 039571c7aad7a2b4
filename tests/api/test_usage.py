"""What programs drew is added up by user, model and day, also from files that were put aside."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from imgmodels_tui.api import usage
from imgmodels_tui.api.usage import By, Use

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def use(
    user: str = "me", drawn: str = "flux-2-pro", *, day: int = 22, cost: str | None = "0.0322", asked: str = ""
) -> Use:
    return Use(
        NOON.replace(day=day), "me", user, "main", drawn, "azure", "included", "placeholder", asked or None, cost
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.jsonl"


def test_images_and_prices_are_added_up(path: Path) -> None:
    usage.append(
        path, [use(), use("you", "gpt-image-2", cost="0.0622", asked="flux-2-pro"), use(day=21), use(cost=None)]
    )
    found = tuple(usage.read(path))
    assert [(each.name, each.images, each.euros) for each in usage.add_up(found, By.USER)] == [
        ("me", 3, Decimal("0.0644")),
        ("you", 1, Decimal("0.0622")),
    ]
    assert [each.name for each in usage.add_up(found, By.DAY)] == ["2026-11-21", "2026-11-22"]
    assert [(each.name, each.switches) for each in usage.add_up(found, By.MODEL)] == [
        ("flux-2-pro", 0),
        ("gpt-image-2", 1),
    ]
    assert [each.images for each in usage.add_up(found, By.USER, since=date(2026, 11, 22))] == [1, 2]


def test_a_file_that_grew_large_is_put_aside_and_still_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "LARGEST_FILE", 500)
    for _ in range(10):
        usage.append(path, [use()])
    assert len(list(path.parent.glob("usage-*.jsonl"))) >= 3
    assert path.stat().st_size < 700
    assert len(list(usage.read(path))) == 10


@pytest.mark.parametrize("line", ["", "{", "7", '{"at": 1}', "\x00", '{"user": "x"}', "[" * 10_000])
def test_a_line_that_says_something_else_hides_no_other(path: Path, line: str) -> None:
    usage.append(path, [use()])
    with path.open("a") as file:
        file.write(line + "\n")
    usage.append(path, [use()])
    assert len(list(usage.read(path))) == 2


def test_where_nothing_was_drawn_there_is_nothing(path: Path) -> None:
    assert list(usage.read(path)) == []


def test_a_link_is_not_followed_to_somebody_elses_file(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("kept")
    path.symlink_to(other)
    with pytest.raises(OSError, match=r".*"):
        usage.append(path, [use()])
    assert other.read_text() == "kept"
