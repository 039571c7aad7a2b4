"""Which module imports which: none in a circle, not even for its types; few know where state is kept."""

from collections.abc import Mapping

import grimp
import pytest

FILE_STORE = "imgmodels_tui.workspace.file_store"
KNOW_THE_FILES = ("imgmodels_tui.cli.", "imgmodels_tui.demo.", "imgmodels_tui.workspace.doctor", f"{FILE_STORE}.")
"""What begins with these chooses or examines the files; everything else goes through the `Store` protocol."""


@pytest.fixture(scope="module")
def imports() -> Mapping[str, set[str]]:
    """What each module imports, be it only when a function is called, or for types alone."""
    return read_imports(for_types=True)


def read_imports(*, for_types: bool) -> Mapping[str, set[str]]:
    """What each module imports."""
    graph = grimp.build_graph("imgmodels_tui", exclude_type_checking_imports=not for_types, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def circles(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The modules that import each other by whatever detour, with what each of them imports of the others."""
    left = dict(imports)
    while True:
        imported = set[str]().union(*left.values())
        ends = {module for module in left if not left[module] & left.keys() or module not in imported}
        if not ends:
            return left
        left = {module: found - ends for module, found in left.items() if module not in ends}


def test_no_modules_import_each_other(imports: Mapping[str, set[str]]) -> None:
    assert circles(imports) == {}


def test_a_circle_would_be_found() -> None:
    chain = {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": set[str]()}
    assert circles(chain) == {}
    assert circles({**chain, "c": {"b", "d"}}) == {"b": {"c"}, "c": {"b"}}


def test_an_import_inside_of_a_function_counts(imports: Mapping[str, set[str]]) -> None:
    assert "imgmodels_tui.app" in imports["imgmodels_tui.cli.page"]


def test_only_the_start_of_a_command_knows_that_a_workspace_is_a_file() -> None:
    imports = read_imports(for_types=False)
    users = {module for module, found in imports.items() if found & {f"{FILE_STORE}.store", f"{FILE_STORE}.locations"}}
    assert {module for module in users if not module.startswith(KNOW_THE_FILES)} == set()
