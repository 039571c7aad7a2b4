"""Where the locale ends at ASCII, every page is drawn in it, and amounts keep their currency."""

import pytest

from imgmodels_tui.screens.pages import PAGES
from imgmodels_tui.widgets.glyphs import ASCII_GLYPHS
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.driver import app_on, run_app

TWO = rules.Enable(("flux-2-pro", "gpt-image-2"))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("1", "FLUX.2 Pro | Black Forest Labs | EU | EUR 0.032"),
        ("1 d", "EUR 0.062 premi"),
        ("1 enter", "Price              EUR 0.032 per image"),
        ("2", "EUR 0.032, included in the plan"),
        ("3 e", "EUR 0.075  premium"),
        ("5", "1 EUR = "),
        ("5 p", "EUR 0.02"),
        ("5 m 3 0 enter", "30 images | EUR 0.27"),
    ],
)
async def test_an_amount_in_running_text_names_its_currency(store: FileStore, keys: str, said: str) -> None:
    store.update(TWO)
    async with run_app(app_on(store, glyphs=ASCII_GLYPHS), keys=keys, size=(100, 32)) as page:
        assert said in page.text()


@pytest.mark.parametrize("place", [place.key for place in PAGES])
async def test_every_page_is_drawn_in_ascii(store: FileStore, place: str) -> None:
    store.update(TWO)
    async with run_app(app_on(store, glyphs=ASCII_GLYPHS), keys=place, size=(100, 32)) as page:
        assert page.text().isascii()
        assert "?0" not in page.text()
