"""One look over everything that can be wrong around the program, as facts that are safe to put into a bug report.

Nothing here fails: what cannot be found out is itself a finding. Paths below the home folder begin with `~`; models,
prompts and names of other people's sessions are not looked at.
"""

from __future__ import annotations

import locale
import os
import platform
import pwd
import stat
from grp import getgrgid
from importlib import metadata
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import CatalogError, load_catalog
from imgmodels_tui.files import reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.access import current_user, read_only_reason
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.file_store.locations import short
from imgmodels_tui.workspace.file_store.lock import lock_holder
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.locations import Locations

_LIBRARIES = ("textual", "rich", "click", "pydantic", "pillow", "textual-image")
_VARIABLES = ("COLORTERM", "NO_COLOR", "TERM_PROGRAM")
_AROUND = (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_CONNECTION"))
_STREAMS = ("stdin", "stdout", "stderr")


class Finding(Record):
    """One thing that was looked at. `well` is False where it keeps the program from doing all it can."""

    topic: str
    label: str
    text: str
    well: bool = True
    brief: str = ""
    """What to print instead where there is little room."""


def versions() -> tuple[Finding, ...]:
    """Which program this is, and what it runs on; no library is loaded to ask for its version."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return (
        Finding("versions", "imgmodels", f"{_version('imgmodels')} on Python {platform.python_version()}, {system}"),
        Finding("versions", "libraries", ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)),
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def terminal(environ: Mapping[str, str] = os.environ, pictures: str = "") -> tuple[Finding, ...]:
    """What this process sees of the terminal; `pictures` says what it answered about pictures."""
    streams = {name: os.isatty(number) for number, name in enumerate(_STREAMS)}
    missing = [name for name in ("stdin", "stderr") if not streams[name]]
    term = environ.get("TERM", "")
    said = [f"{name}={harmless(environ[name], 60)}" for name in _VARIABLES if name in environ]
    around = [name for name, variable in _AROUND if environ.get(variable)]
    return (
        Finding("terminal", "TERM", ", ".join([harmless(term, 60) or "not set", *said]), term not in {"", "dumb"}),
        Finding("terminal", "size", f"{_size()}, inside {' and '.join(around) or 'neither tmux, screen nor ssh'}"),
        Finding(
            "terminal",
            "is a terminal",
            ", ".join(f"{name} {'yes' if is_one else 'no'}" for name, is_one in streams.items())
            + (f"; the page needs {' and '.join(missing)}" if missing else ""),
            not missing,
        ),
        _locale(environ),
        *([Finding("terminal", "pictures", pictures)] if pictures else []),
    )


def _size() -> str:
    for number in range(len(_STREAMS)):
        try:
            size = os.get_terminal_size(number)
        except OSError:
            continue
        return f"{size.columns}x{size.lines}"
    return "not known"


def _locale(environ: Mapping[str, str]) -> Finding:
    names = (f"{name}={harmless(environ[name], 60)}" for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name))
    return Finding("terminal", "locale", f"{', '.join(names) or 'none set'}; characters are {locale.getencoding()}")


def files(locations: Locations, home: Path) -> tuple[Finding, ...]:
    """Every path in use, with its permissions, owner and group; in brief, a name where it is in the state's folder."""
    folder = locations.real_state.parent
    paths = {
        "folder": folder,
        "state": locations.state,
        "backup": locations.backup,
        "history": locations.history,
        "lock": locations.lock,
        "overrides": locations.overrides,
        "settings": locations.settings,
    }
    found = []
    for label, path in paths.items():
        permissions = _permissions(path)
        brief = f"{harmless(path.name)}  {permissions}" if path.parent == folder else ""
        found.append(Finding("files", label, f"{short(path, home)}  {permissions}", brief=brief))
    return tuple(found)


def _permissions(path: Path) -> str:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return "not there"
    except OSError as error:
        return reason(error)
    return f"{stat.filemode(status.st_mode)} {_user(status.st_uid)}:{_group(status.st_gid)} {status.st_size} bytes"


def _user(number: int) -> str:
    try:
        return harmless(pwd.getpwuid(number).pw_name, 32)
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return harmless(getgrgid(number).gr_name, 32)
    except KeyError:
        return str(number)


def workspace(locations: Locations, home: Path) -> tuple[Finding, ...]:
    """Whether catalog and state can be used, what could be brought back, who is changing it, and who this user is."""
    return (
        _catalog(locations, home),
        _state(locations, home),
        _past(locations, home),
        _lock(locations),
        _role(locations, home),
    )


def _catalog(locations: Locations, home: Path) -> Finding:
    try:
        found = load_catalog(locations.catalogs)
    except CatalogError as error:
        return Finding("workspace", "catalog", _without_home(str(error), home), well=False)
    overrides = f", overrides in {short(locations.overrides, home)}" if locations.catalogs else ""
    return Finding("workspace", "catalog", f"good, {len(found.models)} models{overrides}")


def _state(locations: Locations, home: Path) -> Finding:
    try:
        reading = codec.read(locations.state)
    except StateError as error:
        return Finding("workspace", "state", _without_home(str(error), home), well=False)
    chosen = f"chosen by {locations.chosen_by}"
    if reading.schema is None:
        return Finding("workspace", "state", f"not there yet, a fresh workspace; {chosen}")
    return Finding("workspace", "state", f"good, revision {reading.state.revision}; {chosen}")


def _past(locations: Locations, home: Path) -> Finding:
    try:
        found = recoverable_states(locations)
    except StateError as error:
        return Finding("workspace", "recoverable", _without_home(str(error), home), well=False)
    text = "; ".join(f"revision {each.state.revision} from {each.source}" for each in found)
    brief = f"revision {found[0].state.revision}, by `imgmodels recover` where it is needed" if found else ""
    return Finding("workspace", "recoverable", text or "nothing yet", brief=brief)


def _lock(locations: Locations) -> Finding:
    try:
        held, by = lock_holder(locations.lock)
    except OSError as error:
        return Finding("workspace", "lock", reason(error), well=False)
    if not held:
        return Finding("workspace", "lock", "free")
    return Finding("workspace", "lock", f"held by {by}" if by else "held", well=not (by and by.stopped))


def _role(locations: Locations, home: Path) -> Finding:
    """Whether this user is an admin (R15), and why not."""
    reason_ = read_only_reason(locations)
    if reason_ is None:
        return Finding("workspace", "role", f"{current_user()}, admin: may write the state and its folder")
    return Finding("workspace", "role", _without_home(f"{current_user()}, user: {reason_}", home))


def _without_home(text: str, home: Path) -> str:
    prefix = str(home)
    return text if prefix == "/" else text.replace(f"{prefix}/", "~/")


def examine(
    locations: Locations, home: Path, environ: Mapping[str, str] = os.environ, pictures: str = ""
) -> tuple[Finding, ...]:
    """Everything, in the order in which somebody who helps would ask for it."""
    return (*versions(), *terminal(environ, pictures), *files(locations, home), *workspace(locations, home))


def by_topic(findings: Iterable[Finding]) -> dict[str, dict[str, dict[str, object]]]:
    """The findings as data."""
    sorted_out: dict[str, dict[str, dict[str, object]]] = {}
    for finding in findings:
        entry: dict[str, object] = {"text": finding.text, "well": finding.well}
        sorted_out.setdefault(finding.topic, {})[finding.label.replace(" ", "_").lower()] = entry
    return sorted_out
