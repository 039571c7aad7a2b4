"""Where a user's sessions and pictures live: the shared part beside the workspace, the private part at home."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

from imgmodels_tui import APP
from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.locations import Locations


class UserPaths(Record):
    """Every path the generator uses for one user."""

    shared: Path
    """The folder beside the workspace's state, where admins can see how many sessions hold a model."""
    own: Path
    """The user's own folder for state: locks, and sessions where the shared folder cannot be written."""
    pictures: Path
    """The user's own folder for pictures; prompts are kept in the pictures and nowhere else."""
    workspace: str
    """What tells one workspace's sessions from another's in the user's own folder."""
    uid: int

    @property
    def shared_file(self) -> Path:
        """The user's sessions where admins can count them, named by the user's number: names can be changed."""
        return self.shared / f"{self.uid}.json"

    @property
    def own_file(self) -> Path:
        """The user's sessions where the shared folder cannot be written."""
        return self.own / f"{self.workspace}.json"

    @property
    def lock(self) -> Path:
        """Held while the sessions are changed; at home, where nobody else can hold it."""
        return self.own / f"{self.workspace}.lock"


def places_for(locations: Locations) -> UserPaths:
    """The places of whoever runs this process, for the workspace at `locations`."""
    dirs = PlatformDirs(APP, appauthor=False)
    workspace = hashlib.sha256(os.fsencode(locations.resolved_state)).hexdigest()[:16]
    return UserPaths(
        shared=locations.sessions,
        own=Path(dirs.user_state_dir) / "sessions",
        pictures=Path(dirs.user_data_dir) / "pictures",
        workspace=workspace,
        uid=os.geteuid(),
    )
