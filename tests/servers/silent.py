"""Stands between a program and its server as a network does that loses what is sent, and closes nothing."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.servers.postgres import Postgres


class _Line:
    """Two sockets, and whether bytes go from one to the other."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.requests, self.answers = threading.Event(), threading.Event()
        self.requests.set()
        self.answers.set()

    def resume(self) -> None:
        """Bytes go on, those first that had been held back."""
        self.requests.set()
        self.answers.set()


class Network:
    """What carries the lines between programs and a server."""

    def __init__(self, server: Postgres) -> None:
        self._server, self._lines = server, list[_Line]()
        self._answered = threading.Event()
        self._answered.set()
        self._fatal: bytes | None = None
        self._is_last = False
        self.lost = threading.Event()
        """Whether an answer was lost that should be."""
        self.port = 0

    def fall_silent(self) -> None:
        """Lose everything, on new lines too."""
        self._answered.clear()
        self.forget()

    def forget(self) -> None:
        """Lose everything on the lines that are there; new ones work."""
        for line in self._lines:
            line.requests.clear()
            line.answers.clear()

    def lose_the_answer_to(self, request: bytes, *, and_all_after: bool = False) -> None:
        """Pass on the next request with these bytes, and lose its answer; new lines work, unless all after is lost."""
        self._fatal, self._is_last = request, and_all_after

    def resume(self) -> None:
        """Lose nothing more; what was held back arrives."""
        self._answered.set()
        for line in self._lines:
            line.resume()

    def accept(self, listening: socket.socket) -> None:
        """Take in lines until nobody listens any more."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                line = _Line(client, socket.create_connection(("127.0.0.1", self._server.port)))
                if not self._answered.is_set():
                    line.requests.clear()
                self._lines.append(line)
                for carry in (self._to_server, self._to_client):
                    threading.Thread(target=carry, args=(line,), daemon=True).start()

    def _to_server(self, line: _Line) -> None:
        with contextlib.suppress(OSError):
            while part := line.client.recv(65536):
                line.requests.wait()
                if self._fatal is not None and self._fatal in part:
                    self._fatal = None
                    self.lost.set()
                    line.answers.clear()
                    if self._is_last:
                        self._answered.clear()
                line.server.sendall(part)
            line.requests.wait()
            line.server.shutdown(socket.SHUT_WR)

    def _to_client(self, line: _Line) -> None:
        with contextlib.suppress(OSError):
            while part := line.server.recv(65536):
                line.answers.wait()
                line.client.sendall(part)
            line.answers.wait()
            line.client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End every line."""
        self.resume()
        for line in self._lines:
            line.client.close()
            line.server.close()


@contextlib.contextmanager
def network(server: Postgres) -> Iterator[Network]:
    """Such a network before `server`."""
    made = Network(server)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made.port = listening.getsockname()[1]
        threading.Thread(target=made.accept, args=(listening,), daemon=True).start()
        try:
            yield made
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            made.close()
