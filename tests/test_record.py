"""Values and records: frozen, compared by what they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from imgmodels_tui.record import Record


class Pair(Record):
    left: int
    right: int = 0


class Point(Record):
    x: int
    y: int = 0


class Named(Point, kw_only=True):
    name: str
    inner: Point | None = None
    day: date | None = None
    price: Decimal | None = None


def test_what_is_left_out_has_its_default() -> None:
    assert Point(x=1) == Point(x=1, y=0) == Point.restore({"x": 1})
    assert hash(Point(x=1)) == hash(Point(x=1, y=0))
    assert Point(x=1) != Named(x=1, name="a")
    assert repr(Point(x=1)) == "Point(x=1, y=0)"


@pytest.mark.parametrize("values", [{}, {"y": 1}, {"x": 1, "z": 2}, {"x": 1, "y": 2, "z": 3}])
def test_a_missing_or_unknown_field_is_an_error(values: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="missing or unknown"):
        Point(**values)


def test_a_value_is_made_by_position_or_by_name() -> None:
    assert Pair(1, 2) == Pair(1, right=2) == Pair(left=1, right=2)
    assert Pair(1) == Pair(1, 0)
    assert Pair(1, 2).replace(right=3) == Pair(1, 3)
    assert Pair(1, 2) != Pair(2, 1)


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        ((), {}, "missing or unknown: left"),
        ((1, 2, 3), {}, "3 values for 2 fields"),
        ((1,), {"left": 1}, "given twice: left"),
        ((1,), {"middle": 1}, "missing or unknown: middle"),
    ],
)
def test_a_value_says_what_is_wrong_with_how_it_is_made(
    given: tuple[int, ...], named: dict[str, int], said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        Pair(*given, **named)


def test_a_record_is_frozen() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    assert point.replace(x=2) == Point(x=2)
    assert point == Point(x=1)


def test_a_record_is_dumped_as_json_knows_it() -> None:
    named = Named(x=1, name="a", inner=Point(x=2), day=date(2026, 5, 29), price=Decimal("0.10"))
    assert named.to_json(defaults=False) == {
        "x": 1, "name": "a", "inner": {"x": 2}, "day": "2026-05-29", "price": "0.10",
    }  # fmt: skip
    assert Named(x=1, name="a").to_json(nones=False) == {"x": 1, "y": 0, "name": "a"}
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert Named(x=1, name="a", day=now).to_json()["day"] == "2026-11-22T10:00:00Z"
