"""The engine that has each model's host draw, or something else where there is no key for it."""

from __future__ import annotations

from collections.abc import Callable

from imgmodels_tui.catalog import Model
from imgmodels_tui.generator import HostError
from imgmodels_tui.generator.engines.hosts.accounts import Access, HostAccounts
from imgmodels_tui.generator.engines.hosts.keys import read_key
from imgmodels_tui.generator.engines.interface import CancelCheck, Picture, Progress, Request
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.workspace.overview import Entry


class HostEngine:
    """Draws with the host that the catalog names for a model. What it needs for that is loaded with the first image."""

    def __init__(
        self, accounts: HostAccounts, *, placeholders: bool = True, asks_hosts: Callable[[], bool] = lambda: True
    ) -> None:
        """With `placeholders`, one is drawn where there is no key for a model's host; else that is refused."""
        self._accounts, self._asks_hosts = accounts, asks_hosts
        self._without_key = PlaceholderEngine() if placeholders else None

    def describe(self, entry: Entry) -> str:
        """Who draws with a model, or why nobody does."""
        if not self._asks_hosts():
            return PlaceholderEngine().describe(entry)
        access = self._access(entry.model, entry.host.name)
        if isinstance(access, Access):
            return f"Drawn by {access.host}"
        return f"{'Not drawn' if self._without_key is None else 'Placeholder'}: {access.brief}"

    def look(self) -> object:
        """Look anew which keys are stored: whoever was told that a placeholder is drawn is not billed by a host."""
        return self._accounts.look()

    def generate(self, request: Request, *, progress: Progress, cancelled: CancelCheck) -> Picture:
        """Have the model's host draw. Raises `HostError`, `Cancelled`."""
        if not self._asks_hosts():
            return PlaceholderEngine().generate(request, progress=progress, cancelled=cancelled)
        access = self._access(request.model, request.host)
        if not isinstance(access, Access):
            if self._without_key is None:
                raise access
            return self._without_key.generate(request, progress=progress, cancelled=cancelled)
        key = read_key(self._accounts, access.account, cancelled)
        from imgmodels_tui.generator.engines.hosts import drawing  # noqa: PLC0415 - loads all that speaks HTTP

        return drawing.draw(access, key, request, progress, cancelled)

    def _access(self, model: Model, host: str) -> Access | HostError:
        try:
            return self._accounts.access(model, host)
        except HostError as error:
            return error
