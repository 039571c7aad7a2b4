"""The keys themselves: read when an image is asked for, stored for their owner only, never shown."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from imgmodels_tui.files import Unreadable, make_folder, read_file, reason, replace_file
from imgmodels_tui.generator import Cancelled, Failure, HostError
from imgmodels_tui.generator.engines.hosts.accounts import VERTEX, Account, HostAccounts
from imgmodels_tui.generator.engines.interface import CancelCheck
from imgmodels_tui.text import harmless

LONGEST = 8192
"""Characters of a key or a token."""

_COMMAND_SECONDS = 30
_LONGEST_OUTPUT = 4 * LONGEST
"""Bytes of what a command prints that are read; a program that prints without end is ended."""

_STEP = 0.05
_Found = TypeVar("_Found")


class _TooSlow(Exception):
    """What blocks has not ended in time."""


def read_key(accounts: HostAccounts, account: Account, cancelled: CancelCheck) -> str:
    """The key or token of an account. Raises `HostError`, `Cancelled`. Blocking."""
    source = accounts.key_source(account)
    if source is None:
        raise HostError(Failure.NO_KEY, f"no key for {account.name} any more; see `imgmodels hosts`")
    if source == VERTEX.key_names[0]:
        try:
            return _checked(_unless_cancelled(_google_token, cancelled), source)
        except _TooSlow as error:
            text = f"Google gives no token within {_COMMAND_SECONDS} seconds; check the network"
            raise HostError(Failure.NO_KEY, text) from error
    if source in account.key_names:
        return _checked(accounts.environ[source], source)
    if source == "key_command":
        command = accounts.settings(account).key_command
        return _checked(_printed_by(command, account, cancelled), f"{account.id}'s key_command")
    return _checked(_stored(Path(source)), source)


def store_key(accounts: HostAccounts, account: Account, key: str) -> Path:
    """Keep a key for its owner only. Raises `HostError` for no key at all, and `OSError`."""
    path = accounts.folder / account.id
    content = _checked(key, "what was given")
    make_folder(path.parent)
    path.parent.chmod(0o700)
    replace_file(path, f"{content}\n".encode(), 0o600)
    accounts.look()
    return path


def remove_key(accounts: HostAccounts, account: Account) -> bool:
    """Forget a stored key; whether there was one. Raises `OSError`."""
    try:
        (accounts.folder / account.id).unlink()
    except FileNotFoundError:
        return False
    accounts.look()
    return True


def _checked(key: str, source: str) -> str:
    """The first line of `key`, where it can be sent in a header. Raises `HostError`, which does not show it."""
    lines = key.strip().splitlines()
    if not lines:
        raise HostError(Failure.NO_KEY, f"{source} holds no key")
    line = lines[0].strip()
    if len(line) > LONGEST or not line.isascii() or not line.isprintable() or " " in line:
        raise HostError(Failure.NO_KEY, f"{source} holds something that is no key: blanks, or other signs than ASCII")
    return line


def _stored(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise HostError(Failure.NO_KEY, f"{path}: others may read this key; replace it, then: chmod 600 {path}")
        return (read_file(path, LONGEST, owner=os.getuid()) or b"").decode("utf-8", "replace")
    except OSError as error:
        raise HostError(Failure.NO_KEY, f"{path}: {reason(error)}") from error
    except Unreadable as error:
        raise HostError(Failure.NO_KEY, f"{path}: {error}") from error


def _printed_by(command: tuple[str, ...], account: Account, cancelled: CancelCheck) -> str:
    """What a command of the user's own prints; of what it says on standard error nothing is told."""
    import signal  # noqa: PLC0415 - only a configured command needs them
    import subprocess  # noqa: PLC0415  # nosec B404

    name = harmless(command[0], 80)
    problem = ""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own settings say which  # nosec B603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it cannot write on the terminal that the page is drawn on
        )
    except (OSError, ValueError) as error:
        problem = f"cannot be run: {reason(error) if isinstance(error, OSError) else 'it is no command'}"
        raise _no_key(account, name, problem) from error
    output = process.stdout
    assert output is not None  # noqa: S101  # nosec B101 - it is a pipe
    try:
        printed = _unless_cancelled(lambda: output.read(_LONGEST_OUTPUT), cancelled)
        code = _unless_cancelled(process.wait, cancelled) if len(printed) < _LONGEST_OUTPUT else 0
    except _TooSlow:
        problem = f"took more than {_COMMAND_SECONDS} seconds"
    else:
        if code:
            problem = f"ended with exit code {code}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # all that it started, which may still hold the pipe
        process.wait()
        output.close()
    if problem:
        raise _no_key(account, name, problem)
    return printed.decode("utf-8", "replace")


def _no_key(account: Account, name: str, problem: str) -> HostError:
    text = f"the key_command of {account.id}, {name}, {problem}; run it by hand to see why"
    return HostError(Failure.NO_KEY, text)


def _google_token() -> str:
    """A token by Google's own library, from the file that GOOGLE_APPLICATION_CREDENTIALS names."""
    import google.auth  # noqa: PLC0415 - takes 0.3 s to load
    import google.auth.exceptions  # noqa: PLC0415
    import google.auth.transport.requests  # noqa: PLC0415

    try:
        credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
        credentials.refresh(  # type: ignore[no-untyped-call]
            google.auth.transport.requests.Request()
        )
    except (google.auth.exceptions.GoogleAuthError, OSError, ValueError) as error:
        text = "Google gives no token for GOOGLE_APPLICATION_CREDENTIALS; check the file that it names, and the line"
        raise HostError(Failure.NO_KEY, f"{text} ({type(error).__name__})") from error
    return str(credentials.token or "")


def _unless_cancelled(function: Callable[[], _Found], cancelled: CancelCheck) -> _Found:
    """Call a function that blocks, in a thread that is left behind when its caller cancels. Raises `Cancelled`."""
    found: list[_Found] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            found.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            errors.append(error)

    thread = threading.Thread(target=call, daemon=True, name="host key")
    thread.start()
    end = time.monotonic() + _COMMAND_SECONDS
    while thread.is_alive():
        if cancelled():
            raise Cancelled
        if time.monotonic() > end:
            raise _TooSlow
        thread.join(_STEP)
    if errors:
        raise errors[0]
    return found[0]
