"""Enabling a whole set of models, such as a row of the guide: what would change, said before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.workspace.overview import Entry, Overview


class EnablePreview(Record):
    """What enabling some models as one change would do to the workspace of now (R2, R7)."""

    models: tuple[str, ...]
    """The ids that were asked for, each once."""
    arriving: tuple[Entry, ...]
    """The models that would be enabled, in the order in which they were named."""
    present: tuple[Entry, ...]
    """The models that are enabled already."""
    new_default: Entry | None
    """The model that would become the default, because none is set."""

    @property
    def premium(self) -> tuple[Entry, ...]:
        """The arriving models that are billed at premium rates (R14)."""
        return tuple(entry for entry in self.arriving if entry.model.premium)

    @property
    def rule(self) -> rules.Enable:
        """The one change; it names all of the models, so that it holds whatever others do meanwhile."""
        return rules.Enable(self.models)


def adopt(overview: Overview, models: Sequence[str]) -> EnablePreview:
    """Work out what enabling `models`, which the catalog knows, would change in the state of `overview`."""
    entries = [overview.entries[model] for model in dict.fromkeys(models)]
    arriving = tuple(entry for entry in entries if not entry.enabled)
    return EnablePreview(
        models=tuple(entry.id for entry in entries),
        arriving=arriving,
        present=tuple(entry for entry in entries if entry.enabled),
        new_default=arriving[0] if arriving and overview.default is None else None,
    )
