"""Before it hurts: how many sessions a change of the enabled models will switch, and to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.generator.sessions.counts import count_sessions
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from imgmodels_tui.generator.sessions.counts import Count, SessionCounts
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.state import Change


def impact(counts: SessionCounts, leaving: Collection[str], new: str) -> str | None:
    """Say how many sessions hold one of the models that leave and will switch to the one named `new`.

    None where no session does: then there is nothing to weigh.
    """
    count = counts.count_for(leaving)
    return f"{counted(count)} will switch to {harmless(new, 80)}" if count.sessions else None


def impact_of(change: Change, overview: Overview, folder: Path) -> str | None:
    """Say what a change that was just made will do to the sessions in `folder`, or None. Blocking."""
    if not change.disabled or overview.default is None:
        return None
    return impact(count_sessions(folder), change.disabled, overview.default.model.name)


def counted(count: Count) -> str:
    """Some sessions in words."""
    sessions = "1 session" if count.sessions == 1 else f"{count.sessions} sessions"
    return f"{sessions} of {'1 user' if count.users == 1 else f'{count.users} users'}"
