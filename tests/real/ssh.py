"""An OpenSSH server on this machine, with users of its own, and the program installed where they can run it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.real.terminal import Terminal

ROOT = Path(__file__).parents[2]
SSHD = "/usr/sbin/sshd"
SYSTEM_PYTHON = "/usr/bin/python3"
PREFIX = f"im{os.getpid() % 100_000}"

CONFIGURATION = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/user.pub
AuthenticationMethods publickey
UsePAM no
StrictModes no
SetEnv LANG=C.UTF-8
"""


def why_not() -> str | None:
    """What keeps this machine from being a server, or None."""
    if os.geteuid() != 0:
        return "only root may run an SSH server with users of its own"
    for program in (SSHD, "ssh", "ssh-keygen", "useradd", "groupadd", SYSTEM_PYTHON):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    probe = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True, check=False).returncode != 0:
        return f"{SYSTEM_PYTHON}, which every user may run, is older than 3.11 or has no venv"
    return None


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class Server:
    """One machine, its users `alice` and `bob`, who share a group, and `carol`, who does not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.program = folder / "venv" / "bin" / "imgmodels"
        self.shared = folder / "shared"
        self.state = self.shared / "workspace.json"

    @staticmethod
    def name(user: str) -> str:
        """The name that the operating system knows a user by."""
        return f"{PREFIX}{user}"

    def command(self, user: str, *words: str, terminal: bool) -> list[str]:
        """The command line with which `user` runs the program from afar."""
        options = ["-F", "none", "-i", str(self.folder / "user"), "-p", str(self.port), "-q"]
        for option in ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes"):
            options += ["-o", option]
        remote = [str(self.program), "--state", str(self.state), *words]
        return ["ssh", *options, "-tt" if terminal else "-T", f"{self.name(user)}@127.0.0.1", *remote]

    def page(self, user: str) -> Terminal:
        """The terminal of `user`, in which the program was started from afar."""
        return Terminal(
            self.command(user, terminal=True), {**os.environ, "TERM": "xterm-256color"}, columns=120, lines=40
        )

    def run(self, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command from afar, without a terminal."""
        return subprocess.run(
            self.command(user, *words, terminal=False),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def processes(self) -> list[int]:
        """The program's processes on this server."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if entry.name.isdigit() and str(self.program).encode() in words[:2]:
                found.append(int(entry.name))
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving() -> Iterator[Server]:
    """Set the machine up, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="imgmodels-ssh-"))
    folder.chmod(0o755)
    server = Server(folder)
    daemon = None
    try:
        _set_up(server)
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
        _await(server.port)
        yield server
    finally:
        if daemon is not None:
            daemon.terminate()
            daemon.wait()
        for user in ("alice", "bob", "carol"):
            subprocess.run(["userdel", "--force", server.name(user)], capture_output=True, check=False)  # noqa: S607
        subprocess.run(["groupdel", server.name("team")], capture_output=True, check=False)  # noqa: S607
        shutil.rmtree(folder)


def _set_up(server: Server) -> None:
    folder = server.folder
    _run(SYSTEM_PYTHON, "-m", "venv", "--without-pip", folder / "venv")
    _run(sys.executable, "-m", "pip", "--python", folder / "venv" / "bin" / "python", "install", "--quiet", ROOT)
    for key in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key)
    (folder / "sshd_config").write_text(CONFIGURATION.format(port=server.port, folder=folder))
    _run("groupadd", server.name("team"))
    _add_users(server, "alice", "bob", groups=("--groups", server.name("team")))
    _add_users(server, "carol")
    server.shared.mkdir()
    shutil.chown(server.shared, group=server.name("team"))
    server.shared.chmod(0o2775)


def _add_users(server: Server, *users: str, groups: Sequence[str] = ()) -> None:
    for user in users:
        home = server.folder / f"home-{user}"
        # A password that is no password: the account is open to its key only.
        _run("useradd", "--shell", "/bin/sh", "--password", "*", *groups, "-m", "-d", home, server.name(user))


def _await(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the SSH server does not answer")
