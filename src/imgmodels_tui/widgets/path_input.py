"""A field for a file's path: completed by `tab`, understood as terminals and file managers give it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import Input

_MOST = 10_000
"""Names of a folder that are looked at."""


class PathInput(Input):
    """Its text is selected when it is entered, so that typing replaces what was proposed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", tooltip="Complete the path, or go on", id="path.complete")
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=True, id=id)
        self.cursor_blink = False

    @property
    def path(self) -> Path | None:
        """The path that is typed; None where nothing is."""
        return typed_path(self.value)

    @work(exclusive=True, thread=True)
    def action_complete(self) -> None:
        """Complete what is typed as far as it is certain; where nothing follows, go to the next field."""
        before = self.value
        completed = completion(before)
        self.app.call_from_thread(self._complete, before, completed)

    def _complete(self, before: str, completed: str | None) -> None:
        if completed is None or completed == before:
            self.screen.focus_next()
        elif self.value == before:  # else more was typed meanwhile
            self.value = completed
            self.cursor_position = len(completed)


def typed_path(text: str) -> Path | None:
    """The path that somebody typed, pasted or dropped: plain, in quotes, with escaped blanks, or as `file://`."""
    text = text.strip()
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    elif text[:1] in {"'", '"'} or "\\ " in text:
        try:
            parts = shlex.split(text)
        except ValueError:  # a quote that nothing closes is a part of the name
            parts = [text]
        text = parts[0] if len(parts) == 1 else text
    # Links in the path stay as written; a `~` of nobody's is simply a part of the name.
    return Path(os.path.expanduser(text)) if text else None  # noqa: PTH111


def completion(text: str) -> str | None:
    """What `text` can only be the beginning of; None where no name begins so."""
    head, slash, begin = text.rpartition("/")
    folder = Path(os.path.expanduser(head + slash) or ".")  # noqa: PTH111
    try:
        with os.scandir(folder) as entries:
            found = [
                entry.name + ("/" if entry.is_dir() else "")
                for _, entry in zip(range(_MOST), entries, strict=False)
                if entry.name.startswith(begin) and (begin or not entry.name.startswith("."))
            ]
    except OSError:
        return None
    return f"{head}{slash}{os.path.commonprefix(found)}" if found else None  # noqa: RUF071 - characters are meant
