"""Other keys for actions, as a user writes them in `settings.toml`: understood, or refused by name."""

from __future__ import annotations

import pkgutil
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from string import punctuation
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys

from imgmodels_tui import screens
from imgmodels_tui.settings import SettingsError

_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_ALIASES = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "ins": "insert"}
_NAMED = {key.value for key in Keys if "+" not in key.value and "<" not in key.value} | {"space"}
_SIGNS = {"/": "slash", "\\": "backslash", "@": "at", "-": "minus", "+": "plus", "_": "underscore"}
"""Characters whose keys Textual does not call by the name that Unicode has for the character."""
_EVERYWHERE = {"app", "list", "page"}


def understood_keys(path: Path, keys: Mapping[str, str]) -> dict[str, str]:
    """The keys for each action as Textual calls them. Loads every page and dialog. Raises `SettingsError`."""
    default = {action: binding.key for action, binding in all_bindings().items()}
    understood = {}
    for action, written in keys.items():
        if action not in default:
            raise SettingsError(f"{path}: keys.{action}: is no action{_hint(action, default) or _ASK}")
        understood[action] = ",".join(_key(path, action, key) for key in written.split(","))
    _refuse_taken_twice(path, understood, default)
    return understood


_ASK = "; `imgmodels bindings` lists the actions"


def all_bindings() -> dict[str, Binding]:
    """Every binding that a user can change, by its id, in the order of the ids. Loads every page and dialog.

    The app's own bindings are among them once it is loaded.
    """
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    found: dict[str, Binding] = {}
    for action, binding in _bindings(DOMNode):
        found.setdefault(action, binding)  # what a dialog of its own kind calls the same action is the same
    return dict(sorted(found.items()))


def _key(path: Path, action: str, written: str) -> str:
    """One key: modifiers in any case, joined by + or -, and a character or a name."""
    *parts, last = re.split(r"[+-](?=.)", written.strip())
    modifiers = sorted("ctrl" if part.lower() == "control" else part.lower() for part in parts)
    name = last if len(last) == 1 and not modifiers else last.lower()
    name = _character_key(name) if len(name) == 1 else _ALIASES.get(name, name)
    known = len(last) == 1 or name in _NAMED or name in map(_character_key, punctuation)
    if not known or any(part not in _MODIFIERS for part in modifiers):
        raise SettingsError(f"{path}: keys.{action}: {written.strip()!r} is no key{_hint(name, _NAMED)}")
    return "+".join([*modifiers, name])


def _character_key(character: str) -> str:
    """What Textual calls the key of a character."""
    if len(character) != 1 or character.isalnum():
        return character
    return _SIGNS.get(character, re.sub(r"[ -]", "_", unicodedata.name(character, "").lower()))


def _refuse_taken_twice(path: Path, understood: Mapping[str, str], default: Mapping[str, str]) -> None:
    """Refuse a key that something else in the same place has: one of the two would never be heard."""
    taken: dict[str, set[str]] = defaultdict(set)
    for action, keys in {**default, **understood}.items():
        for key in keys.split(","):
            taken[_character_key(key)].add(action)
    for action, keys in understood.items():
        for key in keys.split(","):
            for other in sorted(taken[key] - {action}):
                if _place(other) == _place(action) or _EVERYWHERE & {_place(other), _place(action)}:
                    raise SettingsError(f"{path}: keys.{action}: {key} is the key of {other} already")


def _place(action: str) -> str:
    return action.partition(".")[0]


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _bindings(root: type[Any]) -> Iterator[tuple[str, Binding]]:
    """The id of every binding that a user can change, with the binding."""
    for kind in (root, *root.__subclasses__()):
        # The demonstration knows no preferences.
        if kind.__module__.startswith("imgmodels_tui") and not kind.__module__.startswith("imgmodels_tui.demo"):
            for binding in vars(kind).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding.id, binding
        if kind is not root:
            yield from _bindings(kind)
