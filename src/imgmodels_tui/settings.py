"""The settings of one user: theme, order, columns, mouse, keys. None of them concerns the workspace.

Kept in `settings.toml` in the user's own configuration folder; comments and unknown formatting in it survive.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, get_args

from imgmodels_tui.files import Unreadable, make_folder, read_file, replace_file
from imgmodels_tui.generator.host_settings import HostSettings
from imgmodels_tui.record import InvalidRecord, Limits, Record
from imgmodels_tui.record_reader import trusted
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.queries.model_order import Order

Column = Literal["badges", "reference", "host", "stars", "price"]
COLUMNS: tuple[Column, ...] = get_args(Column)
"""Columns of the model list that can be hidden."""

_LARGEST = 256 * 1024
_MOST_DOTS = 500
"""More parts of a key take minutes to be taken apart."""


class Signs(StrEnum):
    """Which signs the screens are drawn with."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"


class Pictures(StrEnum):
    """How an image is shown."""

    AUTO = "auto"
    BLOCKS = "blocks"
    KITTY = "kitty"
    SIXEL = "sixel"


class EngineMode(StrEnum):
    """What draws images."""

    AUTO = "auto"
    """The model's host where there is a key for it, else a placeholder."""
    PLACEHOLDER = "placeholder"


class Settings(Record):
    """All preferences, each with its default value."""

    theme: Annotated[str, Limits(max_length=60)] = "imgmodels-dark"
    sort: Order = Order.PAGE
    hidden_columns: tuple[Column, ...] = ()
    animations: bool = False
    fewest_bytes: bool = True
    """Send only the cells that changed, rather than whole regions as the toolkit does."""
    mouse: bool = True
    signs: Signs = Signs.AUTO
    pictures: Pictures = Pictures.AUTO
    """Pixels where the terminal replies that it can show them, or one protocol whatever it replies."""
    engine: EngineMode = EngineMode.AUTO
    hosts: Mapping[str, HostSettings] = {}
    """How this user reaches hosts, by the ids that `imgmodels hosts` lists."""
    keys: Mapping[str, str] = {}
    """Other keys for actions: the id of a binding, and its keys separated by commas."""


class SettingsError(Exception):
    """The settings file cannot be used; the message is one line that names file and key."""


def load(path: Path) -> Settings:
    """Read the settings; a missing file means the defaults. Raises `SettingsError`."""
    try:
        content = read_file(path, _LARGEST)
    except Unreadable as error:
        raise SettingsError(f"{path}: {error}") from error
    if not content:
        return Settings()
    import tomllib  # noqa: PLC0415 - many users never change a setting

    if content.startswith(BOM_UTF8):
        raise SettingsError(f"{path}: begins with a byte order mark: save it as UTF-8 without one")
    if content.count(b".") > _MOST_DOTS:
        raise SettingsError(f"{path}: has more than {_MOST_DOTS} dots, as no settings have")
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
        values = {key: _dotted(value) if key == "keys" else value for key, value in parsed.items()}
    except (ValueError, RecursionError) as error:  # also what is not UTF-8, and a number without end
        raise SettingsError(harmless(f"{path}: is not valid TOML: {error}", 300)) from error
    try:
        settings = trusted(Settings, values)
        if settings is None:
            from imgmodels_tui.record_schema import from_values  # noqa: PLC0415 - takes long to load

            settings = from_values(Settings, values, strict=False)
    except InvalidRecord as error:
        raise SettingsError(harmless(f"{path}: {error}")) from error
    return settings


def _dotted(keys: object) -> object:
    """Accept `models.toggle = "t"` without quotes around the id, which TOML reads as tables in tables."""
    if not isinstance(keys, dict):
        return keys
    flat: dict[str, object] = {}
    for key, value in keys.items():
        inner = _dotted(value)
        if isinstance(inner, dict):
            flat.update({f"{key}.{rest}": leaf for rest, leaf in inner.items()})
        else:
            flat[key] = inner
    return flat


def save(path: Path, before: Settings, after: Settings) -> None:
    """Write what differs between two settings into the file as it is now. Raises `SettingsError` and `OSError`."""
    import tomlkit  # noqa: PLC0415 - only a changed setting needs it; it keeps comments

    load(path)  # what nobody could read would not survive being written
    document = tomlkit.parse((read_file(path, _LARGEST) or b"").decode("utf-8"))
    known = before.to_json()
    document.update({key: value for key, value in after.to_json().items() if value != known[key]})
    make_folder(path.parent)
    replace_file(path, tomlkit.dumps(document).encode())
