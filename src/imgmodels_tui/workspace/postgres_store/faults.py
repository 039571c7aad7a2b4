"""What goes wrong with a server, in plain words: never the driver's paragraph, never a password."""

from __future__ import annotations

import psycopg

from imgmodels_tui.record import Record


class Fault(Record):
    """What is wrong, as a clause about the server, and what to do; `permission` where it does not let this user."""

    problem: str
    remedy: str = ""
    permission: bool = False


_INSTEAD = "put the password into ~/.pgpass, or use a service file or a client certificate"
# Connection errors carry no code, only text; the first that occurs in it counts.
_BY_TEXT = (
    (("password authentication failed", "no password supplied"), Fault("refuses the password", _INSTEAD, True)),
    (("pg_hba.conf", "authentication failed", "certificate authentication"), Fault(
        "lets this user not in from here", "ask whoever runs it for a line in pg_hba.conf", True)),
    (("root certificate file",), Fault(
        "cannot be verified: the file with its CA is not there", "name one that is with sslrootcert=FILE")),
    (("does not match host name",), Fault(
        "shows a certificate for another host", "name the host in the URL as its certificate does")),
    (("certificate verify failed", "signature failure", "certificate is not"), Fault(
        "shows a certificate that is not trusted here", "name its CA in the URL with sslrootcert=FILE")),
    (("alert unknown ca", "certificate required", "alert bad certificate"), Fault(
        "does not take this user's certificate", "name another in the URL with sslcert and sslkey", True)),
    (("does not support ssl",), Fault(
        "offers no TLS", "have it offer TLS, or say sslmode=disable in the URL where the network is trusted")),
    (("ssl error",), Fault("speaks no TLS that is understood here", "check host and port in the URL")),
    (("definition of service", "service file"), Fault(
        "is named by a service that is not known here", "check its name, and ~/.pg_service.conf")),
    (("percent-encoded", "invalid uri", "uri query", "invalid connection option", "invalid integer", "invalid port",
      "invalid sslmode", "servname", "port numbers"), Fault(
        "is named by a URL that cannot be read", "write postgresql://host/database#team")),
    (("could not translate host name", "failed to resolve"), Fault(
        "has a name that is not known here", "check the host in the URL")),
    (("too many clients", "connection slots"), Fault("has no room for another connection", "try again")),
    (("starting up", "shutting down", "not yet accepting"), Fault("is starting or stopping", "try again soon")),
    (("read-write", "not a primary", "read-only"), Fault("is a standby", "name the primary's host as well")),
    (("timeout expired", "timed out"), Fault("does not answer", "check the network, or wait: it is tried again")),
    (("connection refused", "no such file"), Fault("does not run there", "start it, or check host and port")),
)  # fmt: skip
_ROLE = Fault("knows no such role or database", "check user and database in the URL")
_GONE = Fault("cannot be reached", "it is tried again")
_BY_CODE = {
    "42501": Fault("does not permit it to this role", "ask an admin of the workspace", True),
    "25006": Fault("takes no changes: it is a standby, or read-only", "name the primary's host in the URL"),
    "55P03": Fault("is busy with another change", "try again"),
    "57014": Fault("took too long", "try again"),
    "25P03": Fault("ended a change that stood still for too long", "try again"),
    "40P01": Fault("is busy with another change", "try again"),
    "53100": Fault("has no room left on its disk", "make room on it"),
}
_NO_LAYOUT = {"42P01", "3F000", "42703", "42883"}


def fault_of(error: psycopg.Error) -> Fault:
    """What is wrong, in words."""
    code = error.sqlstate or ""
    if code in _NO_LAYOUT:
        return Fault("has no workspace there", "`imgmodels init --server URL` makes one")
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code and not code.startswith(("08", "57")):
        return Fault(f"refuses it (code {code})", "its log says why", code.startswith("28"))
    text = str(error).lower()
    for parts, fault in _BY_TEXT:
        if any(part in text for part in parts):
            return fault
    return _ROLE if "does not exist" in text else _GONE


def is_broken(error: psycopg.Error) -> bool:
    """Whether the line broke, rather than that the server refused something."""
    code = error.sqlstate or ""
    broken = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return broken and (not code or code.startswith(("08", "57P")) or code == "25P03")
