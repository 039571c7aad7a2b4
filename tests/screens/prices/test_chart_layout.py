"""The arrangement of the picture: every dot where it belongs, no label over another."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.screens.prices.chart_layout import Plot, Point, arrange

points = st.lists(
    st.tuples(st.decimals(0, 1, places=3), st.integers(1, 5), st.integers(1, 22)), min_size=1, max_size=30
).map(
    lambda drawn: [Point(f"m{number}", "x" * cells, value, level) for number, (value, level, cells) in enumerate(drawn)]
)


def cells_of(plot: Plot) -> list[tuple[int, int]]:
    """Every cell that a label takes, and the dots of labelled points."""
    taken = []
    for spot in plot.spots:
        if spot.label_at is not None:
            taken.append((spot.row, spot.column))
            taken += [(spot.row, spot.label_at + offset) for offset in range(len(spot.point.label))]
    return taken


@given(points=points, width=st.integers(30, 190), height=st.integers(5, 45))
def test_nothing_overlaps_and_everything_is_inside(points: list[Point], width: int, height: int) -> None:
    plot = arrange(points, width, height)
    assert {spot.point.key for spot in plot.spots} == {point.key for point in points}
    taken = cells_of(plot)
    assert len(taken) == len(set(taken))
    assert all(0 <= row < height and 0 <= column < width for row, column in taken)
    for spot in plot.spots:
        assert 0 <= spot.column < width
        assert spot.row in plot.bands[spot.point.level]


@given(points=points, width=st.integers(30, 190), height=st.integers(5, 45))
def test_dear_is_right_and_good_is_up(points: list[Point], width: int, height: int) -> None:
    spots = arrange(points, width, height).spots
    for one in spots:
        for other in spots:
            if one.point.value < other.point.value:
                assert one.column <= other.column
            if one.point.level > other.point.level:
                assert one.row < other.row


@given(points=points, width=st.integers(60, 190))
def test_with_a_line_for_each_point_every_label_is_shown(points: list[Point], width: int) -> None:
    plot = arrange(points, width, len(points) + 5)
    assert all(spot.label_at is not None for spot in plot.spots)


@given(greatest=st.decimals(Decimal("0.001"), 1000, places=3), width=st.integers(30, 190))
def test_ticks_are_round_and_apart(greatest: Decimal, width: int) -> None:
    ticks = arrange([Point("m", "m", greatest, 3)], width, 10).ticks
    columns = [column for column, _ in ticks]
    assert columns[0] == 0
    assert all(after - before >= 6 for before, after in pairwise(columns))
    assert all(value <= greatest for _, value in ticks)


def test_no_points_are_no_crash() -> None:
    assert arrange([], 60, 10).spots == ()
