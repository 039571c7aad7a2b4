"""The pages of the program: the key and the name of each, and how it is made.

A page is made when it is first opened, and only then is its module loaded: the start pays for one page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from imgmodels_tui.screens.shared.page import Page, PageContext
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
