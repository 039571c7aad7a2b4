"""The settings page: which models users may pick, and which one is preselected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from imgmodels_tui.screens.models.list import Marks, ModelList
from imgmodels_tui.screens.models.panels import FIRST_KEYS, DefaultPanel, FirstSteps, starting_sets
from imgmodels_tui.screens.shared.facts import banners, figures, plan_note, warned_of
from imgmodels_tui.screens.shared.filter_page import FilterLine
from imgmodels_tui.screens.shared.list_page import ModelFilterPage, finding_keys
from imgmodels_tui.screens.shared.page import PageContext, copied
from imgmodels_tui.settings import Settings
from imgmodels_tui.widgets.bars import Severity, StatusBar
from imgmodels_tui.widgets.details_pane import ListWithDetails
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.widgets.panels import Banners
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.queries.model_filter import Query
from imgmodels_tui.workspace.queries.model_order import Order, arrange

_OF_A_MODEL = {"switch", "open", "make_default", "mark", "mark_many", "copy"}
"""The actions on the model under the cursor; where a filter selects none, only marked ones can be switched."""


class ModelsPage(ModelFilterPage):
    """All models by maker, the default on top."""

    NAME = "models"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "unfind", "Clear", tooltip="Drop the filter, then the marks", id="models.clear"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="models.toggle"),
        Binding("enter", "open", "Details", tooltip="Everything known of the model", id="models.details"),
        Binding("d", "choose_default", "Default", tooltip="Choose the default model", id="models.default"),
        Binding("D", "make_default", "Make default", tooltip="Make this one the default", id="models.make-default"),
        Binding("plus", "enable_marked", "Enable marked", tooltip="As one change", id="models.enable-marked"),
        Binding("minus", "disable_marked", "Disable marked", tooltip="As one change", id="models.disable-marked"),
        *finding_keys("models"),
        Binding("x", "mark", "Mark", tooltip="Mark the model for a change of many", show=False, id="models.mark"),
        Binding(
            "X",
            "mark_many",
            "Mark many",
            tooltip="Mark up to here, or the whole group",
            show=False,
            id="models.mark-many",
        ),
        Binding("i", "about", "About", tooltip="What stars, hosts and prices mean", id="models.about"),
        Binding("t", "tidy", "Tidy up", tooltip="Forget models that left the catalog", id="models.tidy"),
        Binding("w", "show_warned", "Go to it", tooltip="To the model that a warning names", id="models.warned"),
        Binding("y", "copy", "Copy id", tooltip="Copy the model's id", show=False, id="models.copy"),
        *(
            Binding(key, f"begin({number})", "Enable a starting set", show=False, id=f"models.set-{number + 1}")
            for number, key in enumerate(FIRST_KEYS)
        ),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._hidden: frozenset[str] = frozenset()
        self._marks = Marks()
        self._standing: Sequence[str] = ()

    def apply_settings(self, settings: Settings) -> None:
        """Use the order and the columns of the settings."""
        self._order, self._hidden = settings.sort, frozenset[str](settings.hidden_columns)
        if self.is_mounted:
            self._list.hide(self._hidden)
            self.show_found()

    def show_model(self, model: str) -> None:
        """Put the cursor on a model; a filter that hides it is dropped."""
        if not self._list.move_to(model):
            self.find("")
            self._query = Query()
            self.show_found()
            self._list.move_to(model)
        self._list.focus()

    def body(self) -> ComposeResult:
        """Default, warnings, first steps, then the list with details beside it."""
        yield DefaultPanel()
        yield Banners()
        yield FirstSteps()
        yield ListWithDetails(ModelList(id="models"))
        yield FilterLine()

    def on_mount(self) -> None:
        """Hide the columns that the user does without."""
        self._list.hide(self._hidden)

    @property
    def _list(self) -> ModelList:
        return self.query_one(ModelList)

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot."""
        overview = snapshot.overview
        self.query_one(DefaultPanel).update(overview)
        self.query_one(FirstSteps).update(overview)
        self.query_one(Banners).update(banners(snapshot))
        self.show_found()

    def show_found(self) -> None:
        """Show the models that the filter selects, in the chosen order."""
        overview = self.live.overview
        self._marks = self._marks.among(overview.entries)
        groups = arrange(overview, self._query, self._order)
        self._list.show(groups, self._marks.models, self._query.bare)
        shown = sum(len(group.entries) for group in groups)
        parts = self.standing(shown, plan_note(overview))
        if self._marks.models:
            parts.insert(0, f"{len(self._marks.models)} marked")
        self._standing = parts
        self._show_status()
        self.show_facts()
        self.refresh_bindings()

    def _show_status(self) -> None:
        """Show the standing facts, and first how many sessions switching off the model under the cursor would hit."""
        counts, entry = self.recent_counts(), self.entry
        using = None if counts is None or entry is None or not entry.enabled else counts.count_for((entry.id,))
        parts = [f"{using.text} on {entry.model.name}"] if entry and using and using.sessions else []
        self.query_one(StatusBar).update(" · ".join((*parts, *self._standing)), figures(self.live.overview))

    def action_unfind(self) -> None:
        """Drop the filter, and then the marks."""
        if self.found_by:
            self.find("")
        else:
            self._mark(Marks())

    def sort_by(self, order: Order) -> None:
        """Have the order kept with the preferences."""
        self.post_message(self.OrderChosen(order))

    # Marking, for a change of many.

    def action_mark(self) -> None:
        """Mark the model under the cursor, or take its mark away, and step down."""
        if self.entry is not None:
            self._mark(self._marks.toggle(self.entry.id))
            self._list.action_step(1)

    def action_mark_many(self) -> None:
        """Mark from the model that was marked last to this one, or else the whole group."""
        if self.entry is not None:
            self._mark(self._marks.mark_many(self.entry.id, self._list))

    def _mark(self, marks: Marks) -> None:
        self._marks = marks
        self.show_found()

    def action_enable_marked(self) -> None:
        """Enable all marked models as one change."""
        self._change_marked(rules.Enable)

    def action_disable_marked(self) -> None:
        """Disable all marked models as one change."""
        self._change_marked(rules.Disable)

    def _change_marked(self, rule: type[rules.Enable | rules.Disable]) -> None:
        marked = tuple(model for model in self.live.overview.entries if model in self._marks.models)
        self._mark(Marks())
        self.request(lambda _: rule(marked))

    @on(LineList.CursorMoved, "#models")
    def _show_side(self) -> None:
        self.query_one(ListWithDetails).show_at_rest(self.show_facts)
        self._show_status()

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor, or all marked ones alike."""
        if self._marks.models:
            entries = self.live.overview.entries
            self._change_marked(rules.Disable if all(entries[m].enabled for m in self._marks.models) else rules.Enable)
        else:
            super().action_switch()

    @on(DefaultPanel.ChangeAsked)
    @work
    async def action_choose_default(self) -> None:
        """Open the dropdown over all enabled models."""
        if not self.live.overview.enabled:
            text = "No model is enabled yet, so none can be the default; press space on one"
            self.show_notice(text, Severity.REFUSED)
            return
        from imgmodels_tui.screens.shared.chooser import Picker  # noqa: PLC0415 - not at start

        meaning = "Preselected when a user opens the image generator. Sessions that exist keep their model."
        picker = Picker(self.live, "Default model", meaning, lambda overview: overview.enabled)
        picked = await self.app.push_screen_wait(picker)
        if picked is not None:
            self.request(lambda _: rules.SetDefault(picked))

    def action_make_default(self) -> None:
        """Make the model under the cursor the default."""
        if self.entry is not None:
            model = self.entry.id
            self.request(lambda _: rules.SetDefault(model))

    def open_model(self, model: str) -> None:
        """Show everything that is known of a model."""
        from imgmodels_tui.screens.shared.facts_dialog import details  # noqa: PLC0415 - not at start

        self.app.push_screen(details(self.live, model, self.recent_counts))

    def action_tidy(self) -> None:
        """Forget the enabled models that left the catalog."""
        self.request(lambda _: rules.Tidy())

    def action_show_warned(self) -> None:
        """Go to the next model that a warning names."""
        models = [entry.id for entry in warned_of(self.live.overview)]
        here = models.index(self.entry.id) if self.entry is not None and self.entry.id in models else -1
        if models:
            self.show_model(models[(here + 1) % len(models)])

    def action_about(self) -> None:
        """Show the page's remarks."""
        from imgmodels_tui.screens.shared.facts_dialog import FactsDialog, about_models  # noqa: PLC0415 - not at start

        dialog = FactsDialog(self.live, "Manage image models", lambda overview: about_models(overview, self.glyphs))
        self.app.push_screen(dialog)

    def action_begin(self, number: int) -> None:
        """Enable one of the guide's starting sets as one change."""
        case = starting_sets(self.live.overview)[number]
        models = tuple(recommended.model for recommended in case.recommended)
        self.request(lambda _: rules.Enable(models))

    def action_copy(self) -> None:
        """Copy the id of the model under the cursor to the terminal's clipboard (OSC 52)."""
        if self.entry is not None:
            self.show_notice(copied(self.app, self.entry.id))

    @on(FirstSteps.SetAsked)
    def _set_clicked(self, event: FirstSteps.SetAsked) -> None:
        self.action_begin(event.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now."""
        overview, finding = self.live.overview, self.is_finding
        sets = () if overview.enabled else starting_sets(overview)
        on_a_model = action in _OF_A_MODEL and self.is_mounted and self.entry is not None
        offered: Mapping[str, Callable[[], bool]] = {
            "begin": lambda: parameters[0] in range(len(sets)),
            "tidy": lambda: bool(overview.departed),
            "show_warned": lambda: bool(warned_of(overview)),
            "enable_marked": lambda: bool(self._marks.models) and not finding,
            "disable_marked": lambda: bool(self._marks.models) and not finding,
            "find": lambda: not finding,
            "unfind": lambda: bool(self._marks.models or self.found_by),
            "switch": lambda: on_a_model or bool(self._marks.models),
        }
        return offered[action]() if action in offered else on_a_model or action not in _OF_A_MODEL
