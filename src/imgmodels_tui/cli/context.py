"""What commands share: the paths, the catalog, the store, kinds of arguments, and one way to print."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imgmodels_tui.catalog import Catalog, CatalogError, load_catalog
from imgmodels_tui.files import reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless_json
from imgmodels_tui.workspace.errors import NotPermitted, StateError
from imgmodels_tui.workspace.file_store.locations import Locations, locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview, for_users
from imgmodels_tui.workspace.store import Role

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


_JOINED = re.compile("[\u0300-\u1fff\ua800-\uabff\ud7b0-\ud7ff\U00010000-\U0010ffff]")
"""Characters of scripts in which several can share a cell, and pictures."""


class Run(Record):
    """One run of the command line; reads catalog and state at most once, and only when asked."""

    locations: Locations
    as_user: bool = False

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog with its overrides. Raises `CatalogError`."""
        return load_catalog(self.locations.override_folders, cache=self.locations.cache)

    @cached_property
    def store(self) -> FileStore:
        """The workspace's store."""
        return FileStore(self.locations, self.catalog)

    @cached_property
    def overview(self) -> Overview:
        """The state seen through the catalog, by a user only the enabled models (R15). Raises `StateError`."""
        state = self.store.read()
        return Overview(state, self.catalog if self.is_admin else for_users(self.catalog, state))

    @cached_property
    def is_admin(self) -> bool:
        """Whether this person administers the workspace and does not ask to be shown a user's view (R15)."""
        return not self.as_user and self.locations.role() is Role.ADMIN

    def require_admin(self, what: str) -> None:
        """Raise `NotPermitted` unless this person is an admin; `what` is what was asked for."""
        if not self.is_admin:
            raise NotPermitted(what, str(self.locations.state))


class ModelArgument(click.ParamType[str]):
    """A model's id, which the shell can complete; the rules judge whether it is known (R8)."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        """The ids of the bundled catalog and its overrides that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a completing shell needs it

        # While a shell completes, no command has run and there is no run yet: the options are known all the same.
        options = ctx.find_root().params
        run = Run(locate(options.get("state"), options.get("catalog")), options.get("as_user") or False)
        try:
            models = run.overview.catalog.models.values()
        except (StateError, CatalogError):
            return []  # a line in the middle of what somebody types would help nobody
        return [CompletionItem(model.id, help=model.name) for model in models if model.id.startswith(incomplete)]


MODEL = ModelArgument()
FILE = click.Path(path_type=Path, readable=False)
FILE.name = "file"
"""A path that need not be there, nor be readable: whoever reads it says what is wrong."""
STREAM = Path("-")
"""Standard input or output in place of a file."""
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def has_terminal() -> bool:
    """Whether there is a terminal to draw a page on."""
    return os.isatty(0) and os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"


def print_json(data: Any) -> None:
    """Print data for another program."""
    is_ascii = codecs.lookup(getattr(sys.stdout, "encoding", None) or "ascii").name != "utf-8"
    click.echo(harmless_json(json.dumps(data, ensure_ascii=is_ascii, indent=2)))


def print_change(text: str, revision: int) -> None:
    """Print what a change did. Raises `OSError`, which then says that it was made all the same."""
    try:
        click.echo(f"{text} (revision {revision})")
    except BrokenPipeError:
        raise
    except OSError as error:
        error.strerror = f"{reason(error)}, but the change was made: it is revision {revision}"
        raise


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the result."""
    click.echo(message, file=sys.stderr)


def print_columns(lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print aligned columns, such as labels and texts; those numbered in `right` are set to the right."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = []
        for number, (text, width) in enumerate(zip(line, widths, strict=True)):
            space = " " * (width - _width(text))
            cells.append(space + text if number in right else text + space)
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """The number of terminal cells that `text` takes."""
    if _JOINED.search(text):
        from rich.cells import cell_len  # noqa: PLC0415 - few names need it

        return cell_len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def command(name: str | None = None) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command that is given its `Run` first."""
    return lambda function: click.command(name)(click.make_pass_decorator(Run)(function))
