"""Who may administer a workspace, and what everybody else gets to see of it (R15).

Admin is whoever the operating system lets write the workspace's state. A disk that takes no writes at the moment
takes nobody's role away: that is a failure, not a permission.
"""

from __future__ import annotations

import os
import pwd
import stat
from enum import StrEnum
from typing import TYPE_CHECKING

from imgmodels_tui.files import is_read_only, may_exist
from imgmodels_tui.workspace import rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.catalog.records import UseCase
    from imgmodels_tui.workspace.file_store.locations import Locations
    from imgmodels_tui.workspace.state import WorkspaceState


class Role(StrEnum):
    """What a person is to a workspace."""

    ADMIN = "admin"
    USER = "user"


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


def for_users(catalog: Catalog, state: WorkspaceState) -> Catalog:
    """The catalog as users see it: the enabled models and what is said of them."""
    usable = set(rules.enabled(state, catalog))
    return catalog.replace(
        models={id_: model for id_, model in catalog.models.items() if id_ in usable},
        guide={case.id: case for case in _narrowed(catalog, usable)},
        notes={id_: note for id_, note in catalog.notes.items() if not note.models or usable.intersection(note.models)},
    )


def _narrowed(catalog: Catalog, usable: set[str]) -> Iterator[UseCase]:
    """The guide's use cases for which something can be used."""
    for case in catalog.guide.values():
        recommended = tuple(found for found in case.recommended if found.model in usable)
        if recommended:
            yield case.replace(recommended=recommended)


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
