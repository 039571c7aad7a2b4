"""Runs the API until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from imgmodels_tui.api.app import Api, ServerParts
from imgmodels_tui.api.keys import KeyStore
from imgmodels_tui.files import reason
from imgmodels_tui.generator import GeneratorError
from imgmodels_tui.generator.engines.interface import Engine
from imgmodels_tui.generator.sessions.store import UserPaths
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.store import Store

_WAITING = 2048
"""Connections that may wait to be accepted."""

_LAST_SECONDS = 10
"""How long what is being drawn may take when the server is told to stop; shortly before that it is cancelled."""


class NotListening(GeneratorError):
    """The address cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address. Raises `NotListening`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise NotListening(f"{host}: is no address of this machine: {reason(error)}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_WAITING)  # from here on whoever connects is heard, if only once all of it is loaded
    except OSError as error:
        listening.close()
        way = "choose another --port, or end what listens there"
        raise NotListening(f"{host} port {port} cannot be taken: {reason(error)}; {way}") from error
    return listening


class _Server(uvicorn.Server):
    """Cancels what takes too long when it is told to stop."""

    def __init__(self, config: uvicorn.Config, cancel: Callable[[], object]) -> None:
        super().__init__(config)
        self._cancel = cancel

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way, as far as there is time."""
        asyncio.get_running_loop().call_later(_LAST_SECONDS - 2, self._cancel)
        await super().shutdown(sockets)


def serve(
    store: Store,
    keys: KeyStore,
    paths: UserPaths,
    usage: Path,
    listening: socket.socket,
    *,
    engine: Engine,
    say: Callable[[str], object],
) -> None:
    """Serve until SIGTERM or ctrl+c. Raises `StateError` and `CatalogError` for a workspace that is broken at start."""

    async def run() -> None:
        api = Api(ServerParts(LiveWorkspace(store, admin=False), keys, paths, usage, engine, say))
        config = uvicorn.Config(
            api.app,
            log_level="critical",
            access_log=False,
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_LAST_SECONDS,
            h11_max_incomplete_event_size=64 * 1024,
        )
        await _Server(config, api.cancel_all).serve([listening])

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # uvicorn hears them, and sends them again when it is done
    asyncio.run(run())
