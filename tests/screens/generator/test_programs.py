"""What an admin sees, on the generator's page, of the programs that draw through the HTTP API."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

from imgmodels_tui.api import usage
from imgmodels_tui.api.keys import KeyStore
from imgmodels_tui.api.programs import read_programs
from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.workspace import rules
from tests.conftest import apply
from tests.driver import Driver, run_app
from tests.screens.generator.conftest import Setup
from tests.snapshots import SnapApp

TODAY = date(2026, 11, 22)


def use(user: str, drawn: str, day: int = 22, month: int = 11, asked: str | None = None) -> usage.Use:
    at = datetime(2026, month, day, 10, tzinfo=UTC)
    return usage.Use(at, "gateway", user, user, drawn, "a-host", "credits", "a host", asked, "0.0322")


@pytest.fixture
def programs(setup: Setup) -> ImgModelsApp:
    """The program as an admin opens it, where programs have drawn."""
    locations = setup.store.locations
    keys = KeyStore(locations.api_keys)
    keys.add("gateway", by="alice", at=datetime(2026, 11, 1, tzinfo=UTC), front_end=True)
    usage.append(
        locations.usage,
        [
            use("anna", "flux-2-pro"),
            use("anna", "flux-2-pro", day=21),
            use("ben\x1b[31m", "flux-2-max", asked="flux-2-flex"),
            use("ben\x1b[31m", "flux-2-max", month=10),
        ],
    )
    read = partial(read_programs, setup.store, locations, TODAY)
    return opened(setup, read)


def opened(setup: Setup, read: object) -> ImgModelsApp:
    app = ImgModelsApp(
        setup.store,
        setup.service.sessions.paths,
        setup.store.locations.settings,
        generator=lambda: setup.service,
        read_programs=read,  # type: ignore[arg-type]
    )
    app.theme = "imgmodels-dark"
    return app


async def test_keys_users_models_and_days_of_this_month_are_shown(programs: ImgModelsApp) -> None:
    async with run_app(programs, keys="2 ctrl+t", size=(120, 40)) as page:
        await page.until(lambda: page.dialog is not None)
        text = page.text()
    for line in (
        "gateway, since 2026-11-01 by alice, a front end",
        "3 images, €0.10, 1 switched: another model than was asked for drew it",
        "anna: 2 images, €0.06",
        "FLUX.2 Pro: 2 images, €0.06",
        "2026-11-21: 1 image, €0.03",
    ):
        assert line in text
    assert "\x1b" not in text


async def test_they_are_shown_while_the_generator_is_closed(setup: Setup, programs: ImgModelsApp) -> None:
    apply(setup.store, rules.Configure(image_generation=False))
    async with run_app(programs, keys="2") as page:
        await page.until(lambda: "Image generation is off" in page.text())
        await page.press("ctrl+t")
        await page.until(lambda: "gateway, since" in page.text())


async def test_where_there_is_none_it_says_how_to_begin(setup: Setup) -> None:
    read = partial(read_programs, setup.store, setup.store.locations, TODAY)
    async with run_app(opened(setup, read), keys="2 ctrl+t") as page:
        await page.until(lambda: "imgmodels keys add NAME makes one" in page.text())
        assert "nothing was drawn" in page.text()


async def test_a_file_that_cannot_be_read_is_named(setup: Setup) -> None:
    setup.store.locations.api_keys.write_text("{broken")
    read = partial(read_programs, setup.store, setup.store.locations, TODAY)
    async with run_app(opened(setup, read), keys="2 ctrl+t", size=(200, 50)) as page:
        await page.until(lambda: "is not valid JSON" in page.text())


async def test_a_user_is_not_offered_them(setup: Setup) -> None:
    async with setup.open() as page:
        await page.press("ctrl+t")
        assert page.dialog is None


def test_sums_are_of_this_month_only(setup: Setup) -> None:
    locations = setup.store.locations
    usage.append(locations.usage, [use("anna", "flux-2-pro"), use("anna", "flux-2-pro", month=10)])
    found = read_programs(setup.store, locations, TODAY)
    assert [(each.images, each.euros) for each in found.sums[usage.By.USER]] == [(1, Decimal("0.0322"))]


def test_programs(programs: ImgModelsApp, snap_app: SnapApp) -> None:
    async def story(page: Driver) -> None:
        await page.until(lambda: page.dialog is not None)

    assert snap_app(programs, keys="2 ctrl+t", story=story)
