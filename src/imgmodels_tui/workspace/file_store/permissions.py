"""Who may administer a workspace on this disk (R15): whoever the operating system lets write its state.

A disk that takes no writes at the moment takes nobody's role away: that is a failure, not a permission.
"""

from __future__ import annotations

import os
import pwd
import stat
from typing import TYPE_CHECKING

from imgmodels_tui.files import is_read_only, may_exist
from imgmodels_tui.workspace.store import Role

if TYPE_CHECKING:
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.locations import Locations


def role(locations: Locations) -> Role:
    """Whether this process may administer the workspace: replace its file in its folder."""
    file = locations.resolved_state
    folder = next(parent for parent in file.parents if may_exist(parent))
    if may_exist(file) and not _permitted(file, os.W_OK):
        return Role.USER
    return Role.ADMIN if _permitted(folder, os.W_OK | os.X_OK) else Role.USER


def _permitted(path: Path, mode: int) -> bool:
    """Whether the operating system permits it, or would on a disk that could be written at all.

    On a file system that is mounted read-only every question for writing is answered with no; then the modes
    decide, without access lists.
    """
    if os.access(path, mode):
        return True
    try:
        status = path.stat()
        if not os.statvfs(path).f_flag & os.ST_RDONLY:
            return False
    except OSError:
        return False
    if os.geteuid() == 0:
        return True
    bits = stat.S_IMODE(status.st_mode)
    if status.st_uid == os.geteuid():
        bits >>= 6
    elif status.st_gid == os.getegid() or status.st_gid in os.getgroups():
        bits >>= 3
    return bits & mode == mode


def read_only_reason(locations: Locations) -> str | None:
    """Why this user cannot change the workspace there, as a clause, or None if they can (R15)."""
    file = locations.resolved_state
    folder = next(parent for parent in file.parents if may_exist(parent))
    if may_exist(file) and not os.access(file, os.W_OK):
        return "its disk is read-only" if is_read_only(folder) else f"you may not write {locations.state}"
    if not folder.is_dir():
        return f"{folder} is not a folder"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "its disk is read-only" if is_read_only(folder) else f"you may not write in {folder}"
    return None


def current_user() -> str:
    """The operating system's name for whoever runs this process; never what the environment claims."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
