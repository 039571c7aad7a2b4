"""Where things live: the state file, its companions, the catalog overrides, the user's own settings."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

from imgmodels_tui import APP
from imgmodels_tui.files import may_exist
from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_VARIABLE = "IMGMODELS_STATE"
STATE_NAME = "workspace.json"
"""What a state file is called unless its user says otherwise."""


class Locations(Record):
    """Every path in use, and how the state file was chosen."""

    state: Path
    chosen_by: str
    overrides: Path
    overrides_given: bool
    settings: Path
    cache: Path

    @cached_property
    def resolved_state(self) -> Path:
        """The state file behind any links, resolved once: what is replaced, and beside which lock and history live."""
        return Path(os.path.realpath(self.state))

    @property
    def history(self) -> Path:
        """One line per revision, beside the state."""
        return self._companion("history.jsonl")

    @property
    def prices(self) -> Path:
        """The prices that were seen last and how they changed, beside the state."""
        return self._companion("prices.json")

    @property
    def sessions(self) -> Path:
        """The folder beside the state with one file of sessions for each user."""
        return self._companion("sessions")

    @property
    def lock(self) -> Path:
        """Held while a change is made."""
        return self._named("lock")

    @property
    def backup(self) -> Path:
        """The state before the last change: what `imgmodels recover` falls back on."""
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

    @property
    def override_folders(self) -> tuple[Path, ...]:
        """The folders with catalog overrides to read: the one asked for, else the configured one if it exists."""
        return (self.overrides,) if self.overrides_given or _is_folder(self.overrides) else ()


def machine_state() -> Path:
    """The state file of the workspace that everybody on this machine has, if there is one."""
    return Path(PlatformDirs(APP, appauthor=False).site_state_dir) / STATE_NAME


def _is_folder(path: Path) -> bool:
    """Whether `path` is a folder; no where this user may not look, as after `sudo -u` with another's HOME."""
    try:
        return path.is_dir()
    except PermissionError:
        return False


def locate(
    state: Path | None = None, catalog: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Locations:
    """Choose the paths: an option wins over the environment, then the machine's workspace, then the user's."""
    dirs = PlatformDirs(APP, appauthor=False)
    shared = machine_state()
    if state is not None:
        chosen, by = state, "--state"
    elif environ.get(STATE_VARIABLE):
        chosen, by = Path(environ[STATE_VARIABLE]), f"${STATE_VARIABLE}"
    elif may_exist(shared):
        chosen, by = shared, "this machine's workspace"
    else:
        chosen, by = Path(dirs.user_data_dir) / STATE_NAME, "your own workspace"
    config = Path(dirs.user_config_dir)
    return Locations(
        # Links in the path stay as written; `~nobody-of-that-name` is then simply the name of a file.
        state=Path(os.path.abspath(os.path.expanduser(chosen))),  # noqa: PTH100, PTH111
        chosen_by=by,
        overrides=catalog if catalog is not None else config / "catalog.d",
        overrides_given=catalog is not None,
        settings=config / "settings.toml",
        cache=Path(dirs.user_cache_dir),
    )
