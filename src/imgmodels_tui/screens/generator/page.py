"""The image generator: what users have, and what an admin's changes mean to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from imgmodels_tui.generator import fallback, messages
from imgmodels_tui.generator.billing import cost
from imgmodels_tui.screens.generator.drawing import DrawingPage
from imgmodels_tui.screens.generator.gallery import Gallery
from imgmodels_tui.screens.generator.panels import ClosedPanel, NextPanel, ProgressLine
from imgmodels_tui.screens.generator.picture_dialog import PictureDialog
from imgmodels_tui.screens.generator.picture_list import PictureList
from imgmodels_tui.screens.generator.prompt_area import PromptArea
from imgmodels_tui.widgets.bars import Severity, StatusBar
from imgmodels_tui.widgets.panels import Banner, Banners

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.geometry import Size

    from imgmodels_tui.generator.images.gallery import GalleryEntry
    from imgmodels_tui.screens.shared.page import PageContext
    from imgmodels_tui.workspace.live import Snapshot

SIDE_WIDTH = 118
"""Columns from which the picture under the cursor stands beside the gallery."""

WIDE = 160
"""Columns from which that picture is larger."""


class GeneratorPage(DrawingPage):
    """A session, a prompt, the pictures. It follows both the workspace and this user's sessions."""

    NAME = "generator"
    AUTO_FOCUS = ""  # `show` decides, because it knows whether the generator is open
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+g", "generate", "Generate", tooltip="Generate from anywhere", show=False, id="generator.generate"
        ),
        Binding("escape", "cancel", "Cancel", tooltip="Stop drawing", id="generator.cancel"),
        Binding("ctrl+o", "choose_model", "Model", tooltip="Choose this session's model", id="generator.model"),
        Binding(
            "ctrl+s", "sessions", "Sessions", tooltip="Go to, make, rename or delete a session", id="generator.sessions"
        ),
        Binding("ctrl+n", "new_session", "New", tooltip="A new session with the default model", id="generator.new"),
        Binding("escape", "leave", "Images", tooltip="From the fields to the images", id="generator.images"),
        Binding("i,p", "prompt", "Prompt", tooltip="Back to the prompt", id="generator.prompt"),
        Binding("enter", "show_picture", "Show", tooltip="Show the image in the terminal", id="generator.show"),
        Binding("ctrl+r", "reuse", "Reuse", tooltip="Take over the image's prompt and seed", id="generator.reuse"),
        Binding("y", "copy", "Copy path", tooltip="Copy the path of the image", show=False, id="generator.copy"),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._shut: fallback.Closed | None = None
        self._open = False

    # What stands on the page.

    def body(self) -> ComposeResult:
        """Session and model, warnings, the fields, the images; or why there is nothing of it."""
        yield ClosedPanel()
        with Vertical(id="open"):
            yield NextPanel()
            yield Banners()
            with Vertical(id="fields"):
                with Horizontal(id="words"):
                    yield Static("Prompt", classes="label")
                    yield PromptArea()
                with Horizontal(id="details"):
                    yield Static("Reference", classes="label")
                    yield Input(compact=True, id="reference")
                    yield Static("Seed", classes="label short")
                    yield Input(compact=True, id="seed", placeholder="random", max_length=10, type="integer")
            yield ProgressLine()
            yield Gallery(self._service.pictures, self._service.catalog)

    def on_mount(self) -> None:
        """Begin in the prompt, with the images that there are."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one(Gallery).load()

    def fit(self, size: Size) -> None:
        """Show the picture beside the list where there is room."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")
        self.set_class(size.width >= WIDE, "-wide")
        if self.is_mounted:
            self.query_one(Gallery).rest()

    def show(self, picture: Snapshot) -> None:
        """Draw what differs in the newest picture of the workspace; close and open with it."""
        overview = picture.overview
        closed = fallback.closed(overview)
        self.set_class(closed is not None, "-closed")
        if closed is not None:
            hint = _HINTS[closed] if self.live.is_admin else f"{_PROMOTED}." if self.live.may_administer_now else ""
            self.query_one(ClosedPanel).update(closed, hint)
            self._leave_dialogs()
            self.set_focus(None)  # a field that is out of sight would swallow keys
        elif not self._open:
            self.set_focus(self.query_one(PromptArea))
        self._shut, self._open = closed, closed is None
        self._refresh()

    def _leave_dialogs(self) -> None:
        """Close what stands over this page: it belongs to a generator that is closed now."""
        stack = self.app.screen_stack
        if self in stack:
            for screen in reversed(stack[stack.index(self) + 1 :]):
                screen.dismiss(None)

    def _refresh(self) -> None:
        """Draw what differs in the sessions."""
        overview, sessions = self.live.overview, self._desk.sessions
        self.query_one(StatusBar).update("" if self._shut else "Placeholder: no host is asked", "")
        if self._shut is None:
            coming = fallback.resolve(self._held, overview)
            priced = cost(overview.catalog, coming.entry.model, overview.state.plan)
            self.query_one(NextPanel).update(self._here, len(sessions.sessions), coming, priced)
            takes = coming.entry.model.reference_editing
            self.query_one("#reference", Input).placeholder = _TAKES if takes else _TAKES_NONE
            self.query_one(Banners).update(self._banners(coming))
        self.refresh_bindings()

    def _banners(self, coming: fallback.Next) -> tuple[Banner, ...]:
        """What the user should know before and after a session switched (R12)."""
        overview, found = self.live.overview, []
        before = messages.before(coming, overview)
        after = messages.after(self._switched, overview) if self._switched else None
        if before is not None:
            found.append(Banner(before))
        elif after is not None:
            found.append(Banner(after))
        if self._desk.read_error:
            found.append(Banner(f"{self._desk.read_error}. Sessions cannot be changed"))
        if self.live.may_administer_now:
            found.append(Banner(_PROMOTED))
        if self.live.snapshot.read_error:
            found.append(Banner("The workspace cannot be read; nothing can be generated"))
        return tuple(found)

    # The images.

    @on(Gallery.Loaded)
    def _listed(self, event: Gallery.Loaded) -> None:
        if event.problem:
            self.show_notice(event.problem, Severity.REFUSED)
        self.refresh_bindings()

    @property
    def _picture(self) -> GalleryEntry | None:
        """The picture under the cursor."""
        return self.query_one(Gallery).current

    @on(PictureList.ShowAsked)
    def action_show_picture(self) -> None:
        """Show the picture under the cursor, as large as the terminal."""
        if self._picture is not None:
            self.app.push_screen(PictureDialog(self._picture, self.live.overview.name))

    def action_reuse(self) -> None:
        """Take over prompt and seed of the picture under the cursor."""
        picture = self._picture
        if picture is not None:
            self.query_one(PromptArea).load_text(" ".join(picture.facts.prompt.split()))
            self.query_one("#seed", Input).value = str(picture.facts.seed)
            self.query_one(PromptArea).focus()

    def action_copy(self) -> None:
        """Copy the path of the picture under the cursor (OSC 52)."""
        if self._picture is not None:
            self.app.copy_to_clipboard(str(self._picture.path))
            self.show_notice("Path copied")

    def action_leave(self) -> None:
        """Go from the fields to the images."""
        self.query_one(PictureList).focus()

    def action_prompt(self) -> None:
        """Go to the prompt."""
        self.query_one(PromptArea).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what does something now."""
        if action == "undo":
            return False  # here it would undo a setting that is not in sight
        if action not in _WHILE_OPEN:
            return True
        if not self.is_mounted or self._shut is not None:
            return False
        in_list = isinstance(self.focused, PictureList)
        holds = {
            "generate": not self.drawing,
            "cancel": self.drawing,
            "leave": not self.drawing and not in_list,
            "prompt": in_list,
        }
        on_picture = in_list and self.query_one(PictureList).current is not None
        return holds.get(action, on_picture or action not in _ON_PICTURE)


_ON_PICTURE = {"show_picture", "reuse", "copy"}
_WHILE_OPEN = {"generate", "cancel", "leave", "prompt", "choose_model", "sessions", "new_session"} | _ON_PICTURE

_TAKES = "path of an image to start from (optional)"
_TAKES_NONE = "this model takes no reference image"

_PROMOTED = "You may administer this workspace now: start imgmodels again for its settings"

_HINTS = {
    fallback.Closed.OFF: "You are an admin: 1 goes to the models, c there opens the configuration.",
    fallback.Closed.NOTHING_ENABLED: "You are an admin: 1 goes to the models, space there enables one.",
    fallback.Closed.NO_DEFAULT: "You are an admin: 1 goes to the models, d there chooses the default.",
}
"""What an admin who looks at a closed generator can do about it."""
