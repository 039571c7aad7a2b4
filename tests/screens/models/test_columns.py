"""The columns of the model list fill every width exactly and give way in the stated order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.screens.models.list import ModelList, ModelRow
from imgmodels_tui.widgets.cells import badges
from imgmodels_tui.widgets.columns import Layout, fit
from imgmodels_tui.widgets.glyphs import ASCII_GLYPHS, Glyphs
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY

WIDTHS = st.integers(20, 250)
LEAVING = ("host", "stars", "badges", "reference", "price")
"""The order in which columns leave, as its table states it."""
LEFT = ("name", "badges", "region", "host", "reference")


class Plain(ModelList):
    """A model list that draws without a program around it."""

    row_width = 80
    glyphs = Glyphs()

    def style_for(self, role: str | None = None) -> Style:  # noqa: ARG002 - every role looks the same here
        return Style.null()


def fitted(width: int) -> Layout:
    """The columns of the model list at a width."""
    return fit(ModelList.table, width)


def drawn(catalog: Catalog, width: int, glyphs: Glyphs) -> list[str]:
    """Every model's line at a width, all models enabled."""
    state = WorkspaceState(enabled_models=frozenset(catalog.models), default_model="gpt-image-1")
    listed = Plain()
    listed.row_width, listed.glyphs = width, glyphs
    lines = []
    for entry in Overview(state, catalog, TODAY).entries.values():
        line = Line(width, Style.null())
        line.space(2)
        listed.draw(ModelRow(entry), line)
        lines.append(line.strip().text)
    return lines


@given(width=WIDTHS)
def test_a_row_is_exactly_as_wide_as_there_is_room(width: int) -> None:
    assert fitted(width).total == width


@given(width=WIDTHS, glyphs=st.sampled_from([Glyphs(), ASCII_GLYPHS]))
def test_every_column_starts_at_the_same_place_in_every_row(catalog: Catalog, width: int, glyphs: Glyphs) -> None:
    columns = fitted(width)
    for line in drawn(catalog, width, glyphs):
        assert len(line) == width
        start = 2
        for column, cells in columns.columns:
            if column.name in LEFT:
                end = start + cells
                assert line[end : end + columns.gap].strip() == ""
                start = end + columns.gap
        sign = line[width - columns.cells("toggle") :]
        assert sign.split()[1] == "on"
        assert line[width - columns.cells("toggle") - 1] == " "


@given(narrow=WIDTHS, wide=WIDTHS)
def test_more_room_never_takes_a_column_away(narrow: int, wide: int) -> None:
    narrow, wide = sorted((narrow, wide))
    for column in LEAVING:
        assert bool(fitted(narrow).cells(column)) <= bool(fitted(wide).cells(column))


@given(width=WIDTHS)
def test_columns_leave_in_the_stated_order(width: int) -> None:
    shown = [bool(fitted(width).cells(column)) for column in LEAVING]
    assert shown == sorted(shown)


@given(width=WIDTHS)
def test_name_region_and_toggle_always_stay(width: int) -> None:
    columns = fitted(width)
    assert columns.cells("name") >= 1
    assert columns.cells("region")
    assert columns.cells("toggle")


@pytest.mark.parametrize("width", [80, 79])
def test_at_eighty_columns_everything_has_a_place(width: int) -> None:
    columns = fitted(width)
    assert all(columns.cells(column) for column in ("badges", "reference", "region", "stars", "price"))


@given(width=WIDTHS)
def test_badges_never_outgrow_their_column(catalog: Catalog, width: int) -> None:
    room = fitted(width).cells("badges")
    state = WorkspaceState(enabled_models=frozenset(catalog.models), default_model="gpt-image-1")
    for entry in Overview(state, catalog, TODAY).entries.values():
        assert not room or len(" ".join(badges(entry, room))) <= room
