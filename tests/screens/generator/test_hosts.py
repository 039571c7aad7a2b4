"""The generator's page where a host draws: said before, while, after, and when the host refuses."""

from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.engines.hosts.accounts import BFL, HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.engines.hosts.keys import store_key
from imgmodels_tui.workspace import rules
from tests.conftest import CountingClock
from tests.driver import Driver, run_app
from tests.generator.engines.hosts import stand_in
from tests.generator.engines.hosts.stand_in import KEY, StandIn
from tests.screens.generator.conftest import Setup, generator_page
from tests.snapshots import SnapApp


@pytest.fixture
def setup(tmp_path: Path, catalog: Catalog, clock: CountingClock, stand_in_server: StandIn) -> Setup:
    """A workspace with a model whose host has a key, and one whose host has none."""
    made = Setup(tmp_path, catalog, clock, rules.Enable(("flux-2-max", "gpt-image-2")))
    stand_in_server.gone.clear()
    environ = {"BFL_API_KEY": KEY, "BFL_BASE_URL": stand_in_server.url}
    made.service.engine = HostEngine(HostAccounts(tmp_path / "settings.toml", {}, environ))
    return made


async def draw(page: Driver, prompt: str) -> None:
    await page.type(prompt)
    await page.press("enter")
    await page.until(lambda: bool(page.notice) and not generator_page(page).is_generating)


async def test_it_is_said_before_who_draws(setup: Setup) -> None:
    async with setup.open() as page:
        assert "Drawn by Black Forest Labs" in page.text()
        setup.service.select("main", "gpt-image-2")
        await page.press("ctrl+n")
        await page.type("posters")
        await page.press("enter", "ctrl+o")
        await page.type("GPT")
        await page.press("enter")
        await page.until(lambda: "Placeholder: no key for Microsoft Azure" in page.text())


async def test_a_key_that_is_stored_meanwhile_is_noticed(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imgmodels_tui.screens.generator.page.LOOK_EACH", 0.01)
    setup.service.engine = HostEngine(HostAccounts(tmp_path / "settings.toml", {}, {}))
    async with setup.open() as page:
        assert "Placeholder: no key for Black Forest Labs" in page.text()
        store_key(HostAccounts(tmp_path / "settings.toml", {}, {}), BFL, KEY)
        await page.until(lambda: "Drawn by Black Forest Labs" in page.text())


async def test_an_image_by_a_host_is_listed_with_what_it_reports(setup: Setup) -> None:
    async with setup.open(size=(120, 40)) as page:
        await draw(page, "a lamp")
        await page.press("escape", "enter")
        await page.until(lambda: "7.5 credits by the host" in page.text())
        assert "not the model's output" not in page.text()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (stand_in.MODERATED, "Black Forest Labs refuses the prompt"),
        (stand_in.QUOTA, "try again in 6 seconds: enter"),
        (stand_in.BAD_KEY, "does not accept the key"),
    ],
)
async def test_what_a_host_refuses_is_said_and_the_prompt_stays(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, outcome: str, said: str
) -> None:
    monkeypatch.setattr("imgmodels_tui.generator.engines.hosts.connection._PAUSE", 0.0)
    async with setup.open(size=(200, 50)) as page:
        await draw(page, f"a lamp, outcome {outcome}.")
        assert said in page.notice
        assert KEY not in page.text()
        assert f"a lamp, outcome {outcome}." in page.text()
        assert setup.service.pictures.exists() is False


async def test_escape_closes_the_line_to_the_host(setup: Setup, stand_in_server: StandIn) -> None:
    async with run_app(setup.make_app(), held=lambda: stand_in_server.held) as page:
        await page.type(f"a lamp, outcome {stand_in.SLOW}.")
        await page.press("enter")
        await page.until(lambda: " s  esc cancels" in page.text())
        await page.press("escape")
        await page.until(lambda: page.notice == "Cancelled; no image was made")
        assert stand_in_server.gone.wait(5)


async def test_the_preference_says_who_draws_from_now_on(setup: Setup, catalog: Catalog, tmp_path: Path) -> None:
    asked = [True]
    environ = {"BFL_API_KEY": KEY}
    accounts = HostAccounts(tmp_path / "settings.toml", {}, environ)
    setup.service.engine = HostEngine(accounts, asks_hosts=lambda: asked[0])
    async with setup.open() as page:
        assert f"Drawn by {catalog.hosts['black-forest-labs'].name}" in page.text()
        asked[0] = False
        generator_page(page).apply_settings(page.app.settings)
        await page.until(lambda: "Placeholder: no host is asked" in page.text())


def test_looks_after_a_host_refused(setup: Setup, snap_app: SnapApp) -> None:
    async def story(page: Driver) -> None:
        await draw(page, f"a lamp, outcome {stand_in.MODERATED}.")

    assert snap_app(setup.make_app(), story=story)
