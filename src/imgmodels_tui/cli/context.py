"""What commands share: the paths, the catalog, the store, kinds of arguments, and one way to print."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.files import UnusableFile, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import folded, harmless_json, is_utf8, spelled
from imgmodels_tui.workspace.errors import NotPermitted, UnknownHost
from imgmodels_tui.workspace.file_store.locations import Locations, locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Entry, Overview, for_users
from imgmodels_tui.workspace.state import LONGEST_REASON, WorkspaceState
from imgmodels_tui.workspace.store import Role, Store

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from imgmodels_tui.generator.sessions.counts import SessionCounts


_JOINED = re.compile("[\u0300-\u1fff\ua800-\uabff\ud7b0-\ud7ff\U00010000-\U0010ffff]")
"""Characters of scripts in which several can share a cell, and pictures."""


class Run(Record):
    """One run of the command line; reads catalog and state at most once, and only when asked."""

    locations: Locations
    as_user: bool = False

    @cached_property
    def catalog(self) -> Catalog:
        """The workspace's catalog. Raises `CatalogError`."""
        return self.store.catalog

    @cached_property
    def store(self) -> Store:
        """The workspace's store: a file, or a server."""
        if self.locations.url is None:
            return self.file_store
        from imgmodels_tui.workspace.postgres_store.opening import open_url  # noqa: PLC0415 - never for a file

        return open_url(self.locations.url, self.locations.cache)

    @cached_property
    def file_store(self) -> FileStore:
        """The store of a workspace that is a file."""
        return FileStore(self.locations)

    def count_sessions(self) -> SessionCounts:
        """How many sessions hold which model."""
        from imgmodels_tui.generator.sessions.opening import count_all  # noqa: PLC0415 - few changes touch a session

        return count_all(self.store, self.locations.sessions)

    def close(self) -> None:
        """Give back what was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def overview(self) -> Overview:
        """The state seen through the catalog, by a user only the enabled models (R15). Raises `StateError`."""
        state = self.store.read()
        return self.seen(state, self.catalog if self.is_admin else for_users(self.catalog, state))

    def seen(self, state: WorkspaceState, catalog: Catalog | None = None) -> Overview:
        """A state seen through the catalog, today."""
        return Overview(state, catalog or self.catalog, self.store.today())

    @cached_property
    def is_admin(self) -> bool:
        """Whether this person administers the workspace and does not ask to be shown a user's view (R15)."""
        return not self.as_user and self.store.role() is Role.ADMIN

    def require_admin(self, what: str) -> None:
        """Raise `NotPermitted` unless this person is an admin; `what` is what was asked for."""
        if not self.is_admin:
            raise NotPermitted(what, self.store.place.full)


def _completing(context: click.Context) -> Overview | None:
    """What the shell can complete; None where the workspace cannot be read.

    While a shell completes, no command has run and there is no run yet: the options are known all the same.
    """
    options = context.find_root().params
    try:
        run = Run(locate(options.get("state")), options.get("as_user") or False)
        try:
            return run.overview
        finally:
            run.close()
    except UnusableFile:
        return None  # a line in the middle of what somebody types would help nobody


class ModelArgument(click.ParamType[str]):
    """A model's id or name, which the shell can complete; the rules judge whether it is known (R8)."""

    name = "model"

    def __init__(self, *, enabled: bool | None = None) -> None:
        """Complete the models that are `enabled`, or those that are not, or all of them."""
        self._enabled = enabled

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        """The id of the model that has this name; an id stays as it is."""
        run = ctx.find_object(Run) if ctx is not None else None
        if run is None:
            return value
        try:
            models = run.overview.catalog.models
        except UnusableFile:
            return value  # the command says what is wrong
        named = [model.id for model in models.values() if folded(model.name) == folded(value)]
        return named[0] if value not in models and len(named) == 1 else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        """The ids in the workspace's catalog that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a completing shell needs it

        overview = _completing(ctx)
        entries = () if overview is None else overview.entries.values()
        return [
            CompletionItem(entry.id, help=entry.model.name)
            for entry in entries
            if entry.id.startswith(incomplete) and self._enabled in {None, entry.enabled}
        ]


Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def completing(words: Callable[[Overview], Iterable[str]]) -> Completer:
    """Complete with words that follow from the workspace."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        overview = _completing(context)
        found = () if overview is None else words(overview)
        return [word for word in found if folded(word).startswith(folded(incomplete))]

    return complete


hosts = completing(lambda overview: overview.catalog.hosts)
makers = completing(lambda overview: overview.catalog.makers)
regions = completing(lambda _: [region.value for region in Region])

MODEL = ModelArgument()
ENABLED_MODEL = ModelArgument(enabled=True)
DISABLED_MODEL = ModelArgument(enabled=False)
FILE = click.Path(path_type=Path, readable=False)
FILE.name = "file"
"""A path that need not be there, nor be readable: whoever reads it says what is wrong."""
PLACE = click.Path(readable=False)
"""A path as FILE, or a URL, as it was written: a path would make one slash of two."""
STREAM = Path("-")
"""Standard input or output in place of a file."""
replacement = click.option(
    "--replacement", type=ENABLED_MODEL, metavar="MODEL", help="The new default, if the default goes."
)
REGION = click.Choice([region.value for region in Region], case_sensitive=False)
"""A region by its name; the command gets that as it is written in `Region`."""
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class How(Record):
    """How a change is asked for: why, and whether only to say what it would do."""

    reason: str | None = None
    dry_run: bool = False


def changing(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command that changes the workspace `-m` and `--dry-run`; it is called with `how` it was asked for."""

    @click.option("-m", "--reason", metavar="TEXT", callback=_reason, help="Why; kept in the history.")
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    @functools.wraps(function)
    def command_with_how(*arguments: Any, reason: str | None, dry_run: bool, **options: Any) -> None:
        function(*arguments, how=How(reason, dry_run), **options)

    return command_with_how


def _reason(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    if text is None:
        return None
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_REASON or not _is_text(text):
        raise click.UsageError(f"-m takes a reason of 1 to {LONGEST_REASON} characters")
    return text


def _is_text(text: str) -> bool:
    """Whether all of it can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def host_id(catalog: Catalog, asked: str) -> str:
    """The id of a host that is named by its id, its name or its short name. Raises `UnknownHost`."""
    for host in catalog.hosts.values():
        if folded(asked) in {folded(name) for name in (host.id, host.name, host.short)}:
            return host.id
    raise UnknownHost(asked, tuple(catalog.hosts))


def has_terminal() -> bool:
    """Whether there is a terminal to draw a page on."""
    return os.isatty(0) and os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"


def print_json(data: Any) -> None:
    """Print data for another program."""
    click.echo(harmless_json(json.dumps(data, ensure_ascii=not is_utf8(os.environ), indent=2)))


def print_change(text: str, revision: int, *, dry_run: bool = False) -> None:
    """Print what a change did, or would do. Raises `OSError`, which then says that it was made all the same."""
    if dry_run:
        click.echo(f"Nothing was changed; this would be revision {revision}: {text}")
        return
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


def note_old_prices(entries: Iterable[Entry]) -> None:
    """Explain the mark of old prices, where one was printed."""
    if any(entry.price_is_old for entry in entries):
        say("~ the price, or its exchange rate, was read more than 90 days ago; `imgmodels show MODEL` has the sources")


def no_formula(text: str) -> str:
    """A cell of a table for a spreadsheet: what that would take for a formula is marked as text by an apostrophe."""
    return f"'{text}" if text.lstrip().startswith(tuple("=+-@＝＋－＠")) else text


def print_columns(lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print aligned columns, such as labels and texts; those numbered in `right` are set to the right."""
    if not is_utf8(os.environ):
        lines = [[spelled(text) for text in line] for line in lines]
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
