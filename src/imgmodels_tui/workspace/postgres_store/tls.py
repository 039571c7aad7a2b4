"""How a line to a server is encrypted: verified, unless the URL, the environment or a service file says otherwise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_UNSAID = "prefer"
"""What libpq takes where nobody says anything. A service file that says this is not told apart, and verified."""

_SYSTEM_ROOTS = (
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"),
    *("/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"),
)
"""The system's CAs on Debian, Fedora, SUSE, and others."""


def tls_options(
    url: str, environ: Mapping[str, str] = os.environ, roots: tuple[str, ...] = _SYSTEM_ROOTS
) -> Mapping[str, str]:
    """What to tell libpq besides `url`; nothing where a socket of this machine is meant. Raises `psycopg.Error`."""
    told = _resolved(url)
    hosts = [host for host in (told.get("hostaddr") or told.get("host") or "").split(",") if host]
    if all(host.startswith(("/", "@")) for host in hosts):
        return {}
    options, mode = {}, told.get("sslmode", "")
    if mode == _UNSAID and "sslmode" not in conninfo_to_dict(url) and "PGSSLMODE" not in environ:
        options["sslmode"] = mode = "verify-full"
    own = Path(environ.get("HOME", "/"), ".postgresql", "root.crt")
    if mode == "verify-full" and not told.get("sslrootcert") and not own.exists():
        options["sslrootcert"] = _system_roots(environ, roots)
    return options


def _resolved(url: str) -> Mapping[str, str]:
    """What libpq makes of a URL with the environment and the service file: asked by a connection that it refuses.

    Nothing is sent anywhere: libpq judges all it was told first, and one thing is wrong.
    """
    refused = pq.PGconn.connect_start(make_conninfo(url, target_session_attrs="nothing").encode())
    try:
        return {option.keyword.decode(): option.val.decode() for option in refused.info if option.val}
    finally:
        refused.finish()


def _system_roots(environ: Mapping[str, str], roots: tuple[str, ...]) -> str:
    """The file with the system's CAs: a libpq that came in a wheel looks for them where no system has them."""
    if "SSL_CERT_FILE" in environ or "SSL_CERT_DIR" in environ:
        return "system"  # it looks there
    return next((file for file in roots if Path(file).exists()), "system")
