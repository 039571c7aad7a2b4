"""Where the state file, its companions and the user's settings are, and who may write there.

Whoever the operating system lets write the state may administer the workspace (R15). A disk that takes no writes at
the moment takes nobody's role away: that is a failure, not a permission.
"""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import stat
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from platformdirs import PlatformDirs

from imgmodels_tui import APP
from imgmodels_tui.files import is_read_only, may_exist, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import ServerError, StateError
from imgmodels_tui.workspace.state import LONGEST_USER
from imgmodels_tui.workspace.store import Role

STATE_VARIABLE = "IMGMODELS_STATE"
URL_NAME = "workspace.url"
"""A file beside the machine's state with one line: the server where the workspace of this machine is."""

STATE_NAME = "workspace.json"
"""What a state file is called unless its user names another."""


class Locations(Record):
    """Every path in use, and how the state file was chosen."""

    state: Path
    chosen_by: str
    old_catalog: Path
    """Where each user had a catalog of their own before it belonged to the workspace."""
    settings: Path
    cache: Path
    url: str | None = None
    """The server where the workspace is; then `state` only names the folder of what stays on this machine."""

    @cached_property
    def resolved_state(self) -> Path:
        """The state file behind any links, resolved once: what is replaced, with lock and history beside it."""
        return Path(os.path.realpath(self.state))

    @property
    def is_own(self) -> bool:
        """Whether this is the workspace that its user has where nobody names another."""
        own = Path(PlatformDirs(APP, appauthor=False).user_data_dir) / STATE_NAME
        return self.resolved_state == Path(os.path.realpath(own))

    def check_link(self) -> None:
        """Raise `StateError` where the state is a link that leads nowhere, or that somebody else could have made."""
        if not os.path.islink(self.state):  # noqa: PTH114 - which answers where this user may not look
            return
        try:
            mode = self.state.parent.stat().st_mode
        except OSError as error:
            raise StateError(self.state, f"cannot be read: {reason(error)}") from error
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise StateError(self.state, "is a link in a folder that others may write", remedy="name the real file")
        if not may_exist(self.resolved_state):
            raise StateError(self.state, "is a link to a file that does not exist")

    @property
    def history(self) -> Path:
        """One line per revision, beside the state."""
        return self._companion("history.jsonl")

    @property
    def catalog(self) -> Path:
        """The folder beside the state with the workspace's own records (R16)."""
        return self._companion("catalog.d")

    @property
    def prices(self) -> Path:
        """The prices that were seen last and how they changed, beside the state."""
        return self._companion("prices.json")

    @property
    def sessions(self) -> Path:
        """The folder beside the state with one file of sessions for each user."""
        return self._companion("sessions")

    @property
    def api_keys(self) -> Path:
        """The keys of programs that draw through the HTTP API, beside the state; as hashes, for their owner only."""
        return self._companion("api-keys.json")

    @property
    def usage(self) -> Path:
        """What was drawn through the HTTP API, beside the state."""
        return self._companion("usage.jsonl")

    @property
    def lock(self) -> Path:
        """Held while a change is made."""
        return self._named("lock")

    @property
    def backup(self) -> Path:
        """The state before the last change, for `imgmodels recover`."""
        return self._named("bak")

    def schema_backup(self, version: int) -> Path:
        """The state as it was under schema `version`, kept for good when a newer schema is first written."""
        return self._named(f"schema-{version}")

    def _companion(self, name: str) -> Path:
        """A file that goes with the state, by its short name; two states in one folder share none."""
        real = self.resolved_state
        return real.with_name(name) if real.name == STATE_NAME else self._named(name)

    def _named(self, ending: str) -> Path:
        real = self.resolved_state
        return real.with_name(f"{real.name}.{ending}")

    def old_catalog_warning(self) -> str | None:
        """What to say where this user's own old catalog still has files, which nobody reads any more (R16)."""
        try:
            left = sorted(self.old_catalog.glob("*.toml"))
        except OSError:  # where this user may not look, as after `sudo -u` with another's HOME
            left = []
        if not left or self.old_catalog == self.catalog:
            return None
        files = shlex.join(map(str, left[:3])) + (" …" if len(left) > len(left[:3]) else "")
        way = f"imgmodels catalog add {files}, then remove them"
        return harmless(f"the catalog belongs to the workspace now; take your own files over: {way}")

    @property
    def _nearest_folder(self) -> Path:
        """The folder of the state, or the nearest one above it that exists."""
        return next(parent for parent in self.resolved_state.parents if may_exist(parent))

    def role(self) -> Role:
        """Whether this process may administer the workspace: replace its file in its folder."""
        file = self.resolved_state
        permitted = not may_exist(file) or _permitted(file, os.W_OK)
        return Role.ADMIN if permitted and _permitted(self._nearest_folder, os.W_OK | os.X_OK) else Role.USER

    def admins(self) -> str:
        """Who may replace the state in its folder: the group where it may write, else the owner."""
        try:
            status = self._nearest_folder.stat()
        except OSError:
            return "whoever set it up"
        if not status.st_mode & stat.S_IWGRP:
            return user_name(status.st_uid)
        try:
            return f"a member of the group {harmless(grp.getgrgid(status.st_gid).gr_name, 32)}"
        except KeyError:
            return f"a member of the group {status.st_gid}"

    def read_only_reason(self) -> str | None:
        """Why this user cannot change the workspace there, as a clause, or None if they can (R15)."""
        file, folder = self.resolved_state, self._nearest_folder
        if may_exist(file) and not os.access(file, os.W_OK):
            return "its disk is read-only" if is_read_only(folder) else f"you may not write {self.state}"
        if not folder.is_dir():
            return f"{folder} is not a folder"
        if not os.access(folder, os.W_OK | os.X_OK):
            return "its disk is read-only" if is_read_only(folder) else f"you may not write in {folder}"
        return None


def _permitted(path: Path, mode: int) -> bool:
    """Whether the operating system permits it, or would if the disk could be written.

    On a file system that is mounted read-only, `os.access` permits no writing to anybody; then the modes decide,
    without access lists.
    """
    if os.access(path, mode):
        return True
    try:
        status = path.stat()
    except OSError:
        return False
    if not is_read_only(path):
        return False
    if os.geteuid() == 0:
        return True
    bits = stat.S_IMODE(status.st_mode)
    if status.st_uid == os.geteuid():
        bits >>= 6
    elif status.st_gid == os.getegid() or status.st_gid in os.getgroups():
        bits >>= 3
    return bits & mode == mode


def current_user() -> str:
    """The operating system's name for whoever runs this process; never what the environment claims."""
    return user_name(os.getuid())


def user_name(user: int) -> str:
    """The operating system's name for a user's number, made harmless; the number where it knows none."""
    try:
        return harmless(pwd.getpwuid(user).pw_name)[:LONGEST_USER]
    except KeyError:
        return f"uid {user}"


def machine_state() -> Path:
    """The state file of the workspace that everybody on this machine has, if there is one."""
    return Path(PlatformDirs(APP, appauthor=False).site_state_dir) / STATE_NAME


def machine_url() -> Path:
    """The file that names the server where the workspace of this machine is."""
    return machine_state().with_name(URL_NAME)


def is_url(state: str | Path) -> bool:
    """Whether a workspace is named by the URL of a server."""
    return str(state).lower().startswith(("postgresql:", "postgres:"))


def _choose(state: str | Path | None, environ: Mapping[str, str]) -> tuple[str | Path, str]:
    """The workspace's file or URL, and who chose it."""
    dirs, shared = PlatformDirs(APP, appauthor=False), machine_state()
    if state is not None:
        return state, "--state"
    if environ.get(STATE_VARIABLE):
        return environ[STATE_VARIABLE], f"${STATE_VARIABLE}"
    try:
        url = machine_url().read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        url = ""
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise StateError(machine_url(), f"cannot be read: {why}") from error
    if url:
        if not is_url(url):
            raise StateError(machine_url(), "should hold one line, postgresql://host/database")
        return url, f"{machine_url()}"
    if may_exist(shared):
        return shared, "this machine's workspace"
    return Path(dirs.user_data_dir) / STATE_NAME, "your own workspace"


def locate(state: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Locations:
    """Choose the paths: an option wins over the environment, then the machine's workspace, then the user's.

    Raises `StateError`.
    """
    dirs = PlatformDirs(APP, appauthor=False)
    chosen, by = _choose(state, environ)
    scheme, slashes, _ = str(chosen).partition("://")
    if slashes and "/" not in scheme and not is_url(chosen):
        raise ServerError(f"{scheme}://…", "names no workspace", "give a file's path, or postgresql://host/database")
    url = None
    if is_url(chosen):
        import hashlib  # noqa: PLC0415 - a file needs none

        url = str(chosen)
        digest = hashlib.sha256(url.encode(errors="surrogateescape")).hexdigest()[:16]
        chosen = Path(dirs.user_data_dir) / "servers" / digest / STATE_NAME
    if not Path(os.path.realpath(chosen)).name:
        raise StateError(Path(chosen), "is a folder, not a file", remedy="name the workspace's state file in it")
    config = Path(dirs.user_config_dir)
    try:
        # Links in the path stay as written; `~nobody-of-that-name` is then simply the name of a file.
        absolute = Path(os.path.abspath(os.path.expanduser(chosen)))  # noqa: PTH100, PTH111
    except FileNotFoundError as error:
        raise StateError(Path(chosen), "the folder that you are in was removed", remedy="go to another one") from error
    return Locations(
        state=absolute,
        chosen_by=by,
        old_catalog=config / "catalog.d",
        settings=config / "settings.toml",
        cache=Path(dirs.user_cache_dir),
        url=url,
    )
