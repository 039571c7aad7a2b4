"""The demonstration's script: what happens step by step, and what an audience should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.demo.workspace import ADMIN, SESSIONS
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries.messages import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.demo.workspace import Checkpoint, DemoWorkspace
    from imgmodels_tui.workspace.rules import Rule

POSTERS, ICONS, SHOP, NEWSLETTER, DRAFTS = SESSIONS


class Step(Record):
    """A step: its title, what to look at, and what it does; `act` returns a sentence about that."""

    title: str
    watch: str
    act: Callable[[DemoWorkspace], str]


def _change(workspace: DemoWorkspace, rule: Rule) -> str:
    """Change the settings as the admin."""
    change = workspace.store.update(rule).change
    return f"{ADMIN}: {describe(change, workspace.store.catalog)}" if change else ""


def _enable_first_model(workspace: DemoWorkspace) -> str:
    return _change(workspace, rules.Enable(("flux-2-pro",)))


def _offer_choice(workspace: DemoWorkspace) -> str:
    text = _change(workspace, rules.Enable(("flux-2-max", "flux-2-flex", "gpt-image-2")))
    workspace.start(POSTERS)
    workspace.select(ICONS, "flux-2-flex")
    workspace.select(SHOP, "flux-2-max")
    workspace.select(NEWSLETTER, "gpt-image-2")
    return text


def _switch_default(workspace: DemoWorkspace) -> str:
    text = _change(workspace, rules.SetDefault("flux-2-max"))
    workspace.start(DRAFTS)
    return text


def _disable_default(workspace: DemoWorkspace) -> str:
    return _change(workspace, rules.Disable(("flux-2-max",), replacement="gpt-image-2"))


def _turn_off(workspace: DemoWorkspace) -> str:
    return _change(workspace, rules.Configure(image_generation=False))


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
        _enable_first_model,
    ),
    Step(
        "Offer a choice",
        "Three more models in one change. jonas picks FLUX.2 Max, sam GPT Image 2; mia keeps the default for her "
        "posters and picks FLUX.2 Flex for icons.",
        _offer_choice,
    ),
    Step(
        "Switch the default",
        "FLUX.2 Max is the default now. Sessions that were there keep their model; drafts, which sam begins, starts "
        "with FLUX.2 Max.",
        _switch_default,
    ),
    Step(
        "Disable the default",
        "FLUX.2 Max goes off and GPT Image 2 becomes the default, both in one step. The two sessions on FLUX.2 Max say "
        "what their next image uses.",
        _disable_default,
    ),
    Step(
        "The next image switches",
        "jonas generates: shop moves to GPT Image 2 for good and says so. drafts has generated nothing yet and still "
        "waits to switch.",
        lambda workspace: workspace.generate(SHOP),
    ),
    Step(
        "Image generation off",
        "The generator is closed for everybody while the settings stay open. Every session keeps its model until "
        "it is on again.",
        _turn_off,
    ),
)
"""The script; the first step is how the demonstration begins."""


class Script:
    """A position in the script. What each step left is kept, so that the next step always finds it."""

    def __init__(self, workspace: DemoWorkspace) -> None:
        self.workspace = workspace
        self._checkpoints: list[Checkpoint] = [workspace.checkpoint()]

    @property
    def position(self) -> int:
        """The number of the step that was done last."""
        return len(self._checkpoints) - 1

    @property
    def at_end(self) -> bool:
        """Whether no step is left."""
        return len(self._checkpoints) == len(STEPS)

    def forward(self) -> str:
        """Do the next step and return a sentence about it; other changes since the last step are undone before."""
        if self.at_end:
            return ""
        is_changed = self.workspace.checkpoint() != self._checkpoints[-1]
        if is_changed:
            self.workspace.restore(self._checkpoints[-1])
        text = STEPS[len(self._checkpoints)].act(self.workspace)
        self._checkpoints.append(self.workspace.checkpoint())
        return f"{text} (from where the script was)" if is_changed else text

    def back(self) -> str:
        """Restore what was before the last step, and before any other changes since then."""
        if not self.position:
            return ""
        self._checkpoints.pop()
        self.workspace.restore(self._checkpoints[-1])
        return f"Back to: {STEPS[self.position].title}"
