"""The user's preferences: how the program looks and behaves for this user alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import ChoiceList
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.settings import COLUMNS, EngineMode, Pictures, Settings, Signs
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.queries.model_order import Order


class Preference(Record):
    """One line: a name, its value, the settings with the value before and after it."""

    key: str
    name: str
    value: str
    remark: str
    steps: tuple[Settings, Settings]


class PreferenceList(ChoiceList):
    """The preferences with their values."""

    def draw(self, row: Preference, line: Line) -> None:
        """Draw the name, the value and a remark."""
        line.cell(row.name, 20, self.style_for("strong")).cell(row.value, 22, self.style_for("accent"))
        line.cell(self.glyphs.plain(row.remark), line.room, self.style_for("dim"))


class PreferencesDialog(Dialog[None]):
    """Every preference; a change is shown and saved at once."""

    HEADING = "Preferences"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,enter,l", "turn(1)", "Next value", id="preferences.next"),
        Binding("left,h", "turn(0)", "Previous", id="preferences.previous"),
    ]

    def __init__(
        self, settings: Callable[[], Settings], themes: Sequence[str], change: Callable[[Settings], None], path: str
    ) -> None:
        super().__init__()
        self._settings, self._themes, self._change, self._path = settings, themes, change, path

    def content(self) -> ComposeResult:
        """The list, and the file that it is saved in."""
        yield PreferenceList()
        yield Static(
            f"Kept for you alone in {self._path}; keys can be changed there.", classes="text dim", markup=False
        )

    def on_mount(self) -> None:
        """Show the present values."""
        self._show()

    def _show(self) -> None:
        self.query_one(PreferenceList).fill(preferences(self._settings(), self._themes))

    @on(PreferenceList.Chosen)
    def _clicked(self) -> None:
        self.action_turn(1)

    def action_turn(self, step: int) -> None:
        """Take the previous (0) or next (1) value of the preference under the cursor."""
        row = self.query_one(PreferenceList).current
        if row is not None:
            self._change(row.steps[step])
            self._show()


def preferences(settings: Settings, themes: Sequence[str]) -> tuple[Preference, ...]:
    """Every preference with its neighbours."""
    found = [
        _choice(settings, "theme", "Theme", tuple(themes), "colours"),
        _choice(settings, "sort", "Order", tuple(Order), "of the model list"),
        _choice(settings, "signs", "Signs", tuple(Signs), "from the next start"),
        _choice(settings, "animations", "Animations", (False, True), "cost traffic"),
        _choice(settings, "fewest_bytes", "Fewest bytes", (False, True), "send only cells that changed"),
        _choice(settings, "pictures", "Pictures", tuple(Pictures), "pixels where the terminal can"),
        _choice(settings, "engine", "Drawn by", tuple(EngineMode), "auto: the host, with a key"),
        _choice(settings, "mouse", "Mouse", (False, True), "from the next start"),
    ]
    for column in COLUMNS:
        hidden = settings.hidden_columns
        other = tuple(name for name in hidden if name != column) if column in hidden else (*hidden, column)
        changed = settings.replace(hidden_columns=other)
        value = "hidden" if column in hidden else "shown"
        found.append(Preference(column, f"Column {column}", value, "of the model list", (changed, changed)))
    return tuple(found)


def _choice(settings: Settings, key: str, name: str, values: Sequence[object], remark: str) -> Preference:
    present = getattr(settings, key)
    at = values.index(present) if present in values else 0
    before, after = values[at - 1], values[(at + 1) % len(values)]
    steps = (settings.replace(**{key: before}), settings.replace(**{key: after}))
    shown = ("on" if present else "off") if isinstance(present, bool) else str(present)
    return Preference(key, name, shown, remark, steps)
