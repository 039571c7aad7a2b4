"""The command `imgmodels` itself: options that hold for all, opening the page, and how a run ends."""

from __future__ import annotations

import contextlib
import io
import os
import pwd
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from imgmodels_tui import __version__
from imgmodels_tui.catalog import CatalogError
from imgmodels_tui.cli.context import PLACE, Run, say
from imgmodels_tui.files import reason
from imgmodels_tui.generator import ContentRefused, GeneratorError, PromptError
from imgmodels_tui.settings import SettingsError
from imgmodels_tui.text import describe_fault, harmless, is_utf8, spelled
from imgmodels_tui.workspace.errors import (
    NotPermitted,
    NotSaved,
    Refusal,
    StateError,
    UnknownHost,
    UnknownModel,
    UnknownRecord,
    UnknownRevision,
)
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.queries.model_filter import QueryError

DONE, REFUSED, WRONG_USAGE, INVALID_FILE, NOT_PERMITTED = range(5)
_FAULT = 70
_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_NO_HOME = "/nonexistent"  # as in the user database of Debian
_INTERRUPTED = 130
_EXIT_CODES: Mapping[type[Exception], int] = {
    **dict.fromkeys((UnknownModel, UnknownHost, UnknownRecord, UnknownRevision, QueryError, PromptError), WRONG_USAGE),
    Refusal: REFUSED,
    ContentRefused: REFUSED,
    NotPermitted: NOT_PERMITTED,
    **dict.fromkeys((NotSaved, GeneratorError, StateError, CatalogError, SettingsError), INVALID_FILE),
}
"""What a script learns from the kind of failure; a kind comes before the kind that it is derived from."""


class _OutputClosed(Exception):
    """The program that read the output has ended; click would end as if a rule had refused."""


_COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("list", "show", "status", "guide"), "models"),
    **dict.fromkeys(("enable", "disable", "default", "config", "undo", "tidy", "history"), "changes"),
    **dict.fromkeys(("check", "schema", "path", "completion", "export", "import"), "files"),
    **dict.fromkeys(("generate", "sessions", "demo"), "generate"),
    **dict.fromkeys(("init", "recover", "doctor", "bindings"), "maintenance"),
    **dict.fromkeys(("serve", "keys", "usage"), "serve"),
    "catalog": "catalog",
    "hosting": "hosting",
    "hosts": "hosts",
    "policy": "policy",
    "prices": "prices",
}
"""Which module of this package has a command; it is loaded when the command is called."""


class _Commands(click.Group):
    """A group that loads its commands when they are called, and tells closed output from an error."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of this name."""
        if cmd_name not in _COMMANDS:
            return None
        commands: Sequence[click.Command] = import_module(f"imgmodels_tui.cli.{_COMMANDS[cmd_name]}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Print what `--help` and `--version` ask for, if they are given."""
        with _closed_output():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _closed_output():
            return super().invoke(ctx)


@contextlib.contextmanager
def _closed_output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _OutputClosed from error


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--state", type=PLACE, metavar="PATH|URL", help="The workspace's state file, or postgresql://host/database#team."
)
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option("--as-user", is_flag=True, help="See what a user sees.")
@click.version_option(__version__, message="imgmodels %(version)s")
@click.pass_context
def imgmodels(context: click.Context, state: str | None, as_user: bool, no_mouse: bool) -> None:
    """Manage the image generation models of a workspace, and generate images with them.

    Without a command, opens the full-screen page; who is no admin of the workspace gets the image generator.
    Everything the page can change can be said in one line. Admin is whoever may write the workspace's state file.
    Users can demo, generate, sessions, list, show, guide, hosting, prices, status and default without MODEL, and
    see the enabled models only; the other commands are for admins.
    """
    context.obj = Run(locate(state), as_user)
    context.call_on_close(context.obj.close)
    if context.invoked_subcommand is None:
        from imgmodels_tui.cli.page import show_page  # noqa: PLC0415 - no other command needs it

        sys.exit(show_page(context.obj, mouse=not no_mouse))


def main() -> NoReturn:
    """Run the command line; ends the process with one of the documented exit codes."""
    try:
        sys.exit(_run())
    except KeyboardInterrupt:  # before or after the command itself
        sys.exit(_INTERRUPTED)


def _open_closed_streams() -> None:
    """Have nothing that is meant for a closed stream end up elsewhere: the next file would take its number."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            wrong_way = os.O_RDONLY if name == "stdout" else os.O_RDWR  # so that a lost result is an error
            descriptor = os.open(os.devnull, wrong_way)
            if descriptor != number:
                os.dup2(descriptor, number)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


class _Ascii(io.TextIOWrapper):
    """A stream that spells what is not ASCII, for a locale that ends there."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        super().__init__(stream.buffer, encoding="utf-8", line_buffering=stream.isatty(), write_through=True)
        self._stream = stream  # whose end would close the buffer

    def write(self, text: str) -> int:
        """Write `text` in ASCII; what is not text goes to `buffer` as it is."""
        super().write(spelled(text))
        return len(text)


def _settle_streams() -> None:
    """Have no character stop a command: where the locale ends with ASCII, each is spelled."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
            if not is_utf8(os.environ):
                setattr(sys, name, _Ascii(stream))


def _belongs_to_another(folder: str) -> bool:
    """Whether a folder, or the nearest one above it that exists, is somebody else's."""
    path = Path(folder)
    nearest = next((part for part in (path, *path.parents) if os.path.lexists(part)), None)
    return path.is_absolute() and nearest is not None and nearest.stat().st_uid != os.geteuid()


def _settle_environment() -> None:
    """Have HOME be an absolute path, also for a user whom the system does not know, and this user's own for root.

    An empty NO_COLOR is none.
    """
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)
    for name in _HOMES:
        if os.geteuid() == 0 and _belongs_to_another(os.environ.get(name, "")):
            del os.environ[name]  # as `sudo -E` leaves it: root's own files would be in somebody else's home
    if not Path(os.environ.get("HOME", "")).is_absolute():
        try:
            os.environ["HOME"] = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            os.environ["HOME"] = _NO_HOME


def _run() -> int:
    _open_closed_streams()
    _settle_environment()
    _settle_streams()
    try:
        imgmodels.main(prog_name="imgmodels", standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except _OutputClosed:
        _discard_output()
        return DONE
    except click.ClickException as error:
        command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "imgmodels"
        message = " ".join(error.format_message().split()).rstrip(".")
        if isinstance(error, click.NoSuchOption) and command.endswith(" generate"):
            message += "; put -- before a prompt that begins with a hyphen"
        return _fail(f"{message}; see `{command} --help`", WRONG_USAGE)
    except tuple(_EXIT_CODES) as error:
        code = next(code for kind, code in _EXIT_CODES.items() if isinstance(error, kind))
        return _fail(str(error), NOT_PERMITTED if getattr(error, "permission", False) else code)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one line
        return _unexpected(error)
    return DONE


def _unexpected(error: Exception) -> int:
    """Say what no command had expected: what the system refuses, or a fault of this program."""
    _discard_output()
    if isinstance(error, OSError):
        return _fail(f"{error.filename or 'the output cannot be written'}: {reason(error)}", INVALID_FILE)
    if os.environ.get("IMGMODELS_TRACEBACK"):
        raise error
    advice = "a fault of this program; with IMGMODELS_TRACEBACK=1 it says where"
    return _fail(f"{describe_fault(error)}: {advice}", _FAULT)


def _discard_output() -> None:
    """Keep the interpreter from complaining, at its own end, of output that nobody takes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _fail(message: str, code: int) -> int:
    say(f"imgmodels: {harmless(message, limit=1000)}")
    return code
