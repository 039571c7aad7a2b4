"""The line between a program and its server: it can be long, and encrypted."""

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator

from tests.servers.postgres import Postgres

_ASKS_FOR_TLS = (8).to_bytes(4) + (80877103).to_bytes(4)


def _carry(source: socket.socket, target: socket.socket, delay: float) -> None:
    """Carry bytes from one end to the other, each some seconds after it has arrived."""
    under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def take() -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                under_way.put((time.monotonic() + delay, part))
        under_way.put((time.monotonic() + delay, b""))

    def give() -> None:
        with contextlib.suppress(OSError):
            while True:
                due, part = under_way.get()
                if (left := due - time.monotonic()) > 0:
                    time.sleep(left)
                if not part:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(part)

    for work in (take, give):
        threading.Thread(target=work, daemon=True).start()


class Line:
    """A line to a server by way of `port`; each part of a conversation takes `delay` seconds in each direction."""

    def __init__(self, server: Postgres, delay: float, tls: ssl.SSLContext | None) -> None:
        self._server, self._delay, self._tls = server, delay, tls
        self._ends: list[socket.socket] = []
        self._closing, self._is_closed = threading.Lock(), False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, user: str, *, options: str = "sslmode=disable", host: str = "127.0.0.1") -> str:
        """The server at the other end of the line."""
        return f"postgresql://{user}@{host}:{self.port}/postgres?{options}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                with contextlib.suppress(OSError):
                    self._join(client)

    def _join(self, client: socket.socket) -> None:
        self._keep(client)
        if self._tls is not None:
            if client.recv(len(_ASKS_FOR_TLS)) != _ASKS_FOR_TLS:
                return
            client.sendall(b"S")
            client = self._tls.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
            self._keep(client)
            client.do_handshake()
        server = socket.create_connection(("127.0.0.1", self._server.port))
        self._keep(server)
        _carry(client, server, self._delay)
        _carry(server, client, self._delay)

    def _keep(self, end: socket.socket) -> None:
        """Have `close` close this end too. Raises `OSError` where it has been closed already."""
        with self._closing:
            if self._is_closed:
                end.close()
                raise OSError("the line has been closed")
            self._ends.append(end)

    def close(self) -> None:
        """End it, with all that is under way."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._closing:
            self._is_closed = True
            for end in self._ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


@contextlib.contextmanager
def line_to(server: Postgres, delay: float = 0.0, tls: ssl.SSLContext | None = None) -> Iterator[Line]:
    """A line to a server."""
    line = Line(server, delay, tls)
    try:
        yield line
    finally:
        line.close()
