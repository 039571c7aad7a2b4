"""The keys of programs that draw through the HTTP API: shown once, kept as hashes beside the state."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from imgmodels_tui.files import Unreadable, create_file, make_folder, read_file, replace_file
from imgmodels_tui.record import NO_KEYS, Apply, Limits, Record, UnknownKeys
from imgmodels_tui.text import folded, harmless, visible
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store.codec import decode_as, encode_json
from imgmodels_tui.workspace.file_store.lock import LOCK_TIMEOUT, LockTimeout, locked
from imgmodels_tui.workspace.state import LONGEST_USER, Time

PREFIX: Final = "imgm_"
"""What every key begins with, so that one that leaks can be recognised."""

MOST_KEYS: Final = 1_000
LONGEST_NAME: Final = 40

_LARGEST_FILE = 1024 * 1024
_ID_LENGTH = 8


class KeyRefused(Refusal):
    """A key cannot be added or revoked like this; nothing was changed."""


class ApiKey(Record):
    """A key, without the key itself."""

    name: Annotated[str, Limits(min_length=1, max_length=LONGEST_NAME), Apply(visible)]
    id: Annotated[str, Limits(pattern=r"^[0-9a-f]{8}$")]
    """What names the key where its hash would say too much: in files and figures."""
    sha256: Annotated[str, Limits(pattern=r"^[0-9a-f]{64}$")]
    added_at: Time
    added_by: Annotated[str, Limits(max_length=LONGEST_USER)]
    front_end: bool = False
    """Whether it may speak for its users, whom a header names."""
    extra: UnknownKeys = NO_KEYS


class ApiKeys(Record):
    """All keys of a workspace, in the order in which they were added."""

    schema_version: Literal[1] = 1
    keys: Annotated[tuple[ApiKey, ...], Limits(max_length=MOST_KEYS)] = ()
    extra: UnknownKeys = NO_KEYS

    def check(self) -> None:
        """No two keys have the same name."""
        if len({folded(key.name) for key in self.keys}) < len(self.keys):
            raise ValueError("keys should have different names")

    def named(self, name: str) -> ApiKey | None:
        """The key of this name, in whichever case."""
        return next((key for key in self.keys if folded(key.name) == folded(name.strip())), None)

    def holder(self, secret: str) -> ApiKey | None:
        """The key that `secret` is. It takes as long for a wrong one as for any."""
        sha256 = _hashed(secret)
        found = [key for key in self.keys if hmac.compare_digest(key.sha256, sha256)]
        return found[0] if found else None


class KeyStore:
    """The keys of the workspace whose file of keys is `path`; for whoever may read that file."""

    def __init__(self, path: Path, *, timeout: float = LOCK_TIMEOUT) -> None:
        self.path = path
        self._timeout = timeout

    def read(self) -> ApiKeys:
        """The keys; none if there is no file. Raises `StateError`."""
        try:
            content = read_file(self.path, _LARGEST_FILE)
        except Unreadable as error:
            raise StateError(self.path, str(error)) from error
        return ApiKeys() if not content else decode_as(ApiKeys, self.path, content)

    def fingerprint(self) -> object:
        """What tells one version of the keys from the next, at the cost of a `stat`."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def add(self, name: str, *, by: str, at: datetime, front_end: bool = False) -> tuple[ApiKey, str]:
        """Make a key; return it with the secret, which is kept nowhere.

        Raises `KeyRefused`, `StateError`, `NotSaved`.
        """
        secret = PREFIX + secrets.token_urlsafe(32)
        name = name.strip()
        if not 0 < len(name) <= LONGEST_NAME or name != harmless(name):
            raise KeyRefused(f"A key's name is one line of at most {LONGEST_NAME} visible characters")
        key = ApiKey(name, secrets.token_hex(_ID_LENGTH // 2), _hashed(secret), at, by[:LONGEST_USER], front_end)

        def change(keys: ApiKeys) -> ApiKeys:
            if keys.named(name) is not None:
                raise KeyRefused(f"There is a key called {name} already; revoke it first, or choose another name")
            if len(keys.keys) >= MOST_KEYS:
                raise KeyRefused(f"There are {MOST_KEYS:,} keys; revoke one first")
            return keys.replace(keys=(*keys.keys, key))

        self._update(change)
        return key, secret

    def revoke(self, name: str) -> ApiKey:
        """Forget a key, which is refused from then on. Raises `KeyRefused`, `StateError`, `NotSaved`."""
        revoked: list[ApiKey] = []

        def change(keys: ApiKeys) -> ApiKeys:
            key = keys.named(name)
            if key is None:
                known = harmless(", ".join(each.name for each in keys.keys)) or "none"
                raise KeyRefused(f"There is no key called {harmless(repr(name), 80)}; the keys are: {known}")
            revoked.append(key)
            return keys.replace(keys=tuple(each for each in keys.keys if each is not key))

        self._update(change)
        return revoked[-1]

    def _update(self, change: Callable[[ApiKeys], ApiKeys]) -> None:
        change(self.read())  # what is refused leaves not even a lock file
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            make_folder(self.path.parent)
            with locked(lock, self._timeout) as check_lock:
                after = change(self.read())
                content = encode_json(after.to_json())
                decode_as(ApiKeys, self.path, content)
                create_file(self.path, mode=0o600)  # whose owner stays, whoever adds keys later
                check_lock()
                replace_file(self.path, content)
        except LockTimeout as error:
            problem = f"another change has been under way for {self._timeout:g} seconds; try again"
            raise NotSaved(self.path, problem) from error
        except OSError as error:
            raise NotSaved.because_of(error, self.path) from error


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
