"""What pages say of the workspace now: warnings, changed prices, what premium means, how much there is."""

from __future__ import annotations

from decimal import Decimal

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.panels import Banner
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.prices import PriceChange, cause, distinct_prices, percent_shown
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.state import Plan

_MOST_NOTICES = 3


def banners(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What an admin should know before anything else, the worst first."""
    overview, found = snapshot.overview, []
    if snapshot.read_only_reason and not snapshot.read_error:  # else it is said there
        found.append(Banner(f"For reading only, every change is refused: {harmless(snapshot.read_only_reason)}"))
    found += [Banner(warning) for warning in snapshot.warnings]
    if not overview.state.image_generation:
        found.append(Banner("Image generation is off: users see no image generator", "c", "configuration"))
    if overview.departed:
        gone = harmless(", ".join(overview.departed), 60)
        found.append(Banner(f"Enabled, but no longer in the catalog: {gone}", "t", "tidy up"))
    if warned := warned_of(overview):
        found.append(Banner(_warnings(overview), "w", f"go to {warned[0].model.name}"))
    if overview.enabled and overview.default is None:
        found.append(Banner("No model is the default: users cannot generate images", "d", "choose"))
    if snapshot.prices.fresh:
        found.append(_price_banner(snapshot))
    return tuple(found)


def warned_of(overview: Overview) -> tuple[Entry, ...]:
    """The enabled models that a warning is about: retired, or forbidden by now (R17, R18)."""
    return tuple(dict.fromkeys((*overview.retired, *overview.forbidden)))


def _warnings(overview: Overview) -> str:
    return "\n".join(text for _, text in messages.workspace_warnings(overview))


def plan_note(overview: Overview) -> str:
    """What premium means on this plan."""
    enterprise = overview.state.plan is Plan.ENTERPRISE
    return "Premium: included (enterprise)" if enterprise else "Premium: billed against credits"


def figures(overview: Overview) -> str:
    """How many models there are, how many users may pick, how many of these are premium."""
    premium = sum(entry.model.premium for entry in overview.enabled)
    return f"{len(overview.entries)} models · {len(overview.enabled)} enabled · {premium} premium"


def _price_banner(snapshot: Snapshot) -> Banner:
    """What the page of models says of prices that changed since this workspace last compared them."""
    fresh = _fresh(snapshot)
    first = in_short(fresh[0], snapshot.overview.catalog)
    more = "" if len(fresh) == 1 else f", and {len(fresh) - 1} more"
    return Banner(f"Prices changed: {first}{more}", "5", "prices")


def price_notices(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What the prices page says of them: each of a few, and how many more there are."""
    known, catalog, fresh = snapshot.prices, snapshot.overview.catalog, _fresh(snapshot)
    found = [Banner(known.read_error, "h", "all of it")] if known.read_error else []
    found += [Banner(f"{in_short(change, catalog)} · {cause(change)}") for change in fresh[:_MOST_NOTICES]]
    if len(fresh) > _MOST_NOTICES:
        found.append(Banner(f"and {len(fresh) - _MOST_NOTICES} more", "h", "price history"))
    return tuple(found)


def _fresh(snapshot: Snapshot) -> list[PriceChange]:
    """The new price changes, what concerns users first, then the greatest."""

    def rank(change: PriceChange) -> tuple[bool, Decimal]:
        entry = snapshot.overview.entries.get(change.model)
        return entry is None or not entry.enabled, -abs(change.percent or Decimal(100))

    return sorted(snapshot.prices.fresh, key=rank)


def in_short(change: PriceChange, catalog: Catalog) -> str:
    """A price change in a few words."""
    old, new = distinct_prices(change)
    return f"{messages.name(change.model, catalog)} €{old} → €{new} ({percent_shown(change.percent)})"
