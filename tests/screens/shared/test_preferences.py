"""Preferences: kept for one user, taken on at once; keys by the ids of their actions."""

import tomllib
from pathlib import Path

import pytest

from imgmodels_tui.cli.page import open_page
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.screens.keys import understood_keys
from imgmodels_tui.settings import Settings, SettingsError, load, save
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries.model_order import Order
from imgmodels_tui.workspace.rules import Enable
from tests.driver import app_on, run_app
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))


def kept() -> dict[str, object]:
    return tomllib.loads(locate().settings.read_text())


async def test_a_theme_is_taken_on_and_kept(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="comma right") as page:
        assert page.app.theme == "imgmodels-light"
        assert kept() == {"theme": "imgmodels-light"}


async def test_an_order_chosen_on_the_page_is_kept(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="s"):
        assert kept() == {"sort": "price"}


async def test_a_column_can_be_hidden(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(159, 24)) as page:
        assert "Microsoft Azure" in page.text()
        page.app.change_settings(Settings(hidden_columns=("host",)))
        await page.settle()
        assert "Microsoft Azure" not in page.text()
        assert "Hosted by" not in page.text()


async def test_a_key_can_be_moved_by_the_id_of_its_action(store: FileStore) -> None:
    store.update(TWO)
    async with run_app(app_on(store, Settings(keys={"models.toggle": "t"}))) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert "flux-2-max" not in page.enabled
        await page.press("t")
        assert "flux-2-max" in page.enabled
        assert "t Toggle" in page.text()


def test_a_key_for_an_action_that_does_not_exist_is_one_line(store: FileStore) -> None:
    path = store.locations.settings
    path.parent.mkdir(parents=True)
    path.write_text('[keys]\nmodels.togle = "t"\n')
    with pytest.raises(SettingsError, match=r"keys\.models\.togle: is no action; did you mean models\.toggle\?"):
        open_page(store, user_paths(store.locations), path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme = 3", "theme: "),
        ("colour = 'red'", "colour: is not a known key"),
        ("sort = 'size'", "sort: should be 'page', 'price', 'stars', 'name' or 'host'"),
        ("mouse = 'perhaps'", "mouse: "),
        ("= 1", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_is_one_line_with_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert f"{path}: {says}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_saving_keeps_comments_and_what_others_wrote(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\ntheme = "nord" # cold\n\n[keys]\nmodels.toggle = "t"\n')
    save(path, load(path), load(path).replace(sort=Order.STARS))
    text = path.read_text()
    assert "# mine" in text
    assert "# cold" in text
    assert load(path) == Settings(theme="nord", sort=Order.STARS, keys={"models.toggle": "t"})


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("t", "t"), ("T", "T"), ("Ctrl+T", "ctrl+t"), ("ctrl-t", "ctrl+t"), ("Space", "space"), ("Esc", "escape"),
        ("shift+Ctrl+up", "ctrl+shift+up"), ("$", "dollar_sign"), ("plus", "plus"), ("ctrl+Slash", "ctrl+slash"),
        ("F5", "f5"), ("t, F5", "t,f5"), ("-", "minus"),
    ],
)  # fmt: skip
def test_a_key_is_understood_as_people_write_it(written: str, key: str) -> None:
    assert understood_keys(Path("s"), {"picture.copy": written}) == {"picture.copy": key}


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"models.toggle": "spce"}, "keys.models.toggle: 'spce' is no key; did you mean space?"),
        ({"models.toggle": "contrl+t"}, "keys.models.toggle: 'contrl+t' is no key"),
        ({"models.toggle": ""}, "keys.models.toggle: '' is no key"),
        ({"models.toggle": "q"}, "keys.models.toggle: q is the key of app.quit already"),
        (
            {"models.toggle": "f5", "models.details": "F5"},
            "keys.models.toggle: f5 is the key of models.details already",
        ),
    ],
    ids=str,
)
def test_a_key_that_would_not_be_heard_is_refused_by_name(keys: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        understood_keys(Path("s"), keys)
    assert says in str(caught.value)
