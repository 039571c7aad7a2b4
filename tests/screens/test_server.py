"""The page with a workspace on a server: it hears others at once, and a server that goes away ends nothing."""

import re

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.postgres_store import connection
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.driver import run_app
from tests.servers.fixtures import Fleeting, Open
from tests.servers.postgres import Postgres
from tests.servers.silent import network

PRO, MAX = "flux-2-pro", "flux-2-max"


def app_on_server(store: PostgresStore, *, admin: bool = True) -> ImgModelsApp:
    """The program on a workspace that is on a server."""
    locations = locate(store.address.original)
    return ImgModelsApp(store, user_paths(locations), locations.settings, admin=admin)


async def test_a_change_by_somebody_else_is_pushed_into_the_page(opened: Open) -> None:
    alice, bob = opened("alice"), opened("bob")
    alice.update(rules.Enable((PRO,)))
    async with run_app(app_on_server(alice)) as page:
        await page.until(lambda: alice.connection.is_listening)
        bob.update(rules.Enable((MAX,)))
        await page.until(lambda: MAX in page.app.live.overview.state.enabled_models)
        assert "bob" in page.notice


async def test_a_change_on_the_page_is_made_on_the_server(opened: Open) -> None:
    alice = opened("alice")
    alice.update(rules.Enable((PRO,)))
    async with run_app(app_on_server(alice)) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        await page.until(lambda: MAX in page.app.live.overview.state.enabled_models)
    assert opened("bob").read().enabled_models == {PRO, MAX}


async def test_a_server_that_goes_away_leaves_the_page_readable_until_it_is_back(
    fleeting: Fleeting,
) -> None:
    server, opening = fleeting.server, fleeting.open
    store = opening()
    store.update(rules.Enable((PRO,)))
    async with run_app(app_on_server(store)) as page:
        server.stop()
        await page.until(lambda: page.app.live.snapshot.read_error)
        await page.until_shown("Nothing can be changed")
        assert re.search(r"changed: the server has been away since \d\d:\d\d:\d\d", page.unwrapped_text())
        assert "FLUX.2 Pro" in page.text()
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        await page.until(lambda: "Not saved: the server " in page.notice)  # at once: it has been away before
        assert page.app.live.overview.state.enabled_models == {PRO}
        server.start()
        await page.until(lambda: not page.app.live.snapshot.read_error)
        opening().update(rules.Enable((MAX,)))
        await page.until(lambda: MAX in page.app.live.overview.state.enabled_models)
        assert "Nothing can be changed" not in page.unwrapped_text()


async def test_a_line_that_falls_silent_is_said_on_the_page_which_then_finds_another(
    opened: Open, postgres: Postgres, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ASK", 0.2)
    opened().update(rules.Enable((PRO,)))
    with network(postgres) as between:
        address = parse_address(f"{postgres.tcp_url('alice', port=between.port)}#{team}")
        store = PostgresStore(address, patience=0.5)
        async with run_app(app_on_server(store)) as page:
            await page.until(lambda: store.connection.is_listening)
            between.fall_silent()
            await page.until(lambda: page.app.live.snapshot.read_error)
            assert "FLUX.2 Pro" in page.text()
            between.resume()
            opened("bob").update(rules.Enable((MAX,)))
            await page.until(lambda: MAX in page.app.live.overview.state.enabled_models)
            assert "Nothing can be changed" not in page.unwrapped_text()
        store.close()
