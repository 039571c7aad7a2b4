"""Several sessions draw at the same time, each its own image."""

from tests.driver import Driver
from tests.screens.generator.conftest import Setup, generator_page


async def new_session(page: Driver, name: str) -> None:
    await page.press("ctrl+n")
    await page.type(name)
    await page.press("enter")


async def begin(page: Driver, prompt: str, images: int) -> None:
    """Ask for an image, which is held; wait until so many are."""
    await page.type(prompt)
    await page.press("enter")
    await page.until(lambda: len(generator_page(page).generations) == images)


async def test_another_session_draws_meanwhile(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        await begin(page, "a lamp", 1)
        await page.until(lambda: "Drawing with" in page.text())
        await new_session(page, "posters")
        assert "Drawing with" not in page.text()
        await begin(page, " and a chair", 2)
        await page.until(lambda: "Drawing with" in page.text())
        setup.engine.release()
        await page.until(lambda: len(generator_page(page).generations) == 0)
        assert sorted(picture.facts.session for picture in setup.pictures()) == ["main", "posters"]


async def test_escape_cancels_the_image_of_this_session_only(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        await begin(page, "a lamp", 1)
        await new_session(page, "posters")
        await begin(page, " and a chair", 2)
        await page.press("escape")
        await page.until(lambda: len(generator_page(page).generations) == 1)
        assert page.notice == "Cancelled; no image was made"
        setup.engine.release()
        await page.until(lambda: len(generator_page(page).generations) == 0)
        assert page.notice.startswith("main: FLUX.2 Pro")
        assert [picture.facts.session for picture in setup.pictures()] == ["main"]


async def test_a_session_draws_one_image_at_a_time(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        await begin(page, "a lamp", 1)
        await page.press("enter")
        assert "One image at a time in a session" in page.notice
        setup.engine.release()
        await page.until(lambda: not generator_page(page).is_generating)
        assert len(setup.pictures()) == 1


async def test_so_many_at_once_and_no_more(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        for number, name in enumerate(("a", "b", "c", "d"), 1):
            await new_session(page, name)
            await begin(page, "lamp", number)
        await new_session(page, "e")
        await page.press("enter")
        assert "4 images are being drawn" in page.notice
        setup.engine.release()
        await page.until(lambda: len(generator_page(page).generations) == 0)
        assert len(setup.pictures()) == 4
