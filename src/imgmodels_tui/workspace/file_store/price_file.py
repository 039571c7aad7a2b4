"""The prices seen last: `prices.json` beside the state, compared with the catalog by whoever may write.

Comparing, noting and acknowledging happen under the workspace's lock in one step, so that of two admins who open the
program after an update only one is shown the notice. A file that cannot be used is left as it is: prices are then
not watched, and everything else works.
"""

from __future__ import annotations

from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.files import UnusableFile, remove_leftovers
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.file_store.codec import decode_as, encode_json, read_content
from imgmodels_tui.workspace.file_store.state_file import StateFile
from imgmodels_tui.workspace.prices import PriceBook, PriceNews
from imgmodels_tui.workspace.state import WorkspaceState

_LARGEST_BOOK = 64 * 1024 * 1024


def compare_prices(store: StateFile, *, acknowledge: bool) -> PriceNews:
    """What `Store.compare_prices` promises; without permission, or without a workspace, nothing is written."""
    path = store.locations.prices
    try:
        state, catalog = store.read(), store.catalog
        known = read_book(path)
        if older := older_catalog(catalog, state, known):
            return PriceNews(known.changes[::-1], known.fresh[::-1], older)
        book = unwritten = known.noted(catalog, store.now())
        if store.fingerprint() is not None and store.read_only_reason() is None:
            with store.writing() as replace:
                before = read_book(path)
                book = before.noted(catalog, store.now())
                kept = book.all_shown() if acknowledge else book
                if kept is not before:
                    remove_leftovers(path)
                    replace(path, encode_book(kept))
    except UnusableFile as error:
        return PriceNews(read_error=f"{error}; prices are not watched until it is repaired or deleted")
    except NotSaved:
        book = unwritten  # another process writes, or the disk is full: it is noted the next time
    return PriceNews(book.changes[::-1], book.fresh[::-1])


def older_catalog(catalog: Catalog, state: WorkspaceState, book: PriceBook) -> str | None:
    """Why this program's catalog notes no prices: a newer one was used here. None where it is the newest."""
    own = newest = catalog.platform.edition
    made_with = state.last_change.made_with if state.last_change else None
    for known in (book.edition, made_with.edition if made_with else None):
        newest = newest if known is None else max(newest, known)
    if own == newest:
        return None
    used = f"this program's catalog is of {own}, the workspace was used with one of {newest}"
    return f"prices are not watched here: {used}; update imgmodels"


def read_book(path: Path) -> PriceBook:
    """Read a price file; where there is none, nothing was seen yet. Raises `StateError`."""
    content = read_content(path, _LARGEST_BOOK)
    return PriceBook() if content is None else decode_as(PriceBook, path, content)


def encode_book(book: PriceBook) -> bytes:
    """The file's content, with sorted keys."""
    return encode_json(book.to_json(), sort_keys=True)
