"""The workspace's catalog and its dates on an open page, taken over as they change (R16, R17)."""

from datetime import UTC, datetime

import pytest

from imgmodels_tui.catalog.own import OwnChange
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "flux-2-max"))


async def test_a_changed_catalog_is_taken_over_while_the_page_is_open(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    async with open_page(TWO) as page:
        assert "€0.032" in page.row("FLUX.2 Pro")
        price = b'list_price = { amount = 0.5, currency = "EUR", source = "page" }'
        content = b"[models.flux-2-pro]\n" + price
        bob.change_catalog(OwnChange(added=((store.path.with_name("x.toml"), content),)))
        await page.poll()
        assert "€0.600" in page.row("FLUX.2 Pro")
        assert page.notice == "bob: catalog: flux-2-pro added"
        await page.press("enter")
        assert "Catalog the workspace's own records add or correct it" in page.dialog_text()


async def test_a_catalog_that_breaks_leaves_the_last_good_one_and_says_why(
    open_page: OpenPage, store: FileStore
) -> None:
    async with open_page(TWO) as page:
        store.locations.catalog.mkdir()
        broken = store.locations.catalog / "x.toml"
        broken.write_text("[models")
        await page.poll()
        assert "x.toml: is not valid TOML" in page.unwrapped_text()
        assert "€0.032" in page.row("FLUX.2 Pro")
        await page.go_to("FLUX.2 Klein")
        await page.press("space")
        assert page.notice == "Not saved: x.toml cannot be used as it is"
        broken.unlink()
        await page.poll()
        await page.press("space")
        assert page.notice == "FLUX.2 Klein enabled"


async def test_a_retired_model_that_is_on_is_warned_of_with_the_way_to_it(open_page: OpenPage) -> None:
    async with open_page(TWO, Enable(("gpt-image-1",))) as page:
        line = page.lines[page.index_of("▲ GPT Image 1 is retired since 2026-10-23; disable it")[1]]
        assert line.endswith("w go to GPT Image 1")
        await page.press("w")
        assert page.cursor == "GPT Image 1"
        await page.press("space")
        assert "▲ GPT Image 1" not in page.text()


async def test_a_retired_default_is_named_and_never_proposed(open_page: OpenPage) -> None:
    async with open_page(Enable(("gpt-image-1", "flux-2-pro", "gpt-image-2"))) as page:
        assert "GPT Image 1, the default, is retired since 2026-10-23; choose another" in page.unwrapped_text()
        await page.press("d")
        assert "default premium retired" in page.dialog_text()
        await page.press("escape")
    async with open_page(Enable(("gpt-image-1",))) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("D", "space", "enter")
        assert page.state()["default_model"] != "gpt-image-1"


@pytest.mark.parametrize(("day", "badge"), [(16, "deprecated"), (17, "retired")])
async def test_a_badge_follows_the_day_while_the_page_is_open(
    day: int, badge: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, store: FileStore
) -> None:
    async with open_page(TWO) as page:
        monkeypatch.setattr(store, "today", lambda: datetime(2026, 12, day, tzinfo=UTC).date())
        await page.poll()
        assert badge in page.row("GPT Image 1.5")


async def test_image_generation_is_switched_off_only_after_a_question(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="c space") as page:
        assert "Sessions there are none" in page.dialog_text()
        assert page.state()["image_generation"] is True
        await page.press("escape", "space", "m", *"cost", "enter", "enter")
        assert page.state()["image_generation"] is False
        assert page.state()["last_change"]["reason"] == "cost"
