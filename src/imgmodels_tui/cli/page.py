"""Opens the full-screen program, where there is a terminal for it."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.cli.context import Run, has_terminal
from imgmodels_tui.settings import SettingsError, load
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.store import Store

if TYPE_CHECKING:
    from imgmodels_tui.api.programs import Programs
    from imgmodels_tui.generator.sessions.store import UserPaths


def show_page(run: Run, *, mouse: bool) -> int:
    """Show the pages of a workspace, if there is a terminal; return the exit code."""
    if not has_terminal():
        raise click.UsageError(
            "the page needs a terminal; in scripts use a command such as `imgmodels list`, `enable`, `default` "
            "or `status`"
        )
    gc.disable()  # nothing made until the first frame is garbage; then the program collects again
    run.store.read()  # a broken file is reported before the screen is taken over
    from imgmodels_tui.generator.sessions.store import user_paths  # noqa: PLC0415 - after the file has been read

    def programs() -> Programs:
        from imgmodels_tui.api.programs import read_programs  # noqa: PLC0415 - when an admin asks

        return read_programs(run.store, run.locations, run.store.today())

    paths, settings = user_paths(run.locations), run.locations.settings
    return open_page(run.store, paths, settings, admin=run.is_admin, mouse=mouse, read_programs=programs)


def open_page(
    store: Store,
    paths: UserPaths,
    settings_path: Path,
    *,
    admin: bool = True,
    mouse: bool = True,
    read_programs: Callable[[], Programs] | None = None,
) -> int:
    """Run the terminal program until its user leaves it; return the exit code. Raises `StateError`, `SettingsError`.

    Who is no admin of the workspace gets the image generator and nothing else (R15).
    """
    from imgmodels_tui.app import FAULT, ImgModelsApp  # noqa: PLC0415 - Textual takes most of the start-up time

    settings = load(settings_path)
    if settings.keys:
        from imgmodels_tui.screens.keys import understood_keys  # noqa: PLC0415 - it loads every page

        settings = settings.replace(keys=understood_keys(settings_path, settings.keys))
    if admin:
        with contextlib.suppress(NotSaved):  # then the page opens for reading and says why
            store.create_if_missing()
    first = settings.replace(theme="imgmodels-dark")
    app = ImgModelsApp(store, paths, settings_path, first, admin=admin, read_programs=read_programs)
    if settings.theme not in app.available_themes:
        possible = ", ".join(sorted(app.available_themes))
        raise SettingsError(f"{settings_path}: theme: is no theme; possible are {possible}")
    app.settings = settings
    app.theme = settings.theme
    app.run_here(mouse=mouse and settings.mouse)
    return FAULT if app.return_code else 0
