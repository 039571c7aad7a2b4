"""Every host on this machine: the stand-in, and an engine whose accounts point to it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.engines.interface import Picture, Reference, Request
from imgmodels_tui.generator.host_settings import HostSettings
from tests.generator.conftest import CATALOG
from tests.generator.engines.hosts.stand_in import KEY, StandIn

GATEWAY_MODEL = "flux-1.1-pro"
"""A model that some tests move to a host of the workspace's own."""


def at_own_host(catalog: Catalog, model: str = GATEWAY_MODEL) -> Catalog:
    """The catalog with a model at a gateway that only the workspace knows."""
    gateway = catalog.hosts["replicate"].replace(id="acme", name="Acme gateway")
    moved = catalog.models[model].replace(host="acme")
    return catalog.replace(hosts={**catalog.hosts, "acme": gateway}, models={**catalog.models, model: moved})


class Hosts:
    """Draws with any model of the catalog at the stand-in."""

    def __init__(self, stand_in: StandIn, folder: Path) -> None:
        self.stand_in, self.catalog, self._folder = stand_in, CATALOG, folder
        url = stand_in.url
        self.environ: dict[str, str] = {
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_ENDPOINT": url,
            "AZURE_AI_API_KEY": KEY,
            "AZURE_AI_ENDPOINT": url,
            "BFL_API_KEY": KEY,
            "BFL_BASE_URL": url,
            "GOOGLE_CLOUD_PROJECT": "a-project",
            "GOOGLE_VERTEX_BASE_URL": url,
            "REPLICATE_API_TOKEN": KEY,
            "REPLICATE_API_BASE_URL": url,
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{url}/v1",
        }
        self.settings: Mapping[str, HostSettings] = {"vertex": HostSettings(("printf", KEY))}

    @property
    def accounts(self) -> HostAccounts:
        return HostAccounts(self._folder / "settings.toml", self.settings, self.environ)

    @property
    def engine(self) -> HostEngine:
        return HostEngine(self.accounts, placeholders=False)

    def request(self, model: str, prompt: str, references: tuple[Reference, ...] = (), seed: int = 7) -> Request:
        found = self.catalog.models[model]
        return Request(prompt, found, seed, references, host=self.catalog.hosts[found.host].name)

    def draw(self, model: str, prompt: str = "a lamp", references: tuple[Reference, ...] = ()) -> Picture:
        request = self.request(model, prompt, references)
        return self.engine.generate(request, progress=lambda _: None, cancelled=lambda: False)


@pytest.fixture
def hosts(stand_in_server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    monkeypatch.setattr("imgmodels_tui.generator.engines.hosts.connection._PAUSE", 0.0)
    stand_in_server.asked.clear()
    stand_in_server.cancelled.clear()
    stand_in_server.gone.clear()
    return Hosts(stand_in_server, tmp_path)
