"""A user's sessions on disk: where they are, and the only code that reads and writes them.

The sessions of a workspace are in one folder, a file for each user, so that an admin can see what a change will do.
That folder is writable by people who need not trust each other: whose a file is, the operating system says.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

from imgmodels_tui import APP
from imgmodels_tui.files import Unreadable, make_folder, mode_beside, read_file, reason, remove_leftovers, replace_file
from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store.codec import decode_as, encode_json
from imgmodels_tui.workspace.file_store.lock import LOCK_TIMEOUT, LockTimeout, locked

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.locations import Locations

LARGEST_FILE = 256 * 1024
"""Bytes of one user's sessions; all the sessions that a user can have take a quarter of it."""

_FOR_OTHERS_TO_READ = 0o755
_OUT_OF_REACH = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.ELOOP, errno.EISDIR}
_UNUSABLE = {*_OUT_OF_REACH, errno.ENOSPC, errno.EDQUOT}

Fingerprint = tuple[tuple[int, int, int] | None, ...]
"""Inode, modification time in ns and size of each file the sessions may be in."""


class UserPaths(Record):
    """Every path that the generator uses for one user."""

    shared: Path
    """The folder beside the workspace's state, where admins can see how many sessions hold a model."""
    own: Path
    """The user's own folder for state: locks, and sessions where the shared folder cannot be written."""
    pictures: Path
    """The user's own folder for pictures; prompts are kept in the pictures and nowhere else."""
    workspace: str
    """What tells one workspace's sessions from another's in the user's own folder."""
    uid: int
    client: str = ""
    """Whom a server of this user keeps these sessions for: letters and digits; empty for the user's own."""

    @property
    def _owner(self) -> str:
        return f"{self.uid}.{self.client}" if self.client else str(self.uid)

    @property
    def shared_file(self) -> Path:
        """The user's sessions where admins can count them, named by the user's number: names can be changed."""
        return self.shared / f"{self._owner}.json"

    @property
    def own_file(self) -> Path:
        """The user's sessions where the shared folder cannot be written."""
        return self.own / f"{self.workspace}{'.' if self.client else ''}{self.client}.json"

    @property
    def shared_lock(self) -> Path:
        """Held while the sessions are changed; beside them, so that it holds for every HOME and every container."""
        return self.shared / f".{self._owner}.lock"

    @property
    def own_lock(self) -> Path:
        """The same where the shared folder cannot be written."""
        return self.own / f"{self.workspace}.lock"


def user_paths(locations: Locations) -> UserPaths:
    """The paths of whoever runs this process, for the workspace at `locations`."""
    dirs = PlatformDirs(APP, appauthor=False)
    workspace = hashlib.sha256(os.fsencode(locations.resolved_state)).hexdigest()[:16]
    own, pictures = Path(dirs.user_state_dir) / "sessions", Path(dirs.user_data_dir) / "pictures"
    if not locations.is_own:
        pictures /= workspace  # each workspace has a gallery of its own
    return UserPaths(locations.sessions, own, pictures, workspace, os.geteuid())


class SessionStore:
    """One user's sessions in one workspace.

    They are kept in the shared folder where the user may write it, else in the user's own. A file in the user's
    own folder is the newer one: it is removed as soon as the shared folder takes the sessions again.
    """

    def __init__(self, paths: UserPaths, *, timeout: float = LOCK_TIMEOUT) -> None:
        self.paths = paths
        self._timeout = timeout

    def read(self) -> Sessions:
        """The newest sessions; none if there is no file. Raises `StateError` for a file that cannot be used."""
        for file in (self.paths.own_file, self.paths.shared_file):
            content = _read(file, self.paths.uid)
            if content is not None:
                return decode_as(Sessions, file, content)
        return Sessions()

    def update(self, change: Callable[[Sessions], Sessions]) -> Sessions:
        """Apply `change` to the newest sessions and store the outcome, all of it or nothing.

        Raises what `change` raises, `StateError` for a file that cannot be used, and `NotSaved`. Blocks on the
        disk: call it off the event loop.
        """
        try:
            before = self.read()
            if change(before) is before:
                return before  # nothing to do, or refused: then not even a lock file is made
            with self._locked() as check_lock:
                before = self.read()
                after = change(before)
                if after is not before:
                    content = encode(after)
                    decode_as(Sessions, self.paths.shared_file, content)
                    check_lock()
                    self._write(content)
        except LockTimeout as error:
            problem = f"another change has been under way for {self._timeout:g} seconds; try again"
            raise NotSaved(self.paths.own_file, problem) from error
        except OSError as error:
            raise NotSaved(self.paths.own_file, f"cannot be written: {reason(error)}") from error
        return after

    def fingerprint(self) -> Fingerprint:
        """What tells one version of the sessions from the next, at the cost of two `stat`."""
        return tuple(_fingerprint(file) for file in (self.paths.own_file, self.paths.shared_file))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Callable[[], None]]:
        """Hold the lock beside the sessions, and yield what raises `OSError` where it does not hold any more."""
        paths = self.paths
        with contextlib.ExitStack() as stack:
            try:
                _make_shared(paths.shared)
                check = stack.enter_context(locked(paths.shared_lock, self._timeout, owner=paths.uid))
            except OSError as error:
                if error.errno not in _UNUSABLE:
                    raise
                make_folder(paths.own)
                check = stack.enter_context(locked(paths.own_lock, self._timeout, owner=paths.uid))
            yield check

    def _write(self, content: bytes) -> None:
        paths = self.paths
        try:
            _make_shared(paths.shared)
            remove_leftovers(paths.shared_file)
            replace_file(paths.shared_file, content, _mode_in(paths.shared))
        except OSError as error:
            if error.errno not in _UNUSABLE:
                raise
            make_folder(paths.own)
            replace_file(paths.own_file, content, 0o600)
        else:
            if os.path.lexists(paths.own_file):
                paths.own_file.unlink()


def encode(sessions: Sessions) -> bytes:
    """The file's content."""
    each = [session.to_json(defaults=False) for session in sessions.sessions]
    return encode_json({**sessions.to_json(), "sessions": each})


def _read(file: Path, owner: int) -> bytes | None:
    """The content of a user's file; None where there is none of that user's. Raises `StateError`."""
    try:
        return read_file(file, LARGEST_FILE, follow_links=False, owner=owner)
    except Unreadable as error:
        if _belongs_to(file, owner):
            raise StateError(file, str(error), remedy="nothing of it was changed") from error
        return None


def _belongs_to(file: Path, user: int) -> bool:
    """Whether what has this name is this user's; what somebody else put there is as good as nothing."""
    try:
        return file.lstat().st_uid == user
    except OSError:
        return False


def _make_shared(folder: Path) -> None:
    """Create the folder for everybody's sessions, for its maker to write; `init --shared` opens it to all."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=stat.S_IMODE(folder.parent.stat().st_mode) & _FOR_OTHERS_TO_READ, exist_ok=True)


def _mode_in(folder: Path) -> int:
    """The mode of a user's sessions in `folder`; never writable by a group: they are the user's.

    Where new files get the group of the folder, that of the admins, nobody else needs to read them.
    """
    return 0o640 if folder.stat().st_mode & stat.S_ISGID else mode_beside(folder) & ~0o022


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
