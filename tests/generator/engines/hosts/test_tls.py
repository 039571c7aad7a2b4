"""The line to a host is encrypted, and its certificate is one that this machine trusts."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgmodels_tui.generator import Failure, HostError
from tests.certificates import Authority
from tests.generator.engines.hosts.conftest import Hosts
from tests.generator.engines.hosts.stand_in import KEY


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server with such a certificate, and what it could read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Authority(tmp_path).certificate("127.0.0.1"))
    read: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                try:
                    with context.wrap_socket(line, server_side=True) as encrypted:
                        read.append(encrypted.recv(65536))
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}", read
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_host_whose_certificate_nobody_vouches_for_gets_nothing(
    hosts: Hosts, impostor: tuple[str, list[bytes]]
) -> None:
    url, read = impostor
    hosts.environ["BFL_BASE_URL"] = url
    with pytest.raises(HostError, match="certificate is not trusted") as caught:
        hosts.draw("flux-2-max")
    assert caught.value.failure is Failure.UNREACHABLE
    assert not any(KEY.encode() in each for each in read)
