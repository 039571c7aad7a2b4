"""What the generator says before, while and after it draws: the same on the page and on the command line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.generator.billing import Billing
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from imgmodels_tui.generator.billing import Cost
    from imgmodels_tui.generator.fallback import Next
    from imgmodels_tui.generator.service import GenerationStarted
    from imgmodels_tui.workspace.overview import Overview


def price(cost: Cost) -> str:
    """What a picture costs and who pays (R14)."""
    return f"{prices.shown(cost.euros)}, {billed(cost.billing)}"


def paid(cost_eur: str | None) -> str:
    """A price as a picture's facts keep it, the way screens show prices."""
    return prices.shown(None if cost_eur is None else Decimal(cost_eur))


def billed(billing: Billing) -> str:
    """Who pays, in words."""
    return "included in the plan" if billing is Billing.INCLUDED else "billed against credits"


def before(coming: Next, overview: Overview) -> str | None:
    """The notice before a session switches, or None if it keeps its model (R12)."""
    if coming.instead_of is None:
        return None
    gone, new = _name(coming.instead_of, overview), _name(coming.entry.id, overview)
    return f"{gone} is no longer available; the next image uses {new}"


def after(begun: GenerationStarted, overview: Overview, session: str = "this session") -> str | None:
    """The notice after a session switched, or None if it kept its model (R12)."""
    if begun.switched_from is None:
        return None
    gone, new = _name(begun.switched_from, overview), _name(begun.entry.id, overview)
    return f"{gone} is no longer available; {harmless(session)} now uses {new}"


def done(begun: GenerationStarted) -> str:
    """What was used and what it cost."""
    return f"{harmless(begun.entry.model.name, 80)}, {price(begun.cost)}"


def _name(model: str, overview: Overview) -> str:
    return harmless(overview.name(model), 80)
