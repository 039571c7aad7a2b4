"""What every test stands on: a home of its own, a clock that counts, a workspace in a temporary folder."""

import gc
import os
import time
from collections.abc import Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.generator.engines.hosts.accounts import ACCOUNTS
from imgmodels_tui.terminal import app as terminal_app
from imgmodels_tui.widgets import details_pane
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.store import Store
from tests.generator.engines.hosts.stand_in import StandIn
from tests.snapshots import size, snap_app  # noqa: F401 - fixtures

# The same examples on every machine: a red test is red for everybody, and no database is left behind.
settings.register_profile("imgmodels", derandomize=True, deadline=None, max_examples=60, print_blob=True)
settings.load_profile("imgmodels")

_XDG = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
}
_UNSET = (
    "IMGMODELS_STATE",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "LC_ALL",
    "LC_CTYPE",
    "_IMGMODELS_COMPLETE",
)


# Each test leaves a whole program behind. Looking for garbage as often as usual takes a third of the time.
gc.set_threshold(200_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are processors: half of the tests wait for a terminal, a disk or another program."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that it can be run with another version of it."""
    for item in items:
        if isinstance(item, pytest.Function) and {"postgres", "fleeting"} & {*item.fixturenames}:
            item.add_marker(pytest.mark.server)


TODAY = date(2026, 11, 22)
"""The day of every test."""


class CountingClock:
    """Says 2026-11-22T10:00:00Z when first asked, and one second more each time."""

    def __init__(self) -> None:
        self.next = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        now = self.next
        self.next += timedelta(seconds=1)
        return now


def with_catalog(store: FileStore, catalog: Catalog) -> FileStore:
    """The same store with another bundled catalog, as after an update of the program."""
    other = copy(store)
    other._catalog = catalog  # noqa: SLF001 - a program is not updated while it runs
    return other


def apply(store: Store, *changes: Rule) -> None:
    """Make some changes, one after the other."""
    for change in changes:
        store.update(change)


_OF_HOSTS = (
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
    *(name for account in ACCOUNTS for name in (*account.key_names, account.url_name)),
)
"""Keys and addresses of hosts: no test draws at anybody's cost."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, also for the programs a test starts: nobody's own files are read or written."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for variable, below in _XDG.items():
        monkeypatch.setenv(variable, str(folder / below))
    for variable in (*_UNSET, *_OF_HOSTS):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LANG", "C.UTF-8")
    time.tzset()
    return folder


day_by_the_clock = FileStore.today


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day of the tests in every store, and asking for it moves no clock."""
    monkeypatch.setattr(FileStore, "today", lambda _: TODAY)


@pytest.fixture(autouse=True)
def details_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Details follow each step of the cursor, so that no test has to wait until it is at rest."""
    monkeypatch.setattr(details_pane, "AT_REST", 0.0)


@pytest.fixture
def layer() -> None:
    """For tests of what the terminal layer does; with a version of Textual that it does not know, it does nothing."""
    if not terminal_app.is_supported():
        pytest.skip(f"the layer was not tested with Textual {terminal_app.textual_version()}")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The bundled catalog."""
    return load_catalog()


@pytest.fixture
def clock() -> CountingClock:
    """A clock that moves only when it is read."""
    return CountingClock()


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    """Where the workspace of a test lives; neither the file nor its folder is there yet."""
    return tmp_path / "workspace" / "workspace.json"


@pytest.fixture
def store(state_file: Path, catalog: Catalog, clock: CountingClock) -> FileStore:
    """The workspace of a test, as alice."""
    return FileStore(locate(state_file), catalog, user="alice", clock=clock)


@pytest.fixture(scope="session")
def stand_in_server() -> Iterator[StandIn]:
    """A server on this machine in place of every host."""
    with StandIn() as stand_in:
        yield stand_in


pytest_plugins = ["tests.servers.fixtures"]
