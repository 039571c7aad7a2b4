"""Private names of Textual and Rich are used in the layer only, which is not loaded with a version it does not know."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import imgmodels_tui
from tests.cli.test_start import OPEN_PAGE
from tests.terminal.programs import without_layer

USING = {f"imgmodels_tui.terminal.{name}" for name in ("driver", "faults", "frames", "overlays", "styles")}
"""The modules that use private names."""

LAYER = USING | {f"imgmodels_tui.terminal.{name}" for name in ("cells", "output", "screen")}
"""The modules that are loaded only with a version of Textual that they were tested with."""

TOOLKITS = ("textual", "rich")
NAMED_TUPLE = {"_replace", "_asdict", "_fields", "_make"}
MODULES = [
    module.name
    for module in pkgutil.walk_packages(imgmodels_tui.__path__, "imgmodels_tui.")
    if not module.name.endswith("__main__")
]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in NAMED_TUPLE


def is_toolkit(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in TOOLKITS


def names_in(node: ast.AST) -> Iterator[str]:
    """The private names that are read, set or defined anywhere in `node`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and is_private(part.attr):
            yield part.attr
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and is_private(part.name):
            yield part.name
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and is_private(part.target.id):
            yield part.target.id


@cache
def tree(module: str) -> ast.Module:
    source = importlib.import_module(module).__file__
    assert source is not None
    return ast.parse(Path(source).read_text())


@cache
def private_names(base: type) -> frozenset[str]:
    """The private names of a class of a toolkit."""
    found = (node for node in ast.walk(tree(base.__module__)) if isinstance(node, ast.ClassDef))
    return frozenset(name for node in found if node.name == base.__name__ for name in names_in(node))


@cache
def all_private_names() -> frozenset[str]:
    """The private names of all classes that this program derives from, and of what they are made of."""
    modules = [name for name, module in sys.modules.items() if is_toolkit(name) and getattr(module, "__file__", None)]
    return frozenset(name for module in modules for name in names_in(tree(module)))


def used(module: ModuleType) -> Iterator[str]:
    """The private names of toolkits that `module` uses, or defines in a class that has them from a toolkit."""
    for node in ast.walk(tree(module.__name__)):
        if isinstance(node, ast.ImportFrom) and node.module and is_toolkit(node.module):
            yield from (
                part for part in (*node.module.split("."), *(name.name for name in node.names)) if is_private(part)
            )
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr in all_private_names():
            of_itself = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls", "os"}
            if not of_itself:
                yield ast.unparse(node)
        elif isinstance(node, ast.ClassDef):
            made = vars(module).get(node.name)
            bases = (
                [base for base in inspect.getmro(made) if is_toolkit(base.__module__)] if inspect.isclass(made) else []
            )
            names = set(names_in(node))
            yield from (f"{node.name}.{name}" for base in bases for name in names & private_names(base))


def test_private_names_are_used_in_the_layer_only() -> None:
    found = {name: set(used(importlib.import_module(name))) for name in MODULES}
    assert {name: names for name, names in found.items() if names and name not in USING} == {}
    assert all(found[name] for name in USING)


def test_the_layer_is_not_loaded_with_a_version_it_does_not_know() -> None:
    run = subprocess.run(without_layer(f"exec({OPEN_PAGE!r})"), capture_output=True, text=True, check=True)
    loaded = set(run.stderr.split())
    assert "imgmodels_tui.terminal.app" in loaded
    assert loaded.isdisjoint(LAYER)
