"""Who may change a workspace: whoever the operating system lets write its state (R15)."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

from imgmodels_tui.workspace.files import is_read_only, is_there

if TYPE_CHECKING:
    from imgmodels_tui.workspace.locations import Locations


def obstacle(locations: Locations) -> str | None:
    """Why this user cannot change the workspace there, as a clause, or None if nothing stands in the way (R15)."""
    file = locations.real_state
    folder = next(parent for parent in file.parents if is_there(parent))
    if is_there(file) and not os.access(file, os.W_OK):
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
