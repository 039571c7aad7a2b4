"""Where keys come from, and where they go: never further than to the host itself."""

import stat
from datetime import date
from pathlib import Path

import pytest

from imgmodels_tui.catalog.records import Deployment, Region
from imgmodels_tui.generator import Cancelled, Failure, HostError
from imgmodels_tui.generator.engines.hosts import accounts as known
from imgmodels_tui.generator.engines.hosts.accounts import Access, HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.engines.hosts.keys import read_key, remove_key, store_key
from imgmodels_tui.generator.host_settings import HostSettings
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.state import WorkspaceState
from tests.generator.conftest import CATALOG
from tests.generator.engines.hosts.conftest import Hosts
from tests.generator.engines.hosts.stand_in import KEY

KLEIN = CATALOG.models["flux-2-klein"]
AZURE_FLUX = CATALOG.models["flux-2-pro"]
GEMINI = CATALOG.models["gemini-2.5-flash-image"]


def accounts(folder: Path, environ: dict[str, str] | None = None, **settings: HostSettings) -> HostAccounts:
    return HostAccounts(folder / "settings.toml", settings, environ or {})


def key_of(found: HostAccounts) -> str:
    return read_key(found, known.BFL, cancelled=lambda: False)


def refusal_of(found: HostAccounts) -> str:
    with pytest.raises(HostError) as caught:
        key_of(found)
    assert caught.value.failure is Failure.NO_KEY
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_the_environment_comes_before_a_command_and_a_command_before_a_file(tmp_path: Path) -> None:
    store_key(accounts(tmp_path), known.BFL, "from-file")
    command = HostSettings(("printf", "from-command\nsecond line"))
    assert key_of(accounts(tmp_path, {"BFL_API_KEY": " from-environment\n"}, bfl=command)) == "from-environment"
    assert key_of(accounts(tmp_path, bfl=command)) == "from-command"
    assert key_of(accounts(tmp_path)) == "from-file"
    assert accounts(tmp_path, {"BFL_API_KEY": "  "}).key_source(known.BFL) == str(tmp_path / "host-keys" / "bfl")


def test_a_stored_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = store_key(accounts(tmp_path), known.BFL, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    assert "chmod 600" in refusal_of(accounts(tmp_path))
    store_key(accounts(tmp_path), known.BFL, "another")
    assert key_of(accounts(tmp_path)) == "another"


def test_a_stored_key_can_be_removed(tmp_path: Path) -> None:
    found = accounts(tmp_path)
    store_key(found, known.BFL, KEY)
    assert remove_key(found, known.BFL)
    assert found.key_source(known.BFL) is None
    assert not remove_key(found, known.BFL)


@pytest.mark.parametrize("key", ["", " \n", "two words", "späce", "tab\there", "x" * 9000, "a\x1b[31mb", "line\x00"])
def test_what_is_no_key_is_not_stored(tmp_path: Path, key: str) -> None:
    found = accounts(tmp_path)
    with pytest.raises(HostError) as caught:
        store_key(found, known.BFL, key)
    assert key.strip() == "" or key not in str(caught.value)
    assert not found.folder.exists()


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (("sh", "-c", f"echo {KEY}; echo {KEY} >&2; exit 3"), "exit code 3"),
        (("no-such-program-anywhere",), "cannot be run"),
        (("true",), "holds no key"),
        (("printf", "two words"), "no key"),
        (("cat", "/dev/zero"), "no key"),
        (("a\0b",), "no command"),
    ],
)
def test_a_command_that_gives_no_key_is_named_and_not_quoted(
    tmp_path: Path, command: tuple[str, ...], problem: str
) -> None:
    assert problem in refusal_of(accounts(tmp_path, bfl=HostSettings(command)))


def test_a_command_can_be_cancelled(tmp_path: Path) -> None:
    found = accounts(tmp_path, bfl=HostSettings(("sleep", "60")))
    with pytest.raises(Cancelled):
        read_key(found, known.BFL, cancelled=lambda: True)


def test_without_a_key_it_says_what_to_set(tmp_path: Path) -> None:
    for model in CATALOG.models.values():
        problem = accounts(tmp_path).problem(model, "Some host")
        assert problem is not None
        assert known.account_of(model).key_names[0] in problem


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://api.bfl.ai.evil.example",
        "https://evilbfl.ai",
        "https://api.bfl.ai@evil.example",
        "https://evil.example/?.bfl.ai",
        "https://evil.example#.bfl.ai",
        "http://api.bfl.ai",
        "http://127.0.0.1:1",
        "https://api.bfl.ai:0",
        "https://[::1",
        "https://",
    ],
)
def test_no_key_goes_to_an_address_in_the_catalog_that_is_not_the_hosts(tmp_path: Path, url: str) -> None:
    model = KLEIN.replace(deployment=Deployment(base_url=url))
    with pytest.raises(HostError):
        accounts(tmp_path, {"BFL_API_KEY": KEY}).access(model, "Black Forest Labs")


def test_an_address_in_the_catalog_within_the_hosts_domains_is_used(tmp_path: Path) -> None:
    own = "https://acme-eu.openai.azure.com"
    model = CATALOG.models["gpt-image-2"].replace(deployment=Deployment("acme-image", f"{own}/"))
    access = accounts(tmp_path, {"AZURE_OPENAI_API_KEY": KEY}).access(model, "Microsoft Azure")
    assert (access.base_url, access.deployment) == (own, "acme-image")


@pytest.mark.parametrize("url", ["http://gateway.example/v1", "gateway", "https://u:p@gateway.example", "https://a?b"])
def test_no_key_travels_to_an_odd_or_unencrypted_address_of_ones_own(tmp_path: Path, url: str) -> None:
    found = accounts(tmp_path, {"BFL_API_KEY": KEY, "BFL_BASE_URL": url})
    with pytest.raises(HostError, match="BFL_BASE_URL"):
        found.access(KLEIN, "Black Forest Labs")


@pytest.mark.parametrize("missing", ["AZURE_AI_ENDPOINT", "GOOGLE_CLOUD_PROJECT"])
def test_what_else_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    found = accounts(tmp_path, {"AZURE_AI_API_KEY": KEY}, vertex=HostSettings(("printf", KEY)))
    model = AZURE_FLUX if missing.startswith("AZURE") else GEMINI
    assert missing in str(found.problem(model, "A host"))


@pytest.mark.parametrize(
    ("region", "asked", "place"),
    [
        (Region.EU, "", ("eu", "https://aiplatform.eu.rep.googleapis.com")),
        (Region.EU, "europe-west1", ("europe-west1", "https://europe-west1-aiplatform.googleapis.com")),
        (Region.EU, "us-central1", ("eu", "https://aiplatform.eu.rep.googleapis.com")),
        (Region.GLOBAL, "", ("global", "https://aiplatform.googleapis.com")),
        (Region.GLOBAL, "us-central1", ("us-central1", "https://us-central1-aiplatform.googleapis.com")),
        (Region.US, "us-central1", ("us-central1", "https://us-central1-aiplatform.googleapis.com")),
    ],
)
def test_vertex_draws_in_the_region_that_the_catalog_names(region: Region, asked: str, place: tuple[str, str]) -> None:
    assert known.vertex_place(GEMINI.replace(region=region), asked) == place


def test_a_model_without_a_place_at_vertex_is_refused() -> None:
    with pytest.raises(HostError, match="no location"):
        known.vertex_place(GEMINI.replace(region=Region.US), "europe-west1")


@pytest.mark.parametrize(
    ("url", "own", "result"),
    [
        ("https://api.eu.bfl.ai/v1/x", True, True),
        ("https://delivery-eu1.bfl.ai/x", True, True),
        ("https://bfl.ai/x", True, True),
        ("http://delivery-eu1.bfl.ai/x", False, False),
        ("https://bfl.ai.evil.example/x", False, False),
        ("https://user@bfl.ai/x", False, False),
        ("https://bfl.ai:8443/x", False, False),
        ("file:///etc/passwd", False, False),
        ("", False, False),
        ("https://[broken", False, False),
    ],
)
def test_which_addresses_are_the_hosts_own(url: str, own: bool, result: bool) -> None:
    access = Access(known.BFL, "Black Forest Labs", "https://api.eu.bfl.ai", "flux-2-max")
    assert (access.is_own(url), access.is_own(url, result=True)) == (own, result)


def test_no_host_draws_for_whoever_was_told_that_a_placeholder_is_drawn(hosts: Hosts, tmp_path: Path) -> None:
    entry = Overview(WorkspaceState(), CATALOG, date(2026, 11, 27)).entries[KLEIN.id]
    url = hosts.stand_in.url
    engine = HostEngine(accounts(tmp_path, {"BFL_BASE_URL": url}))
    told = engine.describe(entry)
    store_key(accounts(tmp_path), known.BFL, KEY)
    request = hosts.request(KLEIN.id, "a lamp")
    drawn = engine.generate(request, progress=lambda _: None, cancelled=lambda: False)
    assert (told, drawn.engine) == ("Placeholder: no key for Black Forest Labs", "placeholder")
    engine.look()
    drawn = engine.generate(request, progress=lambda _: None, cancelled=lambda: False)
    assert (engine.describe(entry), drawn.engine) == ("Drawn by Black Forest Labs", "Black Forest Labs")


def test_the_engine_says_before_who_draws(hosts: Hosts) -> None:
    entries = Overview(WorkspaceState(), CATALOG, date(2026, 11, 27)).entries.values()
    for entry in entries:
        assert hosts.engine.describe(entry) == f"Drawn by {entry.host.name}"
    hosts.environ.clear()
    hosts.settings = {}
    for entry in entries:
        assert hosts.engine.describe(entry) == f"Not drawn: no key for {entry.host.name}"
