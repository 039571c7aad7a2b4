"""What a user says of a host in the settings; by itself, because every start reads the settings."""

from __future__ import annotations

from typing import Annotated

from imgmodels_tui.catalog.records import Address, Line
from imgmodels_tui.record import Limits, Record


class HostSettings(Record):
    """What one user says of a host, in `settings.toml` under `[hosts.ID]`."""

    key_command: Annotated[tuple[Annotated[str, Limits(max_length=4000)], ...], Limits(max_length=50)] = ()
    """A program and its arguments that prints the key or token on its first line; no shell is asked."""
    base_url: Address | None = None
    project: Line | None = None
    """Google's project."""
    location: Annotated[str, Limits(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    """Google's region, such as `europe-west1`."""
