"""Programs that draw through the HTTP API, as facts: their keys, and what they drew this month."""

from __future__ import annotations

from collections.abc import Iterator

from imgmodels_tui.api.programs import Programs
from imgmodels_tui.api.usage import By, Sum
from imgmodels_tui.screens.shared.facts_dialog import FactsDialog
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.model_facts import Fact

_MOST = 10
_LABELS = {By.USER: "By user", By.MODEL: "By model", By.DAY: "By day"}


class ProgramsDialog(FactsDialog):
    """Everything that is known of them."""

    def __init__(self, live: LiveWorkspace, programs: Programs) -> None:
        heading = "Programs that draw through the HTTP API"
        super().__init__(live, heading, lambda overview: tuple(_facts(programs, overview)))


def _facts(programs: Programs, overview: Overview) -> Iterator[Fact]:
    if programs.problem is not None:
        yield Fact("Unreadable", programs.problem)
        return
    keys = programs.keys.keys
    if not keys:
        yield Fact("Keys", "none yet: imgmodels keys add NAME makes one, imgmodels serve lets it draw")
    for number, key in enumerate(keys[:_MOST]):
        kind = ", a front end" if key.front_end else ""
        text = f"{harmless(key.name, 80)}, since {key.added_at:%Y-%m-%d} by {harmless(key.added_by, 32)}{kind}"
        yield Fact("" if number else "Keys", text)
    yield from _more(len(keys), "imgmodels keys list")
    days = programs.sums.get(By.DAY, ())
    if not days:
        yield Fact(f"Since {programs.since}", "nothing was drawn through the API")
        return
    total = _total(days)
    meaning = ": another model than was asked for drew it" if total.switches else ""
    yield Fact(f"Since {programs.since}", f"{_in_words(total)}{meaning}")
    for by, label in _LABELS.items():
        sums = programs.sums[by]
        shown = sums[-_MOST:] if by is By.DAY else sums[:_MOST]
        for number, each in enumerate(shown):
            name = overview.name(each.name) if by is By.MODEL else each.name
            yield Fact("" if number else label, f"{harmless(name, 80)}: {_in_words(each)}")
        yield from _more(len(sums), f"imgmodels usage --by {by.value}")


def _more(number: int, command: str) -> Iterator[Fact]:
    if number > _MOST:
        yield Fact("", f"and {number - _MOST:,} more: {command}")


def _total(sums: tuple[Sum, ...]) -> Sum:
    return Sum(
        "",
        sum(each.images for each in sums),
        sum((each.euros for each in sums), start=sums[0].euros * 0),
        sum(each.switches for each in sums),
    )


def _in_words(each: Sum) -> str:
    images = "1 image" if each.images == 1 else f"{each.images:,} images"
    switched = f", {each.switches:,} switched" if each.switches else ""
    return f"{images}, €{each.euros:,.2f}{switched}"
