"""What pages say of the workspace as it stands: warnings, what premium means, how much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.panels import Banner
from imgmodels_tui.workspace.state import Plan

if TYPE_CHECKING:
    from imgmodels_tui.workspace.live import Snapshot
    from imgmodels_tui.workspace.overview import Overview

SIDE_WIDTH = 160
"""Columns from which details stand beside a list."""


def banners(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What an admin should know before anything else, the worst first."""
    overview, found = snapshot.overview, []
    if snapshot.read_only_reason:
        found.append(Banner(f"For reading only, every change is refused: {harmless(snapshot.read_only_reason)}"))
    if not overview.state.image_generation:
        found.append(Banner("Image generation is off: users see no image generator", "c", "configuration"))
    if overview.departed:
        gone = harmless(", ".join(overview.departed), 60)
        found.append(Banner(f"Enabled, but no longer in the catalog: {gone}", "t", "tidy up"))
    if overview.enabled and overview.default is None:
        found.append(Banner("No model is the default: users cannot generate images", "d", "choose"))
    if snapshot.prices.fresh:
        from imgmodels_tui.screens.shared.price_notices import price_banners  # noqa: PLC0415 - seldom does a price change

        found += price_banners(snapshot)
    return tuple(found)


def standing(overview: Overview) -> str:
    """What premium means on this plan."""
    enterprise = overview.state.plan is Plan.ENTERPRISE
    return "Premium: included (enterprise)" if enterprise else "Premium: billed against credits"


def figures(overview: Overview) -> str:
    """How many models there are, how many users may pick, how many of these are premium."""
    premium = sum(entry.model.premium for entry in overview.enabled)
    return f"{len(overview.entries)} models · {len(overview.enabled)} enabled · {premium} premium"
