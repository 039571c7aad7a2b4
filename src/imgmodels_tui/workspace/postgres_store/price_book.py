"""The prices seen last, on the server: compared with the catalog by whoever may write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.file_store.codec import decode_as
from imgmodels_tui.workspace.file_store.price_file import older_catalog
from imgmodels_tui.workspace.postgres_store.server_state import ServerState
from imgmodels_tui.workspace.prices import PriceBook, PriceNews

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.connection import Link


def read(store: ServerState) -> PriceBook:
    """The prices seen last. Raises `ServerError`, and `StateError` where they are not valid."""
    return store.ask(lambda link: _book(store, link))


def compare_prices(store: ServerState, *, acknowledge: bool) -> PriceNews:
    """What `Store.compare_prices` promises; a role that may not write notes nothing."""
    try:
        state, catalog = store.read(), store.catalog
        known = read(store)
        if older := older_catalog(catalog, state, known):
            return PriceNews(known.changes[::-1], known.fresh[::-1], older)
        book = unwritten = known.noted(catalog, store.now())
        if store.read_only_reason() is None:

            def work(link: Link) -> PriceBook:
                with link.transaction():
                    link.execute(store.sql.lock)
                    before = _book(store, link)
                    noted = before.noted(catalog, store.now())
                    kept = noted.all_shown() if acknowledge else noted
                    if kept is not before:
                        link.execute(store.sql.put_prices, [json.dumps(kept.to_json())])
                    return noted

            book = store.run_change(work)
    except NotSaved:
        book = unwritten  # it is noted the next time
    except UnusableFile as error:
        return PriceNews(read_error=f"{error}; prices are not watched until then")
    return PriceNews(book.changes[::-1], book.fresh[::-1])


def _book(store: ServerState, link: Link) -> PriceBook:
    row = link.execute(store.sql.prices).fetchone()
    return PriceBook() if row is None else decode_as(PriceBook, Path("prices"), json.dumps(row[0]).encode())
