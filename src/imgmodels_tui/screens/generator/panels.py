"""The parts of the generator's page: the session, the fields, why it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, Static, TextArea

from imgmodels_tui.generator.billing import Cost
from imgmodels_tui.generator.fallback import Closed, NextModel
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.cells import REGION_LETTERS
from imgmodels_tui.widgets.line import LineWidget, between
from imgmodels_tui.widgets.path_input import PathInput
from imgmodels_tui.workspace.overview import Entry

_LABEL = 12


class SessionPanel(LineWidget):
    """Which session this is, and which model its next image uses, for how much."""

    ACTIONS = ("screen.sessions", "screen.choose_model")
    """What a click on each line does."""

    _shown: tuple[str, int, NextModel, Cost, str] | None = None

    def update(self, session: str, sessions: int, next_model: NextModel, cost: Cost, drawn_by: str) -> None:
        """Show a session, of how many, what its next image uses, and what draws it."""
        if (session, sessions, next_model, cost, drawn_by) != self._shown:
            self._shown = session, sessions, next_model, cost, drawn_by
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The session, the model."""
        if self._shown is None:
            return [self.line(width).strip()] * len(self.ACTIONS)
        session, sessions, next_model, cost, drawn_by = self._shown
        entry = next_model.entry
        dot = f" {self.glyphs.separator} "
        count = f"{dot}{sessions} sessions" if sessions > 1 else ""
        host = drawn_by[:1].lower() + drawn_by[1:] if entry.host.name in drawn_by else f"at {entry.host.name}"
        facts = [host, REGION_LETTERS[entry.model.region], cost.text]
        fits = width - len("ctrl+o sessions v ") - _LABEL - 4 - cell_len(entry.model.name)
        while len(facts) > 1 and cell_len(self.glyphs.plain(dot + dot.join(facts))) > fits:
            facts.pop(0)
        basis = _price_basis(entry)
        if basis and cell_len(self.glyphs.plain(dot + dot.join((*facts, basis)))) <= fits:
            facts.append(basis)
        return [
            self._line("Session", session, count, "ctrl+s", "sessions", width),
            self._line("Next image", entry.model.name, dot + dot.join(facts), "ctrl+o", "model", width),
        ]

    def _line(self, label: str, text: str, remark: str, key: str, word: str, width: int) -> Strip:
        glyphs, dim = self.glyphs, self.style_for("dim")
        left = [
            (f" {glyphs.accent} ", self.style_for("accent")),
            (label.ljust(_LABEL), dim),
            (glyphs.plain(text), self.style_for("strong")),
            (glyphs.plain(remark), dim),
        ]
        right = [(key, self.style_for("key")), (f" {word:<8} {glyphs.dropdown} ", dim)]
        return between(left, right, width, self.style_for())

    async def on_click(self, event: events.Click) -> None:
        """Open the dropdown of the line under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self.ACTIONS):
            await self.run_action(self.ACTIONS[offset.y])


def _price_basis(entry: Entry) -> str:
    """What the price is for and who says so; empty where no price is known."""
    listed = entry.model.list_price
    if listed is None:
        return ""
    source = entry.catalog.sources[listed.source]
    day = "" if source.as_of is None else f", {source.as_of}"
    return f"{harmless(listed.tier, 80)}: {source.name}{day}" if listed.tier else f"{source.name}{day}"


class PromptArea(TextArea):
    """Wraps a long prompt instead of hiding it; line feeds that are pasted become blanks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", "Generate", tooltip="Generate an image from the prompt", id="prompt.send", priority=True
        ),
    ]

    class Submitted(Message):
        """The prompt is to be generated."""

    def __init__(self) -> None:
        super().__init__(
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="Describe an image, then press enter",
            id="prompt",
        )
        self.cursor_blink = False

    def action_send(self) -> None:
        """Ask for an image."""
        self.post_message(self.Submitted())

    def on_paste(self, event: events.Paste) -> None:
        """Paste lines as one: `TextArea` inserts what this leaves in the event."""
        event.text = " ".join(event.text.split())


class Fields(Vertical):
    """What an image is generated from: the prompt, a reference image and a seed."""

    def __init__(self) -> None:
        super().__init__(id="fields")

    def compose(self) -> ComposeResult:
        """Two rows."""
        with Horizontal(id="words"):
            yield Static("Prompt", classes="label")
            yield PromptArea()
        with Horizontal(id="details"):
            yield Static("Reference", classes="label")
            yield PathInput(id="reference")
            yield Static("Seed", classes="label short")
            yield Input(compact=True, id="seed", placeholder="random", max_length=10, type="integer")

    def on_mount(self) -> None:
        """A blinking cursor would be traffic."""
        for field in self.query(Input):
            field.cursor_blink = False

    @property
    def values(self) -> tuple[str, str, str]:
        """Prompt, path of the reference image and seed, as they were typed."""
        reference, seed = self.query(Input)
        return self.query_one(PromptArea).text, reference.value, seed.value

    def fill(self, prompt: str, seed: int | None) -> None:
        """Take over prompt and seed, and go to the prompt."""
        self.query_one(PromptArea).load_text(" ".join(prompt.split()))
        self.query_one("#seed", Input).value = "" if seed is None else str(seed)
        self.query_one(PromptArea).focus()

    def offer_reference(self, *, offered: bool) -> None:
        """Say whether the model takes a reference image."""
        texts = {True: "path of an image to start from (optional)", False: "this model takes no reference image"}
        self.query_one("#reference", Input).placeholder = texts[offered]


class ClosedPanel(LineWidget):
    """Instead of the whole generator: why it is closed and who can open it (R10, R13)."""

    _reason: Closed | None = None
    _hint = ""

    def update(self, closed: Closed, *, is_admin: bool, remark: str) -> None:
        """Show the reason, with what an admin can do about it, or else a remark."""
        hint = _HINTS[closed] if is_admin else remark
        if (closed, hint) != (self._reason, self._hint):
            self._reason, self._hint = closed, hint
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The reason, the advice, and that nothing is lost."""
        if self._reason is None:
            return []
        plain = self.glyphs.plain
        texts = [
            (f"{self.glyphs.warning} {plain(self._reason.heading)}", "warning"),
            ("", "dim"),
            (plain(f"Nothing can be generated. {self._reason.advice}."), "strong"),
            ("Your sessions and images are kept; this page opens by itself.", "dim"),
            ("", "dim"),
            (plain(self._hint), "dim"),
        ]
        return [
            self.line(width).space(max(0, (width - cell_len(text)) // 2)).add(text, self.style_for(role)).strip()
            for text, role in texts
        ]


_HINTS = {
    Closed.OFF: "You are an admin: 1 goes to the models, c there opens the configuration.",
    Closed.NOTHING_ENABLED: "You are an admin: 1 goes to the models, space there enables one.",
    Closed.NO_DEFAULT: "You are an admin: 1 goes to the models, d there chooses the default.",
}
"""What an admin who looks at a closed generator can do about it."""
