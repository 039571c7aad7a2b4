"""The policy on the page: edited as clauses, set as one change, shown in every row that it forbids (R18)."""

from imgmodels_tui.screens.shared.policy import PolicyDialog
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Enable, SetPolicy
from tests.screens.conftest import OpenPage

FOUR = Enable(("flux-2-pro", "flux-2-max", "gpt-image-2", "recraft-v3"))
OPEN = "c down down enter"


async def test_clauses_are_switched_and_set_together(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(FOUR, keys=OPEN) as page:
        assert isinstance(page.dialog, PolicyDialog)
        assert "Policy none, as now Goes off nothing" in page.dialog_text()
        await page.press("down", "space", "down", "space")
        text = page.dialog_text()
        assert "Policy EU only Goes off Recraft V3" in text
        assert "Sessions none uses them" in text
        assert page.state()["revision"] == 1
        await page.press("m", *"review", "enter", "enter", "escape")
        assert page.notice == "Recraft V3 disabled; policy is EU only"
    last = store.read().last_change
    assert last is not None
    assert (last.reason, last.disabled) == ("review", ("recraft-v3",))


async def test_a_default_that_is_forbidden_is_followed_and_another_can_be_chosen(
    open_page: OpenPage, store: FileStore
) -> None:
    async with open_page(FOUR, keys=OPEN) as page:
        await page.press("down", "down", "down", "space")
        assert "Goes off FLUX.2 Pro, GPT Image 2" in page.dialog_text()
        assert "Default Recraft V3 instead of FLUX.2 Pro; d chooses another" in page.dialog_text()
        await page.press("d")
        await page.type("max")
        await page.press("enter")
        assert "Default FLUX.2 Max instead of FLUX.2 Pro" in page.dialog_text()
        await page.press("enter")
    assert store.read().default_model == "flux-2-max"
    assert store.read().enabled_models == {"flux-2-max", "recraft-v3"}


async def test_a_price_ceiling_is_typed(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(FOUR, keys=OPEN) as page:
        await page.press("G", "space")
        await page.type("0.0")
        assert "Not possible" in page.dialog_text()
        await page.type("5")
        assert "Policy at most €0.0500 Goes off FLUX.2 Max, GPT Image 2" in page.dialog_text()
        await page.press("enter", "enter")
        assert page.notice == "FLUX.2 Max, GPT Image 2 disabled; policy is at most €0.0500"
        await page.press("escape", "c", "down", "down", "enter", "G", "space")
        await page.type("x")
        assert "the price should be a figure in euro, such as 0.06" in page.dialog_text()
        await page.press("escape", "X", "enter")
        assert page.notice == "Policy is none"
    assert store.read().policy is None


async def test_what_would_leave_no_model_cannot_be_set(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro",)), keys=OPEN) as page:
        await page.press("space")
        assert "no model would stay enabled" in page.dialog_text()
        assert "Apply" not in page.lines[-1]
        await page.press("enter")
        assert isinstance(page.dialog, PolicyDialog)
        await page.press("down", "space", "down", "space")
        assert "one region must stay allowed" in page.dialog_text()


async def test_esc_leaves_the_policy_as_it_is(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(FOUR, keys=f"{OPEN} space escape escape") as page:
        assert page.dialog is None
    assert store.read().policy is None


async def test_the_policy_is_shown_where_it_is_configured(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys=f"{OPEN} G k space enter") as page:
        assert "Policy set no premium" in page.dialog_text()


async def test_a_catalog_that_makes_a_model_forbidden_is_warned_of(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(FOUR, keys=OPEN) as page:
        await page.press("down", "space", "down", "space", "enter", "escape")
        folder = store.locations.catalog
        folder.mkdir()
        (folder / "x.toml").write_text("[models.flux-2-max]\nhost = 'replicate'\nregion = 'US'\n")
        await page.poll()
        assert "FLUX.2 Max is enabled, but the policy forbids it: EU only" in page.text()
        assert "forbidden" in page.row("FLUX.2 Max")
        await page.press("G", "w")
        assert page.cursor == "FLUX.2 Max"
    assert "flux-2-max" in store.read().enabled_models


async def test_an_open_dialog_follows_a_policy_that_somebody_else_sets(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(FOUR, keys=OPEN) as page:
        bob.update(SetPolicy(None))
        await page.poll()
        assert "as now" in page.dialog_text()
