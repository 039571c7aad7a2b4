"""What the generator looks like in each of its situations."""

from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.service import GenerationRequest
from imgmodels_tui.screens.generator.page import SIDE_WIDTH
from imgmodels_tui.workspace import rules
from tests.conftest import CountingClock
from tests.driver import Driver
from tests.screens.generator.conftest import Setup
from tests.snapshots import SnapApp, Story


class Snap:
    """Compares the screen after `story` with its snapshot, and releases an image that is held then."""

    def __init__(self, setup: Setup, snap_app: SnapApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self._setup, self._snap_app, self._monkeypatch = setup, snap_app, monkeypatch

    def __call__(self, story: Story, *, admin: bool = False) -> bool:
        engine = self._setup.engine

        async def then_release(page: Driver) -> None:
            await story(page)
            export = page.app.export_screenshot

            def export_then_release(**how: Any) -> str:
                picture = export(**how)
                engine.release()
                return picture

            self._monkeypatch.setattr(page.app, "export_screenshot", export_then_release)

        return self._snap_app(self._setup.make_app(admin=admin), story=then_release, held=engine.count_held)


@pytest.fixture
def setup(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> Setup:
    return Setup(tmp_path, catalog, clock, rules.Enable(("flux-2-pro", "flux-2-flex", "gpt-image-2")))


@pytest.fixture
def snap(setup: Setup, snap_app: SnapApp, monkeypatch: pytest.MonkeyPatch) -> Snap:
    return Snap(setup, snap_app, monkeypatch)


async def drawn(page: Driver) -> None:
    """Wait for the picture beside the list, where there is one."""
    if page.app.size.width >= SIDE_WIDTH:
        await page.until(lambda: "placeholder" in page.text())


def test_looks_before_the_first_image(snap: Snap) -> None:
    async def story(page: Driver) -> None:
        await page.press("tab")

    assert snap(story)


def test_looks_with_images_of_several_sessions(setup: Setup, snap: Snap) -> None:
    setup.service.generate(GenerationRequest("a lighthouse at dusk", session="main"))
    setup.service.generate(
        GenerationRequest("a city in the rain, seen from far above", session="posters", model="gpt-image-2")
    )

    async def story(page: Driver) -> None:
        await page.press("escape")
        await drawn(page)

    assert snap(story)


def test_looks_before_a_session_switches(setup: Setup, snap: Snap) -> None:
    setup.service.select("main", "flux-2-flex")

    async def story(page: Driver) -> None:
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))

    assert snap(story)


def test_looks_while_an_image_is_drawn(setup: Setup, snap: Snap) -> None:
    setup.engine.hold()

    async def story(page: Driver) -> None:
        await page.type("a lighthouse at dusk")
        await page.press("enter")
        await page.until(lambda: "50 %" in page.text())

    assert snap(story)


def test_looks_after_a_session_switched(setup: Setup, snap: Snap) -> None:
    setup.service.select("main", "flux-2-flex")

    async def story(page: Driver) -> None:
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))
        await setup.generate(page, "a lighthouse at dusk")
        await page.until(lambda: "this session now uses FLUX.2 Pro" in page.text() and "22 Nov" in page.text())
        await drawn(page)

    assert snap(story)


def test_looks_when_image_generation_is_off(snap: Snap) -> None:
    async def story(page: Driver) -> None:
        await page.change_elsewhere(rules.Configure(image_generation=False))

    assert snap(story)


def test_looks_to_an_admin_without_any_model(snap: Snap, setup: Setup) -> None:
    async def story(page: Driver) -> None:
        setup.store.path.write_text('{"schema_version": 2, "revision": 2}')
        await page.app.live.catch_up()
        await page.press("2")

    assert snap(story, admin=True)


def test_looks_of_the_model_dropdown(snap: Snap) -> None:
    async def story(page: Driver) -> None:
        await page.press("ctrl+o")

    assert snap(story)


def test_looks_of_the_sessions(setup: Setup, snap: Snap) -> None:
    setup.service.select("main", "flux-2-flex")
    setup.service.select("posters", "gpt-image-2")

    async def story(page: Driver) -> None:
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))
        await page.press("ctrl+s")

    assert snap(story)


def test_looks_of_the_replacement_dialog_with_sessions(setup: Setup, snap: Snap) -> None:
    setup.service.select("main", "flux-2-pro")

    async def story(page: Driver) -> None:
        await page.press("space")
        await page.until(lambda: "will switch to" in page.text())

    assert snap(story, admin=True)
