"""The settings page: which models users may pick, and which one is preselected."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen

from imgmodels_tui.screens.about import about_page, details
from imgmodels_tui.screens.config import ConfigDialog
from imgmodels_tui.screens.picker import Picker
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import KeyBar, Mood, Notice, StatusBar, TitleBar
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.widgets.model_list import ModelList
from imgmodels_tui.widgets.panels import (
    FIRST_KEYS,
    Banner,
    Banners,
    DefaultPanel,
    FirstSteps,
    Headings,
    starting_sets,
)
from imgmodels_tui.workspace import rules, wording
from imgmodels_tui.workspace.codec import StateError
from imgmodels_tui.workspace.facts import facts
from imgmodels_tui.workspace.refusals import NeedsReplacement, Refusal
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.live import LiveWorkspace, Picture
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.rules import Rule

SIDE_WIDTH = 160
"""Columns from which the details stand beside the list."""

TALL = 30
"""Rows from which the panels get air around them."""


class ModelsScreen(Screen[None]):
    """Shows the newest picture of the workspace and asks for changes; it holds no state of its own."""

    CSS_PATH = "models.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "Toggle", id="models.toggle"),
        Binding("enter", "details", "Details", id="models.details"),
        Binding("d", "choose_default", "Default", id="models.default"),
        Binding("D", "make_default", "Make default", id="models.make-default"),
        Binding("u", "undo", "Undo", id="models.undo"),
        Binding("c", "config", "Config", id="models.config"),
        Binding("i", "about", "About", id="models.about"),
        Binding("t", "tidy", "Tidy up", id="models.tidy"),
        Binding("y", "copy", "Copy id", show=False, id="models.copy"),
        *(
            Binding(key, f"begin({number})", "Enable a starting set", show=False, id=f"models.set-{number + 1}")
            for number, key in enumerate(FIRST_KEYS)
        ),
    ]

    def __init__(self, live: LiveWorkspace, glyphs: Glyphs) -> None:
        super().__init__()
        self.live, self.glyphs = live, glyphs

    def compose(self) -> ComposeResult:
        """Title, default, warnings, first steps, the list with details beside it, status, keys."""
        glyphs = self.glyphs
        yield TitleBar("Image models", glyphs)
        yield DefaultPanel(glyphs)
        yield Banners(glyphs)
        yield FirstSteps(glyphs)
        with Horizontal():
            with Vertical():
                yield Headings(glyphs)
                yield ModelList(glyphs, id="models")
            with VerticalScroll(id="side", can_focus=False):
                yield FactSheet(glyphs)
        yield StatusBar(glyphs)
        yield KeyBar(glyphs)

    def on_mount(self) -> None:
        """Follow the workspace."""
        self._stop = self.live.follow(self._show)
        self._list.focus()

    def on_unmount(self) -> None:
        """Stop following."""
        self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Give wide terminals the details, tall ones some air."""
        self.set_class(event.size.width >= SIDE_WIDTH, "-side")
        self.set_class(event.size.height >= TALL, "-tall")
        self.call_after_refresh(lambda: self.query_one(Headings).update(self._list.columns))

    @property
    def _list(self) -> ModelList:
        return self.query_one(ModelList)

    # State flows down.

    def _show(self, picture: Picture) -> None:
        overview = picture.overview
        self._list.show(overview)
        self.query_one(DefaultPanel).update(overview)
        self.query_one(FirstSteps).update(overview)
        self.query_one(Banners).update(banners(picture))
        role = "reads only" if picture.obstacle else "admin"
        store = self.live.store
        self.query_one(TitleBar).update(
            [harmless(store.user, 32), role, harmless(store.path.name, 40), f"rev {overview.state.revision}"]
        )
        self.query_one(StatusBar).update(standing(overview), figures(overview))
        if picture.news is not None:
            self._say(news(picture), Mood.NEWS)
        self._show_side()
        self.refresh_bindings()

    @on(LineList.Moved, "#models")
    def _show_side(self) -> None:
        current = self._list.current
        if current is not None and current.key is not None:
            entry = self.live.overview.entries[current.key]
            self.query_one("#side FactSheet", FactSheet).show(
                facts(entry, self.live.overview.catalog), entry.model.name
            )

    def _say(self, text: str, mood: Mood = Mood.DONE) -> None:
        self.query_one(StatusBar).say(Notice(text, mood))

    # Requests flow up.

    @work
    async def request(self, decide: Callable[[Overview], Rule | None]) -> None:
        """Ask for a change and say what came of it; asks for a replacement where the rules want one."""
        try:
            outcome = await self.live.change(decide)
        except NeedsReplacement as refusal:
            await self._replace(refusal, decide)
        except (Refusal, NotSaved, StateError) as error:
            self._say(wording.refused(error, self.live.overview.catalog), Mood.REFUSED)
        else:
            if outcome is not None and outcome.change is not None:
                catalog = self.live.overview.catalog
                self._say(wording.describe(outcome.change, catalog))

    async def _replace(self, refusal: NeedsReplacement, decide: Callable[[Overview], Rule | None]) -> None:
        """Let the user pick the new default, then ask again for both in one step (R4)."""
        wanted = decide(self.live.overview)
        if not isinstance(wanted, rules.Disable):
            self._say(str(refusal), Mood.REFUSED)
            return
        leaving = frozenset(wanted.models)
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                self.glyphs,
                f"Disable {self.live.overview.name(refusal.model)}?",
                "It is the default. Choose the model that becomes the default instead; both change in one step.",
                lambda overview: [entry for entry in overview.enabled if entry.id not in leaving],
            )
        )
        if picked is not None:
            self.request(lambda _: rules.Disable(wanted.models, replacement=picked))

    @on(ModelList.ToggleAsked)
    def _toggle_clicked(self, event: ModelList.ToggleAsked) -> None:
        self._toggle(event.model)

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        current = self._list.current
        if current is not None and current.key is not None:
            self._toggle(current.key)

    def _toggle(self, model: str) -> None:
        def decide(overview: Overview) -> Rule:
            enabled = overview.entries[model].enabled
            return rules.Disable((model,)) if enabled else rules.Enable((model,))

        self.request(decide)

    @on(DefaultPanel.ChangeAsked)
    @work
    async def action_choose_default(self) -> None:
        """Open the dropdown over all enabled models."""
        if not self.live.overview.enabled:
            self._say("No model is enabled yet, so none can be the default; press space on one", Mood.REFUSED)
            return
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                self.glyphs,
                "Default model",
                "Preselected when a user opens the image generator. Sessions that exist keep their model.",
                lambda overview: overview.enabled,
            )
        )
        if picked is not None:
            self.request(lambda _: rules.SetDefault(picked))

    def action_make_default(self) -> None:
        """Make the model under the cursor the default."""
        current = self._list.current
        if current is not None and current.key is not None:
            model = current.key
            self.request(lambda _: rules.SetDefault(model))

    @on(ModelList.DetailsAsked)
    def action_details(self) -> None:
        """Show everything that is known of the model under the cursor."""
        current = self._list.current
        if current is not None and current.key is not None:
            self.app.push_screen(details(self.live, self.glyphs, current.key))

    def action_undo(self) -> None:
        """Take back the last change, whoever made it."""
        self.request(lambda _: rules.Undo())

    def action_tidy(self) -> None:
        """Forget the enabled models that left the catalog."""
        self.request(lambda _: rules.Tidy())

    def action_config(self) -> None:
        """Open the product configuration."""
        self.app.push_screen(
            ConfigDialog(self.live, self.glyphs, lambda configure: self.request(lambda _: configure))
        )

    def action_about(self) -> None:
        """Show the page's remarks."""
        self.app.push_screen(about_page(self.live, self.glyphs))

    def action_begin(self, number: int) -> None:
        """Enable one of the guide's starting sets as one change."""
        case = starting_sets(self.live.overview)[number]
        models = tuple(recommended.model for recommended in case.recommended)
        self.request(lambda _: rules.Enable(models))

    def action_copy(self) -> None:
        """Copy the id of the model under the cursor to the terminal's clipboard (OSC 52)."""
        current = self._list.current
        if current is not None and current.key is not None:
            self.app.copy_to_clipboard(current.key)
            self._say(f"{current.key} copied")

    @on(Banners.HelpAsked)
    def _banner_clicked(self, event: Banners.HelpAsked) -> None:
        self.app.simulate_key(event.key)

    @on(FirstSteps.SetAsked)
    def _set_clicked(self, event: FirstSteps.SetAsked) -> None:
        self.action_begin(event.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now."""
        overview = self.live.overview
        if action == "begin":
            sets = len(starting_sets(overview))
            return not overview.enabled and isinstance(parameters[0], int) and parameters[0] < sets
        if action == "tidy":
            return bool(overview.departed)
        return True


def banners(picture: Picture) -> tuple[Banner, ...]:
    """What an admin should know before anything else, the worst first."""
    overview, found = picture.overview, []
    if picture.trouble:
        found.append(Banner(f"{picture.trouble}. Shown is the last good state; nothing can be changed"))
    if picture.obstacle:
        found.append(Banner(f"For reading only: {harmless(picture.obstacle)}. Every change is refused"))
    if not overview.state.image_generation:
        found.append(Banner("Image generation is off: users do not see the image generator", "c", "configuration"))
    if overview.departed:
        gone = harmless(", ".join(overview.departed), 60)
        found.append(Banner(f"Enabled, but no longer in the catalog: {gone}", "t", "tidy up"))
    if overview.enabled and overview.default is None:
        found.append(Banner("No model is the default: users cannot generate images", "d", "choose"))
    return tuple(found)


def standing(overview: Overview) -> str:
    """What premium means on this plan."""
    enterprise = overview.state.plan is Plan.ENTERPRISE
    return "Premium: included (enterprise)" if enterprise else "Premium: billed against credits"


def figures(overview: Overview) -> str:
    """How many models there are, how many users may pick, how many of these are premium."""
    premium = sum(entry.model.premium for entry in overview.enabled)
    return f"{len(overview.entries)} models · {len(overview.enabled)} enabled · {premium} premium"


def news(picture: Picture) -> str:
    """Who else changed what."""
    change = picture.news
    if change is None:
        return ""
    said = f"{harmless(change.by, 32)}: {wording.describe(change, picture.overview.catalog)}"
    return f"{said} (and {picture.skipped} changes before)" if picture.skipped else said
