"""The actions whose keys a user can change in the settings."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.dom import DOMNode

from imgmodels_tui import screens
from imgmodels_tui.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def check_keys(path: Path, actions: Iterable[str]) -> None:
    """Refuse other keys for actions that do not exist. Loads every page and dialog. Raises `SettingsError`."""
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    known = set(_binding_ids(DOMNode))
    for action in actions:
        if action not in known:
            near = get_close_matches(action, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; `?` shows the actions of a place"
            raise SettingsError(f"{path}: keys.{action}: is no action{hint}")


def _binding_ids(root: type[Any]) -> Iterator[str]:
    for kind in (root, *root.__subclasses__()):
        if kind.__module__.startswith("imgmodels_tui"):
            for binding in vars(kind).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding.id
        if kind is not root:
            yield from _binding_ids(kind)
