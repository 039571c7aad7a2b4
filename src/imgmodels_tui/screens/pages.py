"""The pages of the program: the key and the name of each, and how it is made; and whose keys a user can change.

A page is made when it is first opened, and only then is its module loaded: the start pays for one page.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode

from imgmodels_tui import screens
from imgmodels_tui.screens.shared.page import Page, PageContext
from imgmodels_tui.settings import SettingsError
from imgmodels_tui.widgets.bars import NavItem

Pages = Mapping[NavItem, Callable[["PageContext"], "Page"]]
"""The pages of a program in the order of their keys; the first one is where it starts."""


def _models(context: PageContext) -> Page:
    from imgmodels_tui.screens.models.page import ModelsPage  # noqa: PLC0415 - when it is first opened

    return ModelsPage(context)


def _generator(context: PageContext) -> Page:
    from imgmodels_tui.screens.generator.page import GeneratorPage  # noqa: PLC0415 - when it is first opened

    return GeneratorPage(context)


def _guide(context: PageContext) -> Page:
    from imgmodels_tui.screens.guide.page import GuidePage  # noqa: PLC0415 - when it is first opened

    return GuidePage(context)


def _hosting(context: PageContext) -> Page:
    from imgmodels_tui.screens.hosting.page import HostingPage  # noqa: PLC0415 - when it is first opened

    return HostingPage(context)


def _prices(context: PageContext) -> Page:
    from imgmodels_tui.screens.prices.page import PricesPage  # noqa: PLC0415 - when it is first opened

    return PricesPage(context)


def _history(context: PageContext) -> Page:
    from imgmodels_tui.screens.history.page import HistoryPage  # noqa: PLC0415 - when it is first opened

    return HistoryPage(context)


_GENERATOR = NavItem("generator", "2", "Generator", "Image generator")

PAGES: Pages = {
    NavItem("models", "1", "Models", "Image models"): _models,
    _GENERATOR: _generator,
    NavItem("guide", "3", "Guide"): _guide,
    NavItem("hosting", "4", "Hosting"): _hosting,
    NavItem("prices", "5", "Prices"): _prices,
    NavItem("history", "6", "History"): _history,
}
"""What admins have."""

USER_PAGES: Pages = {_GENERATOR: _generator}
"""What everybody else has (R15)."""


def check_keys(path: Path, actions: Iterable[str]) -> None:
    """Refuse other keys for actions that do not exist. Loads every page and dialog. Raises `SettingsError`."""
    from difflib import get_close_matches  # noqa: PLC0415 - not at start

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
