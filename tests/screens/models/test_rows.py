"""Rows are made when they are looked at, and say where a model stands without being made."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.screens.models.list import ModelRow, Rows
from imgmodels_tui.widgets.entry_list import BlankRow, HeadRow, TextRow
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.model_filter import Query
from imgmodels_tui.workspace.queries.model_order import Order, arrange
from imgmodels_tui.workspace.rules import Enable
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY


@pytest.mark.parametrize("spaced", [True, False])
def test_each_heading_stands_above_its_models(catalog: Catalog, spaced: bool) -> None:
    overview = Overview(Enable(("flux-2-pro",))(WorkspaceState(), catalog), catalog, TODAY)
    expected: list[object] = []
    for maker, models in catalog.groups:
        expected += [BlankRow()] if spaced and expected else []
        expected.append(HeadRow(maker.name, sum(model.id == "flux-2-pro" for model in models), len(models)))
        expected += [ModelRow(overview.entries[model.id], model.id == "flux-2-max") for model in models]
    rows = Rows(arrange(overview, Query()), frozenset({"flux-2-max"}), spaced=spaced)
    assert [rows[index] for index in range(len(rows))] == expected == list(rows) == list(rows[:])
    assert rows[-1] == expected[-1]
    assert [rows[index] for index in rows.heads] == [row for row in expected if isinstance(row, HeadRow)]


@pytest.mark.parametrize("order", Order)
def test_rows_know_where_a_model_stands(catalog: Catalog, order: Order) -> None:
    rows = Rows(arrange(Overview(WorkspaceState(), catalog, TODAY), Query(), order), frozenset(), spaced=True)
    places = {row.key: index for index, row in enumerate(rows) if row.key is not None}
    assert {model: rows.index_of(model) for model in catalog.models} == places
    assert rows.index_of("gone") is None


def test_where_nothing_matches_a_word_says_so() -> None:
    rows = Rows((), frozenset(), spaced=True)
    assert len(rows) == 1
    assert isinstance(rows[0], TextRow)
    assert rows.index_of("flux-2-pro") is None


def test_a_newer_state_shares_the_entries_in_which_nothing_changed(catalog: Catalog) -> None:
    before = Overview(Enable(("flux-2-pro",))(WorkspaceState(), catalog), catalog, TODAY)
    assert before.entries["flux-2-pro"].locked
    state = Enable(("flux-2-max",))(before.state, catalog)
    after = before.after(state, catalog, TODAY)
    assert after.entries == Overview(state, catalog, TODAY).entries
    assert list(after.entries) == list(before.entries)
    changed = {name for name, entry in after.entries.items() if entry is not before.entries[name]}
    assert changed == {"flux-2-pro", "flux-2-max"}
