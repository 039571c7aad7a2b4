"""What the keys of `settings.toml` may hold; the defaults are those of `settings.Settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from imgmodels_tui.settings import LONGEST_THEME, Pictures, Settings, Signs
from imgmodels_tui.workspace.queries.model_order import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

Column = Literal["badges", "reference", "host", "stars", "price"]
_DEFAULTS = Settings()


class Schema(BaseModel):
    """What each setting may be."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[str, Field(max_length=LONGEST_THEME)] = _DEFAULTS.theme
    sort: Order = _DEFAULTS.sort
    hidden_columns: tuple[Column, ...] = ()
    animations: bool = _DEFAULTS.animations
    fewest_bytes: bool = _DEFAULTS.fewest_bytes
    mouse: bool = _DEFAULTS.mouse
    signs: Signs = _DEFAULTS.signs
    pictures: Pictures = _DEFAULTS.pictures
    keys: dict[str, str] = {}


def validated(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings by name. Raises `pydantic.ValidationError`."""
    model = Schema.model_validate(values)
    return {name: getattr(model, name) for name in Schema.model_fields}
