"""Everything that can be wrong around the program, examined, as facts that are safe to put into a bug report.

Nothing here fails: what cannot be found out is itself a finding. Paths below the home folder begin with `~`; models,
prompts and names of other people's sessions are not looked at.
"""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from grp import getgrgid
from importlib import metadata
from pathlib import Path

from imgmodels_tui.catalog import CatalogError, load_catalog
from imgmodels_tui.files import UnusableFile, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless, is_utf8, short_path
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.file_store.locations import Locations, current_user, user_name
from imgmodels_tui.workspace.file_store.lock import lock_holder
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states
from imgmodels_tui.workspace.file_store.sharing import outsiders_warning
from imgmodels_tui.workspace.file_store.state_file import utc_now
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries.messages import workspace_warnings
from imgmodels_tui.workspace.store import Role

_LIBRARIES = ("textual", "rich", "click", "pydantic", "pillow", "textual-image")
_VARIABLES = ("COLORTERM", "NO_COLOR", "TERM_PROGRAM")
_AROUND = (("tmux", "TMUX"), ("screen", "STY"), ("ssh", "SSH_CONNECTION"))
_STREAMS = ("stdin", "stdout", "stderr")


class Finding(Record):
    """One thing that was examined. `well` is False where it keeps the program from doing all it can."""

    topic: str
    label: str
    text: str
    well: bool = True
    brief: str = ""
    """What to print instead where there is little room."""


def versions() -> tuple[Finding, ...]:
    """Which program this is, and what it runs on; no library is loaded to ask for its version."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    program = f"{_version('imgmodels')} on Python {platform.python_version()}, {system}"
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return Finding("versions", "imgmodels", program), Finding("versions", "libraries", libraries)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def terminal(environ: Mapping[str, str] = os.environ, pictures: str = "") -> tuple[Finding, ...]:
    """What this process knows of the terminal; `pictures` is what it answered about pictures."""
    streams = {name: os.isatty(number) for number, name in enumerate(_STREAMS)}
    missing = [name for name in ("stdin", "stderr") if not streams[name]]
    are_terminals = ", ".join(f"{name} {'yes' if is_one else 'no'}" for name, is_one in streams.items())
    needed = f"; the page needs {' and '.join(missing)}" if missing else ""
    term = environ.get("TERM", "")
    variables = [f"{name}={harmless(environ[name], 60)}" for name in _VARIABLES if name in environ]
    around = [name for name, variable in _AROUND if environ.get(variable)]
    return (
        Finding("terminal", "TERM", ", ".join([harmless(term, 60) or "not set", *variables]), term not in {"", "dumb"}),
        Finding("terminal", "size", f"{_size()}, inside {' and '.join(around) or 'neither tmux, screen nor ssh'}"),
        *_fixed_size(environ),
        Finding("terminal", "is a terminal", are_terminals + needed, not missing),
        _locale(environ),
        *([Finding("terminal", "pictures", pictures)] if pictures else []),
    )


def _fixed_size(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """The variables by which some programs believe that the terminal always has one size."""
    names = [name for name in ("COLUMNS", "LINES") if environ.get(name)]
    if not names:
        return ()
    values = ", ".join(f"{name}={harmless(environ[name], 20)}" for name in names)
    advice = f"the page asks the terminal; other programs keep this size until you `unset {' '.join(names)}`"
    return (Finding("terminal", "fixed size", f"{values}: {advice}", well=False),)


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
    shown = "UTF-8" if is_utf8(environ) else "ASCII"
    return Finding("terminal", "locale", f"{', '.join(names) or 'none set'}; characters are shown in {shown}")


def files(locations: Locations, home: Path) -> tuple[Finding, ...]:
    """Every path in use, with its permissions, owner and group; in brief, a name where it is in the state's folder."""
    folder = locations.resolved_state.parent
    paths = {
        "folder": folder,
        "state": locations.state,
        "backup": locations.backup,
        "history": locations.history,
        "lock": locations.lock,
        "catalog": locations.catalog,
        "settings": locations.settings,
    }
    found = []
    for label, path in paths.items():
        permissions = _permissions(path)
        brief = f"{harmless(path.name)}  {permissions}" if path.parent == folder else ""
        found.append(Finding("files", label, f"{short_path(path, home)}  {permissions}", brief=brief))
    return tuple(found)


def _permissions(path: Path) -> str:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return "not there"
    except OSError as error:
        return reason(error)
    user, group = user_name(status.st_uid), str(status.st_gid)
    with suppress(KeyError):
        group = harmless(getgrgid(status.st_gid).gr_name, 32)
    return f"{stat.filemode(status.st_mode)} {user}:{group} {status.st_size} bytes"


def workspace(locations: Locations, home: Path) -> tuple[Finding, ...]:
    """Whether catalog and state can be used, what could be recovered, who is changing it, and who this user is."""
    found = tuple(check(locations) for check in (_catalog, _state, _recoverable, _lock, _role))
    found = (*found, *_settings_and_catalog(locations))
    if warning := locations.old_catalog_warning():
        found = (*found, Finding("workspace", "old catalog", warning, well=False))
    if warning := outsiders_warning(locations):
        found = (*found, Finding("workspace", "owners", warning, well=False))
    if str(home) == "/":
        return found
    return tuple(finding.replace(text=finding.text.replace(f"{home}/", "~/")) for finding in found)


def _catalog(locations: Locations) -> Finding:
    try:
        found = load_catalog(locations.catalog)
    except CatalogError as error:
        return Finding("workspace", "catalog", str(error), well=False)
    own = f", {len(found.own)} of the workspace's own records" if found.own else ""
    edition = f"of {found.platform.edition}, digest {found.digest[:12]}"
    return Finding("workspace", "catalog", f"good, {len(found.models)} models, {edition}{own}")


def _settings_and_catalog(locations: Locations) -> Iterator[Finding]:
    """What the dates and the policy say of the models that are enabled (R17, R18)."""
    try:
        state, catalog = codec.read(locations.resolved_state).state, load_catalog(locations.catalog)
    except UnusableFile:
        return  # said already
    overview = Overview(state, catalog, utc_now().date())
    if state.policy:
        yield Finding("workspace", "policy", in_words(state.policy, catalog))
    for label, warning in workspace_warnings(overview):
        yield Finding("workspace", label, warning, well=False)
    made_with, edition = state.last_change.made_with if state.last_change else None, catalog.platform.edition
    if made_with is not None and made_with.digest != catalog.digest:
        older = made_with.edition > edition
        advice = f"; this program's is of {edition}: update imgmodels" if older else ""
        yield Finding("workspace", "made with", f"another catalog, of {made_with.edition}{advice}", well=not older)


def _state(locations: Locations) -> Finding:
    try:
        locations.check_link()
        reading = codec.read(locations.resolved_state)
    except StateError as error:
        return Finding("workspace", "state", str(error), well=False)
    is_there = reading.schema is not None
    found = f"good, revision {reading.state.revision}" if is_there else "not there yet, a fresh workspace"
    return Finding("workspace", "state", f"{found}; chosen by {locations.chosen_by}")


def _recoverable(locations: Locations) -> Finding:
    try:
        found = recoverable_states(locations)
    except StateError as error:
        return Finding("workspace", "recoverable", str(error), well=False)
    text = "; ".join(f"revision {each.state.revision} from {each.source}" for each in found)
    brief = f"revision {found[0].state.revision}, by `imgmodels recover` where it is needed" if found else ""
    return Finding("workspace", "recoverable", text or "nothing yet", brief=brief)


def _lock(locations: Locations) -> Finding:
    try:
        held, by = lock_holder(locations.lock)
    except PermissionError:
        return Finding("workspace", "lock", "only admins may look at it", well=locations.role() is Role.USER)
    except OSError as error:
        return Finding("workspace", "lock", reason(error), well=False)
    text = f"held by {by}" if by else "held" if held else "free"
    return Finding("workspace", "lock", text, well=not (by and by.stopped))


def _role(locations: Locations) -> Finding:
    why_not = locations.read_only_reason()
    role = "admin: may write the state and its folder" if why_not is None else f"user: {why_not}"
    return Finding("workspace", "role", f"{current_user()}, {role}")


def examine(
    locations: Locations,
    home: Path,
    environ: Mapping[str, str] = os.environ,
    *,
    pictures: str = "",
    settings_problem: str = "",
    ignored_sessions: str = "",
) -> tuple[Finding, ...]:
    """Everything, in the order in which a helper would ask for it."""
    broken, ignored = [], []
    if settings_problem:
        path = str(locations.settings)
        shown = settings_problem.replace(path, short_path(locations.settings, home), 1)
        broken.append(Finding("files", "broken", harmless(shown, 300), well=False))
    if ignored_sessions:
        shown = ignored_sessions.replace(f"{locations.sessions}", locations.sessions.name)
        ignored.append(Finding("workspace", "sessions", shown, well=False))
    outside = (*terminal(environ, pictures), *files(locations, home), *broken)
    return (*versions(), *outside, *workspace(locations, home), *ignored)


def by_topic(findings: Iterable[Finding]) -> dict[str, dict[str, dict[str, object]]]:
    """The findings as data."""
    topics: dict[str, dict[str, dict[str, object]]] = {}
    for finding in findings:
        key = finding.label.replace(" ", "_").lower()
        topics.setdefault(finding.topic, {})[key] = {"text": finding.text, "well": finding.well}
    return topics
