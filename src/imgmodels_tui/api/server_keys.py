"""The keys of programs on the server of their workspace, as hashes, for admins only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.api.keys import ApiKeys, KeyStore
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import decode_as, encode_json
from imgmodels_tui.workspace.store import Document, Store

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.locations import Locations

_NAME = Path("api-keys")


class ServerKeys(KeyStore):
    """The keys of a workspace, as a document on its server."""

    def __init__(self, document: Document) -> None:
        super().__init__(_NAME)
        self._document = document
        self._version: object = None

    def read(self) -> ApiKeys:
        """The keys. Raises `StateError`, also for who is no admin."""
        return _decoded(self._document.read())

    def fingerprint(self) -> object:
        """Counts the changes; while the server is away, the keys that are known hold on."""
        with contextlib.suppress(StateError):
            self._version = self._document.version()
        return self._version

    def _update(self, change: Callable[[ApiKeys], ApiKeys]) -> None:
        self._document.change(lambda content: encode_json(change(_decoded(content)).to_json()))


def _decoded(content: bytes | None) -> ApiKeys:
    return ApiKeys() if content is None else decode_as(ApiKeys, _NAME, content)


def open_keys(store: Store, locations: Locations) -> KeyStore:
    """The keys of the workspace of `store`: in a file beside its state, or on its server."""
    documents = store.documents
    return KeyStore(locations.api_keys) if documents is None else ServerKeys(documents.api_keys())
