"""Who may be asked for an image: one account for each way to a host, and what it is reached with.

A key is looked for in the environment, under the names that people already have, then a command may print it, then
a file of the user's own may hold it. Nothing here is kept in the workspace.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from imgmodels_tui.catalog import Model, Region
from imgmodels_tui.generator import Failure, HostError
from imgmodels_tui.generator.host_settings import HostSettings
from imgmodels_tui.record import Record

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_VERTEX_URLS = {
    "eu": "https://aiplatform.eu.rep.googleapis.com",
    "global": "https://aiplatform.googleapis.com",
}
_VERTEX_LOCATIONS = {Region.EU: ("eu", ("eu", "europe-")), Region.GLOBAL: ("global", ("",)), Region.US: ("", ("us",))}
"""Where Vertex draws unless somebody says otherwise, and how the locations of a region begin."""


class Account(Record):
    """One way to a host: what it is called, where it is, and what a key for it is called in the environment."""

    id: str
    name: str
    key_names: tuple[str, ...]
    url_name: str
    domains: tuple[str, ...] = ()
    """Where a key may be sent, and what the host names as the address of a running task."""
    result_domains: tuple[str, ...] = ()
    """Where a finished image may lie beside that; no key is sent there."""
    base_url: str | None = None
    """Its address, where it is the same for everybody."""


AZURE_OPENAI = Account(
    "azure-openai",
    "Microsoft Azure, GPT Image",
    ("AZURE_OPENAI_API_KEY",),
    "AZURE_OPENAI_ENDPOINT",
    (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com", ".api.cognitive.microsoft.com"),
)
AZURE_FOUNDRY = Account(
    "azure-foundry",
    "Microsoft Azure, FLUX",
    ("AZURE_AI_API_KEY",),
    "AZURE_AI_ENDPOINT",
    AZURE_OPENAI.domains,
    (".blob.core.windows.net",),
)
BFL = Account(
    "bfl", "Black Forest Labs", ("BFL_API_KEY",), "BFL_BASE_URL", (".bfl.ai",), (".bfl.ai",), "https://api.eu.bfl.ai"
)
VERTEX = Account(
    "vertex",
    "Google Vertex",
    ("GOOGLE_APPLICATION_CREDENTIALS",),
    "GOOGLE_VERTEX_BASE_URL",
    (".googleapis.com",),
)
REPLICATE = Account(
    "replicate",
    "Replicate",
    ("REPLICATE_API_TOKEN",),
    "REPLICATE_API_BASE_URL",
    (".replicate.com", ".replicate.delivery"),
    base_url="https://api.replicate.com",
)
OPENAI_COMPATIBLE = Account(
    "openai-compatible", "Any gateway with OpenAI's images API", ("OPENAI_API_KEY",), "OPENAI_BASE_URL"
)
"""For every other host that the workspace's catalog names."""

ACCOUNTS = (AZURE_OPENAI, AZURE_FOUNDRY, BFL, VERTEX, REPLICATE, OPENAI_COMPATIBLE)


def account_of(model: Model) -> Account:
    """The account that draws with `model`."""
    if model.host == "microsoft-azure":
        return AZURE_OPENAI if model.maker == "openai" else AZURE_FOUNDRY
    known = {"black-forest-labs": BFL, "google-vertex": VERTEX, "replicate": REPLICATE}
    return known.get(model.host, OPENAI_COMPATIBLE)


class Access(Record):
    """What one image is asked for with, but for the key."""

    account: Account
    host: str
    """The host's name, for sentences."""
    base_url: str
    """Without a slash at its end."""
    deployment: str
    """What the host calls the model."""
    project: str = ""
    location: str = ""

    def is_own(self, url: str, *, result: bool = False) -> bool:
        """Whether `url` is an address of the host itself, to which a key may go; of a result, where it may lie."""
        try:
            there, base = urlsplit(url), urlsplit(self.base_url)
            if (there.scheme, there.netloc) == (base.scheme, base.netloc):
                return True
            is_standard = there.scheme == "https" and there.port in {None, 443} and "@" not in there.netloc
        except ValueError:
            return False
        domains = self.account.domains + (self.account.result_domains if result else ())
        return is_standard and f".{there.hostname}".endswith(domains)


def checked_url(url: str, name: str) -> str:
    """`url` without a slash at its end, where a key may be sent to it. Raises `HostError`; `name` says whose it is."""
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        port_is_good = False
    if (
        not port_is_good
        or not parts.hostname
        or {"@", "?", "#"} & set(url)
        or not url.isascii()
        or not url.isprintable()
    ):
        raise HostError(Failure.NO_KEY, f"{name} is no address such as https://example.com; correct it")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise HostError(Failure.NO_KEY, f"{name} does not begin with https://, so a key would travel unencrypted")
    return url.rstrip("/")


def vertex_place(model: Model, location: str) -> tuple[str, str]:
    """Location and address for a model at Vertex, always in the region that the catalog names. Raises `HostError`."""
    deployed = model.deployment.location if model.deployment else None
    usual, beginnings = _VERTEX_LOCATIONS[model.region]
    found = deployed or (location if location.startswith(beginnings) else "") or usual
    if not found:
        text = f"no location for {model.name} at Google Vertex; say one as its deployment in the workspace's catalog"
        raise HostError(Failure.NO_KEY, text)
    return found, _VERTEX_URLS.get(found, f"https://{found}-aiplatform.googleapis.com")


def keys_folder(settings_path: Path) -> Path:
    """The folder with the keys that a user stored, a file each, beside the user's settings."""
    return settings_path.with_name("host-keys")


class HostAccounts:
    """The accounts of one user."""

    def __init__(
        self, settings_path: Path, settings: Mapping[str, HostSettings], environ: Mapping[str, str] = os.environ
    ) -> None:
        """The user's own keys are kept beside the settings."""
        self.folder, self._settings, self.environ = keys_folder(settings_path), settings, environ
        self._stored: frozenset[str] = frozenset()
        self.look()

    def look(self) -> object:
        """Look anew which keys are stored, and return that."""
        try:
            self._stored = frozenset(path.name for path in self.folder.iterdir())
        except OSError:
            self._stored = frozenset()
        return self._stored

    def settings(self, account: Account) -> HostSettings:
        """What the user says of a host."""
        return self._settings.get(account.id) or HostSettings()

    def key_source(self, account: Account) -> str | None:
        """What the key is known by: a name in the environment, `key_command`, or its file. None where there is none."""
        for name in account.key_names:
            if self.environ.get(name, "").strip():
                return name
        if self.settings(account).key_command:
            return "key_command"
        return str(self.folder / account.id) if account.id in self._stored else None

    def access(self, model: Model, host: str) -> Access:
        """How to ask `host`, by its name, for an image with `model`. Raises `HostError` for what is missing."""
        account = account_of(model)
        source = self.key_source(account)
        if source is None:
            raise HostError(Failure.NO_KEY, f"no key for {host}; {how_to_get(account)}")
        if source == VERTEX.key_names[0] and not _has_google_auth():
            text = f"{source} needs an extra: pip install 'imgmodels[vertex]', or say a key_command"
            raise HostError(Failure.NO_KEY, text)
        deployment, location, project = model.deployment, "", ""
        url = self._url(model, account, host)
        if account is VERTEX:
            settings = self.settings(account)
            project = settings.project or self.environ.get("GOOGLE_CLOUD_PROJECT", "")
            location, usual = vertex_place(model, settings.location or self.environ.get("GOOGLE_CLOUD_LOCATION", ""))
            url = url or usual
            if not project:
                raise HostError(Failure.NO_KEY, f"no project for {host}; set GOOGLE_CLOUD_PROJECT")
        if not url:
            raise HostError(Failure.NO_KEY, f"no address for {host}; set {account.url_name}")
        name = deployment.name if deployment and deployment.name else model.provider_id
        return Access(account, host, url, name, project, location)

    def problem(self, model: Model, host: str) -> str | None:
        """What is missing before `host` can draw with `model`, and what to do; None where nothing is."""
        try:
            self.access(model, host)
        except HostError as error:
            return str(error)
        return None

    def _url(self, model: Model, account: Account, host: str) -> str | None:
        """The address that the catalog, the environment or the settings name. Raises `HostError`.

        An address from the catalog is somebody else's word: a user's key goes to the host's own domains only. A
        gateway has none, so that its user alone says where it is.
        """
        deployment = model.deployment
        if deployment is not None and deployment.base_url is not None:
            url = checked_url(deployment.base_url, f"the base_url of {model.name} in the workspace's catalog")
            if f".{urlsplit(url).hostname}".endswith(account.domains or ("/",)):
                return url
            text = f"the workspace's catalog names an address for {model.name} that is not {host}'s own; "
            raise HostError(Failure.NO_KEY, text + f"correct base_url there, and say your own as {account.url_name}")
        for name, value in (
            (account.url_name, self.environ.get(account.url_name, "").strip()),
            (f"hosts.{account.id}.base_url in the settings", self.settings(account).base_url),
        ):
            if value:
                return checked_url(value, name)
        return account.base_url


def how_to_get(account: Account) -> str:
    """What to do where there is no key."""
    return f"set {account.key_names[0]}, or `imgmodels hosts set {account.id}`"


def _has_google_auth() -> bool:
    from importlib.util import find_spec  # noqa: PLC0415 - only Vertex needs it

    return find_spec("google") is not None and find_spec("google.auth") is not None
