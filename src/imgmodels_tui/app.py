"""The Textual app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.store import Store


def open_page(store: Store, catalog: Catalog) -> None:
    """Run the terminal program until its user leaves it."""
    raise NotImplementedError
