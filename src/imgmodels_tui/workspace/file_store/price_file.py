"""The prices seen last: `prices.json` beside the state, compared with the catalog by whoever may write.

Comparing, noting and acknowledging happen under the workspace's lock in one step, so that of two admins who open the
program after an update only one is shown the notice. A file that cannot be used is left as it is: prices are then
not watched, and everything else works.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from imgmodels_tui.files import Unreadable, read_file, remove_leftovers, replace_file
from imgmodels_tui.record import InvalidRecord
from imgmodels_tui.record_reader import RepeatedKey, parse_json, read_document
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.prices.book import BOOK_VERSION, PriceBook, PriceNews

if TYPE_CHECKING:
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.store import FileStore

_LARGEST_BOOK = 64 * 1024 * 1024


class BookError(Exception):
    """The price file cannot be used; the message is one line that names it and says what to do."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(harmless(f"{path}: {problem}; prices are not watched until it is repaired or deleted"))


def compare_prices(store: FileStore, *, acknowledge: bool) -> PriceNews:
    """What `Store.compare_prices` promises; without permission, or without a workspace, nothing is written."""
    path, catalog = store.locations.prices, store.catalog
    try:
        book = unwritten = read_book(path).noted(catalog, store.now())
        if store.fingerprint() is not None and store.read_only_reason() is None:
            with store.writing():
                before = read_book(path)
                book = before.noted(catalog, store.now())
                kept = book.all_shown() if acknowledge else book
                if kept is not before:
                    remove_leftovers(path)
                    replace_file(path, encode_book(kept))
    except BookError as error:
        return PriceNews(read_error=str(error))
    except NotSaved:
        book = unwritten  # another process writes, or the disk is full: it is noted the next time
    return PriceNews(book.changes[::-1], book.fresh[::-1])


def read_book(path: Path) -> PriceBook:
    """Read a price file; where there is none, nothing was seen yet. Raises `BookError`."""
    try:
        content = read_file(path, _LARGEST_BOOK)
    except Unreadable as error:
        raise BookError(path, str(error)) from error
    if content is None:
        return PriceBook()
    try:
        parsed = parse_json(content.decode())
    except (ValueError, RecursionError, RepeatedKey) as error:
        raise BookError(path, "is not valid JSON") from error
    version = parsed.get("schema_version") if isinstance(parsed, dict) else None
    if isinstance(version, int) and version > BOOK_VERSION:
        raise BookError(path, "was written by a newer imgmodels")
    try:
        return read_document(PriceBook, parsed, content, strict=False)
    except InvalidRecord as error:
        raise BookError(path, f"{error.key or 'content'}: {error.problem}") from error


def encode_book(book: PriceBook) -> bytes:
    """The file's content: two-space indent, sorted keys, newline at the end."""
    fields = book.to_json()
    return (json.dumps(fields, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
