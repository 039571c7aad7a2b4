"""No text from elsewhere is markup: names and ids stand on every page and in every dialog as they were written."""

import json
from pathlib import Path

import pytest

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.generator.sessions.records import Session
from imgmodels_tui.generator.sessions.store import SessionStore, user_paths
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Disable, Enable
from tests.driver import app_on, run_app
from tests.hostile import MARKUP, hostile_catalog, hostile_change

KEYS = {
    "1": ["enter", "d", "i", "slash", "question_mark"],
    "3": ["enter"],
    "4": ["enter", "x"],
    "5": ["enter", "h", "m"],
    "6": ["enter", "e", "i"],
}
"""What opens the dialogs of each page, with the cursor on the hostile model or change."""


def hostile_store(folder: Path, text: str) -> FileStore:
    overrides = folder / "catalog"
    overrides.mkdir()
    (overrides / "x.toml").write_text(hostile_catalog(text))
    catalog = load_catalog(overrides)
    store = FileStore(locate(folder / "workspace.json"), catalog, user=text)
    store.update(Enable(("flux-2-pro", "evil")))
    store.update(Disable(("flux-2-pro",), "evil"))
    with store.locations.history.open("a") as history:
        history.write(json.dumps(hostile_change(text, f"x{text}", 3)) + "\n")
    return store


@pytest.mark.parametrize("text", MARKUP)
async def test_no_page_or_dialog_of_an_admin_reads_it_as_markup(tmp_path: Path, text: str) -> None:
    store = hostile_store(tmp_path, text)
    async with run_app(app_on(store)) as page:
        for key, dialogs in KEYS.items():
            await page.press(key)
            for listed in page.page.query(LineList):
                listed.move_to("evil")
            await page.settle()
            assert text[:12] in page.text()
            for opens in dialogs:
                await page.press(opens)
                await page.press("escape")
        await page.press("1", "ctrl+p")
        await page.press("escape")
        assert page.app.return_code is None


@pytest.mark.parametrize("text", MARKUP)
async def test_no_dialog_of_a_user_reads_it_as_markup(tmp_path: Path, text: str) -> None:
    store = hostile_store(tmp_path, text)
    sessions = SessionStore(user_paths(store.locations))
    sessions.update(lambda known: known.replace(sessions=(Session(name=text, model="evil"),), current=text))
    async with run_app(app_on(store, admin=False)) as page:
        assert text[:12] in page.text()
        for opens in ("r", "d", "n"):
            await page.press("ctrl+s")
            assert text[:12] in page.dialog_text()
            await page.press(opens)
            if opens != "n":
                assert text[:12] in page.text()
            await page.press("escape", "escape", "escape")
        await page.press("ctrl+o")
        assert text[:12] in page.dialog_text()
        await page.click(text[:12])
        assert page.app.return_code is None
