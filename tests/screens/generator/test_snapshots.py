"""What the generator looks like in each of its situations, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imgmodels_tui.generator.service import GenerationRequest
from imgmodels_tui.screens.generator.page import SIDE_WIDTH
from imgmodels_tui.workspace import rules
from tests.generator.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from imgmodels_tui.catalog import Catalog
    from tests.conftest import CountingClock

    Story = Callable[[Stage], Awaitable[None]]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
THREE = rules.Enable(("flux-2-pro", "flux-2-flex", "gpt-image-2"))


@pytest.fixture
def stage(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> Stage:
    return Stage(tmp_path, catalog, clock, THREE)


@pytest.fixture
def looks(stage: Stage, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Compares the screen after `story` with its picture."""

    def compare(size: tuple[int, int], story: Story, *, admin: bool = False) -> bool:
        app = stage.make(admin=admin)

        async def act(pilot: Pilot[None]) -> None:
            await stage.enter(pilot)
            await story(stage)
            photograph = app.export_screenshot

            def photograph_then_release(**how: Any) -> str:
                picture = photograph(**how)
                stage.release()
                return picture

            monkeypatch.setattr(app, "export_screenshot", photograph_then_release)

        return snap_compare(app, terminal_size=size, run_before=act)

    return compare


async def drawn(page: Stage, size: tuple[int, int]) -> None:
    """Wait for the picture beside the list, where there is one."""
    if size[0] >= SIDE_WIDTH:
        await page.until(lambda: "placeholder" in page.text)


@SIZES
def test_looks_before_the_first_image(size: tuple[int, int], looks: Callable[..., bool]) -> None:
    async def story(page: Stage) -> None:
        await page.press("tab")

    assert looks(size, story)


@SIZES
def test_looks_with_images_of_several_sessions(size: tuple[int, int], stage: Stage, looks: Callable[..., bool]) -> None:
    stage.service.generate(GenerationRequest("a lighthouse at dusk", session="main"))
    stage.service.generate(
        GenerationRequest("a city in the rain, seen from far above", session="posters", model="gpt-image-2")
    )

    async def story(page: Stage) -> None:
        await page.press("escape")
        await drawn(page, size)

    assert looks(size, story)


@SIZES
def test_looks_before_a_session_switches(size: tuple[int, int], stage: Stage, looks: Callable[..., bool]) -> None:
    stage.service.select("main", "flux-2-flex")

    async def story(page: Stage) -> None:
        await page.changed_elsewhere(rules.Disable(("flux-2-flex",)))

    assert looks(size, story)


@SIZES
def test_looks_while_an_image_is_drawn(size: tuple[int, int], stage: Stage, looks: Callable[..., bool]) -> None:
    stage.hold()

    async def story(page: Stage) -> None:
        await page.type("a lighthouse at dusk")
        await page.press("enter")
        await page.until(lambda: "50 %" in page.text)

    assert looks(size, story)


@SIZES
def test_looks_after_a_session_switched(size: tuple[int, int], stage: Stage, looks: Callable[..., bool]) -> None:
    stage.service.select("main", "flux-2-flex")

    async def story(page: Stage) -> None:
        await page.changed_elsewhere(rules.Disable(("flux-2-flex",)))
        await page.generate("a lighthouse at dusk")
        await page.until(lambda: "this session now uses FLUX.2 Pro" in page.text and "22 Nov" in page.text)
        await drawn(page, size)

    assert looks(size, story)


@SIZES
def test_looks_when_image_generation_is_off(size: tuple[int, int], looks: Callable[..., bool]) -> None:
    async def story(page: Stage) -> None:
        await page.changed_elsewhere(rules.Configure(image_generation=False))

    assert looks(size, story)


@SIZES
def test_looks_to_an_admin_without_any_model(size: tuple[int, int], looks: Callable[..., bool], stage: Stage) -> None:
    async def story(page: Stage) -> None:
        stage.store.path.write_text('{"revision": 2}')
        stage.app.live.look()
        await page.press("2")

    assert looks(size, story, admin=True)


@SIZES
def test_looks_of_the_model_dropdown(size: tuple[int, int], looks: Callable[..., bool]) -> None:
    async def story(page: Stage) -> None:
        await page.press("ctrl+o")

    assert looks(size, story)


@SIZES
def test_looks_of_the_sessions(size: tuple[int, int], stage: Stage, looks: Callable[..., bool]) -> None:
    stage.service.select("main", "flux-2-flex")
    stage.service.select("posters", "gpt-image-2")

    async def story(page: Stage) -> None:
        await page.changed_elsewhere(rules.Disable(("flux-2-flex",)))
        await page.press("ctrl+s")

    assert looks(size, story)


@SIZES
def test_looks_of_the_replacement_dialog_with_sessions(
    size: tuple[int, int], stage: Stage, looks: Callable[..., bool]
) -> None:
    stage.service.select("main", "flux-2-pro")

    async def story(page: Stage) -> None:
        await page.press("space")
        await page.until(lambda: "will switch to" in page.text)

    assert looks(size, story, admin=True)
