"""Writing the settings to a file, and taking over those of another one after seeing what would differ."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.files import UnusableFile, may_exist, reason, replace_file
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.path_input import PathInput
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.queries import export, messages

T = TypeVar("T")

_SUGGESTED = "imgmodels-settings.json"


class FileDialog(Dialog[T]):
    """Asks for a file's name; shows what is wrong with it and stays open."""

    TEXT = ""

    def __init__(self, live: LiveWorkspace) -> None:
        super().__init__()
        self._live = live

    def content(self) -> ComposeResult:
        """What happens, the name, a remark."""
        yield Static(self.glyphs.plain(self.TEXT), classes="text dim", markup=False)
        yield PathInput(_SUGGESTED, id="file")
        yield Static("", classes="text", id="remark", markup=False)

    def on_mount(self) -> None:
        """Begin in the name."""
        self._remark("")

    @property
    def _path(self) -> Path:
        return Path(os.path.abspath(self.query_one(PathInput).path or ""))  # noqa: PTH100 - links stay as written

    def _remark(self, text: str) -> None:
        remark = self.query_one("#remark", Static)
        remark.update(self.glyphs.plain(harmless(text)))
        remark.display = bool(text)


class ExportDialog(FileDialog[Path]):
    """Writes the settings; the answer is where they are."""

    HEADING = "Export settings"
    TEXT = "Image generation, plan, default and enabled models, as JSON. No history, no names of people."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "Write", id="export.write", priority=True),
        Binding("ctrl+o", "overwrite", "Overwrite", tooltip="Replace the file", id="export.overwrite", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    _occupied = False

    @on(Input.Changed)
    def _another_name(self) -> None:
        self._occupied = False
        self._remark("")
        self.refresh_bindings()

    def action_write(self) -> None:
        """Write a new file; never over one that is there."""
        self._write(overwrite=False)

    def action_overwrite(self) -> None:
        """Write over the file that is there."""
        self._write(overwrite=True)

    @work(exclusive=True)
    async def _write(self, *, overwrite: bool) -> None:
        path, overview = self._path, self._live.overview
        if not overwrite and await asyncio.to_thread(may_exist, path):
            self._occupied = True
            self._remark(f"{path} is there already: ctrl+o overwrites it, or type another name")
            self.refresh_bindings()
            return
        content = export.exported(overview.state, overview.catalog)
        try:
            await asyncio.to_thread(replace_file, path, content)
        except OSError as error:
            self._remark(f"{path} cannot be written: {reason(error)}")
        else:
            self.dismiss(path)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Overwriting is offered only after it was found to be necessary."""
        return self._occupied if action == "overwrite" else True


class ImportDialog(FileDialog[rules.Replace]):
    """Reads a file; the answer is the change that it asks for, already judged once."""

    HEADING = "Import settings"
    TEXT = "An exported file or another workspace's state file. What would differ is shown first."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", "Preview", id="import.preview", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    @work(exclusive=True)
    async def action_read(self) -> None:
        """Read the file and judge it."""
        overview = self._live.overview
        try:
            rule = await asyncio.to_thread(export.read_settings, self._path)
            rule(overview.state, overview.catalog)
        except UnusableFile as error:
            self._remark(str(error))
        except Refusal as refusal:
            self._remark(messages.refused(refusal, overview.catalog))
        else:
            self.dismiss(rule)
