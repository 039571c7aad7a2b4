"""The program on a workspace of its own, walked through by its keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import pytest
from textual.widgets import Input

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.widgets.glyphs import Glyphs
from tests.screens.driver import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from imgmodels_tui.workspace.file_store.store import Store
    from imgmodels_tui.workspace.rules import Rule


class Walk(Driver):
    """One open program: its user's hands and eyes, on pages whose text is wrapped."""

    async def fill(self, text: str) -> None:
        """Write into the field that has the focus."""
        field = self.app.screen.focused
        assert isinstance(field, Input)
        field.value = text
        await self.settle()

    async def until_shown(self, text: str) -> None:
        """Wait for something that the program does by itself."""
        await self.until(lambda: text in self.said())

    def said(self) -> str:
        """The screen as running text: lines that were wrapped in a frame are whole again."""
        return " ".join(self.text().replace("│", " ").split())

    def line(self, begin: str) -> str:
        """The line that begins so, behind the cursor's two cells."""
        found = [line for line in self.lines if line[2:].startswith(begin)]
        assert found, f"no line begins with {begin!r}:\n{self.text()}"
        return found[0]

    @property
    def cursor_line(self) -> str:
        """What stands on the line of the cursor."""
        return next((line[2:] for line in self.lines if line.startswith("❯ ")), "")


class OpenAt(Protocol):
    """A fixture's type: what opens the program and presses keys."""

    def __call__(
        self, keys: str, *, store: Store | None = None, size: tuple[int, int] = (80, 24)
    ) -> AbstractAsyncContextManager[Walk]: ...


def make_app(store: Store) -> ImgModelsApp:
    """The program as it is drawn on every machine."""
    store.create_if_missing()
    app = ImgModelsApp(store, glyphs=Glyphs())
    app.theme = "imgmodels-dark"
    return app


@pytest.fixture
def open_at(store: Store) -> OpenAt:
    """What opens the program on the test's workspace."""

    @asynccontextmanager
    async def opened(keys: str, *, store: Store = store, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Walk]:
        app = make_app(store)
        async with app.run_test(size=size) as pilot:
            walk = Walk(app, pilot)
            await walk.settle()
            await walk.press(*keys.split())
            yield walk

    return opened  # type: ignore[return-value] # None is never passed


def apply(store: Store, *changes: Rule) -> None:
    """Make some changes, one after the other."""
    for change in changes:
        store.update(change)
