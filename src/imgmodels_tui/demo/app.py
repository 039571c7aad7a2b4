"""The demonstration as a program of its own: one page, on a workspace that is thrown away at the end."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.demo.page import DemoPage
from imgmodels_tui.demo.rehearsal import SEATS, Rehearsal
from imgmodels_tui.demo.script import Script
from imgmodels_tui.widgets.bars import NavItem

if TYPE_CHECKING:
    from imgmodels_tui.widgets.glyphs import Glyphs

PLACE = NavItem(DemoPage.NAME, "1", "Demonstration", "Demonstration: nothing here is real")


class DemoApp(ImgModelsApp):
    """The program with one page, and with nobody's own preferences."""

    def __init__(self, rehearsal: Rehearsal, *, glyphs: Glyphs | None = None) -> None:
        script = Script(rehearsal)
        super().__init__(
            rehearsal.store,
            rehearsal.service(SEATS[0].user).sessions.places,
            rehearsal.store.locations.settings,
            glyphs=glyphs,
            pages={PLACE: lambda context: DemoPage(context.replace(count_sessions=rehearsal.counts), script)},
        )


def open_demo(*, mouse: bool = True) -> None:
    """Run the demonstration until its presenter leaves it; its folder is gone afterwards."""
    with TemporaryDirectory(prefix="imgmodels-demo-") as folder:
        DemoApp(Rehearsal(Path(folder), load_catalog())).run_here(mouse=mouse)
