"""The demonstration's script: what happens step by step, and what an audience should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.demo.rehearsal import ADMIN, SEATS
from imgmodels_tui.generator import messages
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries.messages import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.demo.rehearsal import Rehearsal, Scene
    from imgmodels_tui.workspace.rules import Rule

POSTERS, ICONS, SHOP, NEWSLETTER, DRAFTS = SEATS


class Step(Record):
    """A step: its title, what to look at, and what it does; it answers with what is said about it."""

    title: str
    watch: str
    act: Callable[[Rehearsal], str]


def _settings(rehearsal: Rehearsal, rule: Rule) -> str:
    """Let the admin change the settings."""
    change = rehearsal.store.update(rule).change
    return f"{ADMIN}: {describe(change, rehearsal.store.catalog)}" if change else ""


def _first_model(rehearsal: Rehearsal) -> str:
    return _settings(rehearsal, rules.Enable(("flux-2-pro",)))


def _choice(rehearsal: Rehearsal) -> str:
    said = _settings(rehearsal, rules.Enable(("flux-2-max", "flux-2-flex", "gpt-image-2")))
    rehearsal.start(POSTERS)
    rehearsal.select(ICONS, "flux-2-flex")
    rehearsal.select(SHOP, "flux-2-max")
    rehearsal.select(NEWSLETTER, "gpt-image-2")
    return said


def _other_default(rehearsal: Rehearsal) -> str:
    said = _settings(rehearsal, rules.SetDefault("flux-2-max"))
    rehearsal.start(DRAFTS)
    return said


def _without_the_default(rehearsal: Rehearsal) -> str:
    return _settings(rehearsal, rules.Disable(("flux-2-max",), replacement="gpt-image-2"))


def _next_image(rehearsal: Rehearsal) -> str:
    begun = rehearsal.generate(SHOP)
    return f"{SHOP.user}: {messages.after(begun, rehearsal.overview, begun.session) or messages.done(begun)}"


def _off(rehearsal: Rehearsal) -> str:
    return _settings(rehearsal, rules.Configure(image_generation=False))


STEPS = (
    Step(
        "A fresh workspace",
        "Nothing is enabled, so the generator is closed for every user. n goes on, p back; the settings take all "
        "their usual keys.",
        lambda _: "",
    ),
    Step(
        "Enable the first model",
        "FLUX.2 Pro is on and, as the first, becomes the default in the same change. The generator opens for all.",
        _first_model,
    ),
    Step(
        "Offer a choice",
        "Three more models in one change. jonas picks FLUX.2 Max, sam GPT Image 2; mia keeps the default for her "
        "posters and picks FLUX.2 Flex for icons.",
        _choice,
    ),
    Step(
        "Switch the default",
        "FLUX.2 Max is the default now. Sessions that were there keep their model; drafts, which sam begins, starts "
        "with FLUX.2 Max.",
        _other_default,
    ),
    Step(
        "Disable the default",
        "FLUX.2 Max goes off and GPT Image 2 becomes the default, both in one step. The two sessions on FLUX.2 Max say "
        "what their next image uses.",
        _without_the_default,
    ),
    Step(
        "The next image switches",
        "jonas generates: shop moves to GPT Image 2 for good and says so. drafts has generated nothing yet and still "
        "waits to switch.",
        _next_image,
    ),
    Step(
        "Image generation off",
        "The generator is closed for everybody while the settings stay open. Every session keeps its model until "
        "it is on again.",
        _off,
    ),
)
"""The script; the first step is what an audience finds."""


class Script:
    """A place in the script. The scene that each step left is kept, so that the next one always finds it."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._scenes: list[Scene] = [rehearsal.scene()]

    @property
    def place(self) -> int:
        """The number of the step that was done last."""
        return len(self._scenes) - 1

    @property
    def at_end(self) -> bool:
        """Whether no step is left."""
        return len(self._scenes) == len(STEPS)

    def forward(self) -> str:
        """Do the next step and say what was done; what was changed beside the script is taken back before."""
        if self.at_end:
            return ""
        astray = self.rehearsal.scene() != self._scenes[-1]
        if astray:
            self.rehearsal.restore(self._scenes[-1])
        said = STEPS[len(self._scenes)].act(self.rehearsal)
        self._scenes.append(self.rehearsal.scene())
        return f"{said} (from where the script was)" if astray else said

    def back(self) -> str:
        """Restore what was before the last step, and before anything was changed beside the script since then."""
        if not self.place:
            return ""
        self._scenes.pop()
        self.rehearsal.restore(self._scenes[-1])
        return f"Back to: {STEPS[self.place].title}"
