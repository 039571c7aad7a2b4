"""Stands between a program and its server as a pooler in transaction mode does: what the server announces is lost."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.servers.postgres import Postgres

_ANNOUNCEMENT = b"A"


def _exactly(line: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        part = line.recv(size - len(content))
        if not part:
            raise ConnectionError
        content += part
    return content


def _to_server(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := client.recv(65536):
            server.sendall(part)
        server.shutdown(socket.SHUT_WR)


def _to_client(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            head = _exactly(server, 5)
            body = _exactly(server, int.from_bytes(head[1:], "big") - 4)
            if head[:1] != _ANNOUNCEMENT:
                client.sendall(head + body)
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def swallowing(server: Postgres) -> Iterator[int]:
    """The port of such a pooler before `server`."""
    lines: list[socket.socket] = []

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                behind = socket.create_connection(("127.0.0.1", server.port))
                lines.extend((client, behind))
                for target, pair in ((_to_server, (client, behind)), (_to_client, (behind, client))):
                    threading.Thread(target=target, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    for line in lines:
        line.close()
