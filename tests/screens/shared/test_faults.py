"""No fault ends a page: what was not done stands in the status bar, and the page goes on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.message import Message
from textual.widgets import Static

from imgmodels_tui import settings
from imgmodels_tui.app import FAULT
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries.model_order import Order
from imgmodels_tui.workspace.rules import Enable
from tests.driver import Driver, app_on, run_app
from tests.hostile.settings import PLACES
from tests.screens.conftest import OpenPage

pytestmark = pytest.mark.usefixtures("layer")

ONE = Enable(("flux-2-pro",))
SAID = "not done: no thread (RuntimeError)"


class Sent(Message):
    """A message that is not handled well."""


class Failing(Static):
    """Fails to handle it."""

    def on_sent(self) -> None:
        """Fail."""
        fail()


def fail(*_: object) -> None:
    raise RuntimeError("no thread")


async def fail_later() -> None:
    fail()


def keep_running(page: Driver) -> None:
    page.app.keep_running(page.app.report_fault, page.app._end_after_fault)  # noqa: SLF001 - as `run_here` does


async def in_worker(page: Driver) -> None:
    page.app.run_worker(fail_later())


async def in_thread_worker(page: Driver) -> None:
    page.page.run_worker(fail, thread=True)


async def in_timer(page: Driver) -> None:
    page.page.set_timer(0.01, fail)


async def in_callback(page: Driver) -> None:
    page.page.call_later(fail)


async def in_next_callback(page: Driver) -> None:
    page.page.call_next(fail)


async def after_a_frame(page: Driver) -> None:
    page.page.call_after_refresh(fail)


async def in_handler(page: Driver) -> None:
    widget = Failing()
    await page.page.mount(widget)
    widget.post_message(Sent())


WAYS: list[Callable[[Driver], Awaitable[None]]] = [
    in_worker, in_thread_worker, in_timer, in_callback, in_next_callback, after_a_frame, in_handler,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_whatever_fails_is_said_and_the_page_goes_on(open_page: OpenPage, way: Callable[..., object]) -> None:
    async with open_page(ONE) as page:
        keep_running(page)
        await way(page)  # type: ignore[misc]
        await page.until(lambda: SAID in page.text())
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert "flux-2-max" in page.enabled


@pytest.mark.parametrize("key", "123456")
async def test_no_action_of_any_page_is_outside(open_page: OpenPage, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_page(ONE) as page:
        keep_running(page)
        await page.press(key, *(["escape"] if key == "2" else []))
        actions = {binding.binding.action: binding.node for binding in page.app.active_bindings.values()}
        names = {action.partition("(")[0] for action, node in actions.items() if node is page.page}
        own = [name for name in names if "." not in name]
        assert own
        for name in own:
            page.page.clear_notice()
            with monkeypatch.context() as patched:
                patched.setattr(page.page, f"action_{name}", fail)
                page.app.call_later(page.app.run_action, name, page.page)
                await page.until(lambda: SAID in page.text())
        await page.press("ctrl+q")
        assert page.app.return_code == 0


async def test_a_fault_that_comes_back_for_ever_ends_the_program_with_its_code(open_page: OpenPage) -> None:
    async with open_page(ONE) as page:
        keep_running(page)
        page.app.set_interval(0.001, fail)
        await page.until(lambda: page.app.return_code is not None)
        assert page.app.return_code == FAULT


@pytest.mark.parametrize("broken", PLACES)
async def test_a_preference_that_cannot_be_kept_is_said(store: FileStore, home: Path, broken: str) -> None:
    del home
    store.update(ONE)
    async with run_app(app_on(store)) as page:
        path = locate().settings
        path.parent.mkdir(parents=True, exist_ok=True)
        PLACES[broken](path)
        before = path.read_bytes() if path.is_file() else None
        await page.press("s")
        await page.until(lambda: any("Preferences are not kept" in note.message for note in page.app._notifications))  # noqa: SLF001 - no public name
        assert (path.read_bytes() if path.is_file() else None) == before


async def test_only_the_preference_that_changed_is_written(store: FileStore) -> None:
    store.update(ONE)
    async with run_app(app_on(store)) as page:
        path = locate().settings
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('mouse = false  # mine\ntheme = "imgmodels-light"\n')
        await page.press("s")
        await page.settle()
        assert settings.load(path) == settings.Settings(mouse=False, theme="imgmodels-light", sort=Order.PRICE)
        assert "# mine" in path.read_text()


async def test_a_reference_image_of_nobody_is_no_fault(open_page: OpenPage) -> None:
    async with open_page(ONE, keys="2") as page:
        await page.type("a city")
        await page.press("tab")
        await page.submit("~nosuchuser/x.png")
        await page.until(lambda: "nosuchuser" in page.notice)
        assert "not done" not in page.notice


async def test_a_machine_that_gives_no_more_threads_ends_no_page(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")

    async with open_page(ONE) as page:
        keep_running(page)
        with monkeypatch.context() as patch:
            patch.setattr("asyncio.to_thread", refuse)
            for keys in (("down", "space"), ("u",), ("6",), ("2",), ("5",), ("1", "c")):
                await page.press(*keys)
                page.app.live.poll()
            await page.press("escape")
        await page.press("1", "space")
        await page.settle()
        assert page.app.return_code is None
        assert "enabled" in page.notice
