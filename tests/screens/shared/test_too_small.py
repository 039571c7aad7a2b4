"""Too little room: nothing but the notice, whatever happens meanwhile, and all as it was when there is room again."""

import pytest

from imgmodels_tui.workspace.rules import Configure, Enable, Rule
from tests.screens.conftest import OpenPage

PAGES = {
    **{f"page {key}": (key,) for key in "123456"},
    "models, filtering": ("1", "slash"),
    "prices, drawn": ("5", "p"),
    "history, filtering": ("6", "slash"),
}
"""Every page, and what a page can show instead: the keys to it."""
TOO_SMALL = [(59, 15), (59, 40), (200, 15)]
SETUPS: dict[str, tuple[Rule, ...]] = {
    "fresh": (),
    "used": (Enable(("flux-2-pro", "flux-2-max")),),
    "off": (Enable(("flux-2-pro", "flux-2-max")), Configure(image_generation=False)),
}


def notice(width: int, height: int) -> list[str]:
    return [f"imgmodels needs 60x16.\nThis terminal has {width}x{height}.\nMake it larger, or press q."]


@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize("keys", PAGES.values(), ids=PAGES)
async def test_a_page_without_room_shows_only_the_notice(
    open_page: OpenPage, keys: tuple[str, ...], setup: str
) -> None:
    async with open_page(*SETUPS[setup], size=(80, 24)) as page:
        await page.press(*keys)
        before = page.text()
        for size in TOO_SMALL:
            await page.resize(*size)
            assert [page.text().strip()] == notice(*size)
        await page.poll()
        assert [page.text().strip()] == notice(*TOO_SMALL[-1])
        await page.resize(80, 24)
        assert page.text() == before


@pytest.mark.parametrize("setup", SETUPS)
async def test_a_page_that_opens_without_room_shows_only_the_notice(open_page: OpenPage, setup: str) -> None:
    async with open_page(*SETUPS[setup], size=(59, 15)) as page:
        assert [page.text().strip()] == notice(59, 15)


async def test_what_happens_without_room_does_not_show_until_there_is(open_page: OpenPage) -> None:
    async with open_page(size=(59, 15)) as page:
        page.app.live.store.update(Enable(("flux-2-pro",)))
        page.app.live.store.update(Configure(image_generation=False))
        await page.poll()
        assert [page.text().strip()] == notice(59, 15)
        await page.resize(80, 24)
        assert "Image generation is off" in page.text()


@pytest.mark.parametrize("key", ["d", "enter", "i", "question_mark", "c", "comma", "ctrl+p"])
async def test_a_dialog_without_room_shows_only_the_notice(open_page: OpenPage, key: str) -> None:
    async with open_page(*SETUPS["used"], size=(80, 24)) as page:
        await page.press(key)
        before = page.text()
        for size in TOO_SMALL:
            await page.resize(*size)
            assert [page.text().strip()] == notice(*size)
        await page.resize(80, 24)
        assert page.text() == before
