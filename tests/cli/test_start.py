"""What is loaded at start, each with its reason; everything else waits until it is first needed.

A module that appears here costs every start. Whoever adds one says why it cannot wait.
"""

import subprocess
import sys
from collections.abc import Mapping

import pytest

_LIST = """
import sys
sys.argv = ["imgmodels", "list", "--json"]
from imgmodels_tui.cli import main
try:
    main()
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""
OPEN_PAGE = """
import asyncio, sys
from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.cli.context import Run
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace.file_store.locations import locate
async def start():
    run = Run(locate())
    app = ImgModelsApp(run.store, user_paths(run.locations), run.locations.settings)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        print(*sys.modules, file=sys.stderr)
asyncio.run(start())
"""

CORE = {
    "imgmodels_tui": "the version",
    "imgmodels_tui.record": "what facts and states are made of",
    "imgmodels_tui.record_reader": "reads the state and the catalog without pydantic",
    "imgmodels_tui.generator.host_settings": "a part of the user's settings",
    "imgmodels_tui.text": "whatever is shown has been made harmless",
    "imgmodels_tui.catalog": "which models there are",
    "imgmodels_tui.catalog.cache": "a catalog that was validated before",
    "imgmodels_tui.catalog.loader": "the files of the catalog, to see whether they changed",
    "imgmodels_tui.catalog.prices": "every row has a price",
    "imgmodels_tui.catalog.records": "what is known of each model",
    "imgmodels_tui.workspace": "what is allowed here",
    "imgmodels_tui.workspace.file_store": "the state as a file",
    "imgmodels_tui.workspace.file_store.codec": "reads the state",
    "imgmodels_tui.files": "files with care",
    "imgmodels_tui.files.access": "whose what it makes is",
    "imgmodels_tui.files.reading": "reads files safely",
    "imgmodels_tui.files.replacing": "the store writes by it",
    "imgmodels_tui.workspace.file_store.history": "the store writes it",
    "imgmodels_tui.workspace.file_store.locations": "where the files are",
    "imgmodels_tui.workspace.file_store.lock": "the store takes it",
    "imgmodels_tui.workspace.file_store.recoverable": "whether a state that cannot be read can be recovered",
    "imgmodels_tui.workspace.overview": "which model is on",
    "imgmodels_tui.workspace.queries": "what is asked of a state",
    "imgmodels_tui.workspace.queries.model_filter": "the filter",
    "imgmodels_tui.workspace.errors": "the errors that end a run",
    "imgmodels_tui.workspace.policy": "a part of the state, and which models it forbids",
    "imgmodels_tui.workspace.reverting": "which change a rule turns back",
    "imgmodels_tui.workspace.rules": "which model counts as enabled, default, locked",
    "imgmodels_tui.workspace.state": "the state's records",
    "imgmodels_tui.workspace.file_store.state_file": "reads the state, and holds the lock",
    "imgmodels_tui.workspace.file_store.store": "the one door to the state",
    "imgmodels_tui.workspace.store": "what every store can do",
    "imgmodels_tui.workspace.queries.messages": "changes in words",
    "imgmodels_tui.workspace.queries.model_order": "the order, which is also a setting",
    "imgmodels_tui.generator": "the errors that end a run",
    "imgmodels_tui.settings": "the user's preferences, and the error they can end in",
    "imgmodels_tui.cli": "the command line",
    "imgmodels_tui.cli.context": "what every command needs",
    "imgmodels_tui.cli.main": "the command itself",
}
LISTING = {"imgmodels_tui.cli.models": "the command that was asked for"}
SCREEN = {
    "imgmodels_tui.app": "the app",
    "imgmodels_tui.generator.sessions": "who uses which model",
    "imgmodels_tui.generator.sessions.counts": "counts the sessions, and says what a change does to them",
    "imgmodels_tui.generator.sessions.opening": "whether they are in files or on a server",
    "imgmodels_tui.generator.sessions.records": "what a session is",
    "imgmodels_tui.generator.sessions.store": "where the sessions of this user are",
    "imgmodels_tui.workspace.prices": "what the workspace remembers of prices",
    "imgmodels_tui.workspace.file_store.price_file": "compares them with the catalog, once the page is there",
    "imgmodels_tui.workspace.file_store.sharing": "whether somebody can still write who is no admin any more",
    "imgmodels_tui.theme": "its colours",
    "imgmodels_tui.workspace.live": "follows the file",
    "imgmodels_tui.workspace.queries.model_facts": "the details beside the list",
    "imgmodels_tui.screens": "the screens",
    "imgmodels_tui.screens.pages": "which pages there are",
    "imgmodels_tui.screens.shared": "what pages have in common",
    "imgmodels_tui.screens.shared.page": "what all pages share",
    "imgmodels_tui.screens.models": "the page that is shown first",
    "imgmodels_tui.screens.models.list": "its list",
    "imgmodels_tui.screens.models.page": "what it does",
    "imgmodels_tui.screens.models.panels": "the panels above its list",
    "imgmodels_tui.screens.shared.list_page": "its list with filter and order, shared with other pages",
    "imgmodels_tui.screens.shared.filter_page": "the line for a filter, shared with the history",
    "imgmodels_tui.screens.shared.facts": "its warnings and figures, shared with the guide",
    "imgmodels_tui.screens.shared.change_request": "a key may change something",
    "imgmodels_tui.widgets": "the widgets of that page",
}
PARTS_OF_THE_PAGE = ("imgmodels_tui.widgets.", "imgmodels_tui.terminal", "imgmodels_tui.screens.models.")
NEVER_AT_START = {"pydantic", "pydantic_core", "tomllib", "tomlkit", "difflib", "email", "ssl", "psycopg"}


def loaded(script: str) -> set[str]:
    """What a second start loads; the first one keeps the validated catalog."""
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
        )
    return set(run.stderr.split())


def with_packages(*tables: Mapping[str, str]) -> set[str]:
    """The modules of the tables, and the packages that they are in."""
    modules = {name for table in tables for name in table}
    return modules | {name.rpartition(".")[0] for name in modules}


@pytest.fixture
def a_state() -> None:
    """A workspace with something in its state file."""
    subprocess.run([sys.executable, "-m", "imgmodels_tui", "enable", "flux-2-pro"], check=True, capture_output=True)


@pytest.mark.usefixtures("a_state")
def test_a_command_loads_what_it_needs_and_nothing_else() -> None:
    modules = loaded(_LIST)
    ours = {name for name in modules if name.startswith("imgmodels_tui")}
    # A state is only read, never written, by this command; what describes a change comes with the errors of writing.
    assert ours <= with_packages(CORE, LISTING)
    assert LISTING.keys() <= ours
    assert modules.isdisjoint(NEVER_AT_START | {"asyncio", "textual", "rich", "hashlib", "dataclasses"})


@pytest.mark.usefixtures("a_state")
def test_the_page_loads_no_other_page_and_no_dialog() -> None:
    modules = loaded(OPEN_PAGE)
    ours = {name for name in modules if name.startswith("imgmodels_tui")}
    beside = {name for name in ours if not name.startswith(PARTS_OF_THE_PAGE)}
    assert beside <= with_packages(CORE, LISTING, SCREEN)
    assert {name for name in SCREEN if name.startswith("imgmodels_tui.screens.")} <= ours
    assert modules.isdisjoint({"pydantic", "pydantic_core", "tomlkit", "psycopg"})


def test_every_command_is_found_in_its_module() -> None:
    script = (
        "import importlib, pkgutil, imgmodels_tui.cli as cli\n"
        "from imgmodels_tui.cli.main import imgmodels\n"
        "names = [module.name for module in pkgutil.iter_modules(cli.__path__)]\n"
        "modules = [importlib.import_module(f'imgmodels_tui.cli.{name}') for name in names]\n"
        "written = {c.name for m in modules for c in getattr(m, 'COMMANDS', ())}\n"
        "assert written == set(imgmodels.list_commands(None)), written\n"
        "assert all(imgmodels.get_command(None, name).name == name for name in written)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
