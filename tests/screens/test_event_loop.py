"""No page ever touches a file on the event loop: a disk that hangs stops none."""

import builtins
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.demo.app import DemoApp
from imgmodels_tui.demo.workspace import STEPS, DemoWorkspace
from imgmodels_tui.screens.generator.gallery import PictureList
from imgmodels_tui.screens.generator.picture import PictureDialog
from imgmodels_tui.screens.generator.sessions_dialog import SessionList, SessionsDialog
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.conftest import CountingClock
from tests.driver import Driver, run_app
from tests.screens.conftest import OpenPage
from tests.screens.generator.conftest import Setup, setup

__all__ = ["setup"]

CallsOnTheLoop = Callable[[], list[str]]


CALLS = [
    *((os, name) for name in ("stat", "lstat", "open", "scandir", "listdir", "mkdir", "readlink", "access")),
    *((os, name) for name in ("replace", "rename", "unlink", "remove", "link", "chmod", "chown", "statvfs")),
    (builtins, "open"),
    (io, "open"),
]
"""The functions by which a program reaches files."""


@pytest.fixture
def calls_on_the_loop(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> CallsOnTheLoop:
    """From its call on, every call for a file of the workspace or its user fails on this thread; returns those calls.

    What belongs to the program itself, such as styles, is on another disk and may be read.
    """

    def begin() -> list[str]:
        loop_thread, made = threading.get_ident(), list[str]()

        def guarded(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
            def guard(path: Any = ".", *arguments: Any, **options: Any) -> Any:
                file = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
                if threading.get_ident() == loop_thread and file.startswith((str(tmp_path), str(home))):
                    made.append(f"{name} {file}")
                    raise AssertionError(made[-1])
                return call(path, *arguments, **options)

            return guard

        for module, name in CALLS:
            monkeypatch.setattr(module, name, guarded(name, getattr(module, name)))
        return made

    return begin


def test_a_file_call_on_the_event_loop_is_noticed(tmp_path: Path, calls_on_the_loop: CallsOnTheLoop) -> None:
    calls = calls_on_the_loop()
    with ThreadPoolExecutor() as threads:
        assert threads.submit(tmp_path.exists).result()
    for touch in (Path.lstat, Path.read_bytes, Path.resolve, lambda path: list(path.iterdir())):
        with pytest.raises(AssertionError, match=str(tmp_path)):
            touch(tmp_path)
    assert [call.split()[0] for call in calls] == ["stat", "open", "lstat", "listdir"]


def listed(page: Driver) -> list[str]:
    return (
        [row.key for row in page.app.screen.query_one(SessionList).rows]
        if isinstance(page.dialog, SessionsDialog)
        else []
    )


async def test_the_generator_touches_no_file_on_the_event_loop(setup: Setup, calls_on_the_loop: CallsOnTheLoop) -> None:
    other = threading.Thread(target=lambda: setup.service.select("other", "flux-2-max"))
    async with setup.open(admin=True) as page:
        calls = calls_on_the_loop()
        await page.press("2", "ctrl+o", "down", "enter")
        await page.until(lambda: "FLUX.2 Max" in page.text())
        await setup.generate(page)
        await page.until(lambda: page.page.query_one(PictureList).rows)
        await page.press("escape", "enter")
        assert isinstance(page.dialog, PictureDialog)
        await page.until(lambda: "▀" in page.text())
        await page.press("escape", "ctrl+n", "x", "enter")
        await page.until(lambda: "Session     x" in page.text())
        await page.press("ctrl+s", "r", "y", "enter")
        await page.until(lambda: listed(page) == ["main", "y"])
        await page.press("d", "enter")
        await page.until(lambda: listed(page) == ["main"])
        await page.press("escape")
        other.start()
        await page.until(lambda: "2 sessions" in page.text())
        await page.app.live.change(lambda _: rules.Disable(("flux-2-max",)))
        await page.until(lambda: "FLUX.2 Max is no longer available" in page.text())
    other.join()
    assert calls == []


async def test_the_demonstration_touches_no_file_on_the_event_loop(
    tmp_path: Path, catalog: Catalog, clock: CountingClock, calls_on_the_loop: CallsOnTheLoop
) -> None:
    async with run_app(DemoApp(DemoWorkspace(tmp_path / "demo", catalog, clock=clock), glyphs=Glyphs())) as page:
        calls = calls_on_the_loop()
        await page.press("n", "n", "j", "space", "tab", "g", "m", *"flex", "enter")
        assert page.notice == "mia: posters uses FLUX.2 Flex"
        await page.press(*"n" * len(STEPS), *"p" * len(STEPS), "n")
        assert f"Step 1 of {len(STEPS) - 1}" in page.text()
    assert calls == []


EVERYWHERE = {
    "1": ["enter", "d", "c", "i", "slash", "question_mark", "comma", "x", "s", "y", "ctrl+p"],
    "3": ["enter", "e"],
    "4": ["enter", "x"],
    "5": ["enter", "h", "m"],
    "6": ["enter", "slash", "e", "i"],
}
"""What each page of an admin can be asked for; `escape` leaves it again."""


async def test_no_page_of_an_admin_touches_a_file_on_the_event_loop(
    open_page: OpenPage, bob: FileStore, tmp_path: Path, calls_on_the_loop: CallsOnTheLoop
) -> None:
    others = [
        threading.Thread(target=bob.update, args=(rule,)) for rule in (rules.Enable(("flux-2-max",)), reverting.Undo())
    ]
    export = tmp_path / "export.json"
    async with open_page(rules.Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein"))) as page:
        calls = calls_on_the_loop()
        for key, asked in EVERYWHERE.items():
            await page.press(key)
            for ask in asked:
                await page.press(ask)
                await page.press("escape")
        await page.press("1", "space", "u", "D", "c", "down", "enter", "escape")
        await page.press("comma", "down", "right", "escape", "escape")
        for other in others:
            other.start()
            await page.until(lambda: "bob" in page.notice)
            await page.press("1")
        await page.press("6", "e", "ctrl+u", *str(export), "enter")
        await page.until(lambda: "Settings written" in page.notice)
        await page.press("i", "ctrl+u", *str(export), "enter")
        await page.until(lambda: "Nothing to import" in page.notice)
    for other in others:
        other.join()
    assert calls == []
