"""Times as people read them: in their own zone, which is always said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


def local(at: datetime, zone: tzinfo | None = None) -> str:
    """`at` in `zone`, or in the zone of this machine: `2026-11-22 11:00 CET`."""
    try:
        here = at.astimezone(zone)
    except (OverflowError, OSError, ValueError):  # the first and the last day of the calendar
        here = at
    return f"{here.isoformat(' ', 'minutes')[:16]} {here.tzname() or 'UTC'}"
