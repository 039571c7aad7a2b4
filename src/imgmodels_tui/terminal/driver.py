"""A driver that can ask the terminal something, and that knows the terminal's size however fast it changes.

Textual's parser knows a few answers. All others it hands on as the keys that would have typed them. They are taken
out of the input before it gets there.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
from codecs import getincrementaldecoder
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback, Resize
from textual.geometry import Size

if TYPE_CHECKING:
    import asyncio

    from textual.app import App

    from imgmodels_tui.terminal.answers import Answers

    from .capabilities import Capabilities

_TICK: Final = 0.1
"""Seconds without input after which an `esc` is a key, and no beginning of something longer."""


class AskingDriver(LinuxDriver):
    """Textual's own driver, but for where its input comes from, and when it looks at the terminal's size."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._answers: Answers | None = None
        self._ability: asyncio.Future[Capabilities] | None = None

    def start_application_mode(self) -> None:
        """Take the terminal, its keys before its screen, and follow its size.

        Textual takes the screen first: a key typed at that moment is echoed on it, and `ctrl+q` is lost to the
        terminal's flow control.

        Textual asks for the size in the signal's handler. A second signal can interrupt that between asking and
        saying; the older size is then said last, and the program stays with it. Here the event loop asks.
        """
        before = self._take_keys()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if before is not None:
            self.attrs_before = before
        self._loop.add_signal_handler(signal.SIGWINCH, self._say_size)
        # Of a size that changed before that, the app may hear an older one last: look again once it has heard all.
        self.send_message(Callback(callback=self._say_another_size))

    def _take_keys(self) -> list[Any] | None:
        """Have each key come at once and as it is; return the modes before, None where they cannot be changed.

        A process in the background must not change them. Textual waits until it is in the foreground.
        """
        with contextlib.suppress(termios.error, OSError):
            if os.tcgetpgrp(self.fileno) == os.getpgrp():
                before = termios.tcgetattr(self.fileno)
                taken = [self._patch_iflag(before[0]), *before[1:3], self._patch_lflag(before[3]), *before[4:]]
                termios.tcsetattr(self.fileno, termios.TCSANOW, taken)
                return before
        return None

    def _say_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self.send_message(Resize(size, size))

    def _say_another_size(self) -> None:
        if Size(*self._get_terminal_size()) != self._app.size:
            self._say_size()

    def ask(self) -> asyncio.Future[Capabilities]:
        """Ask the terminal what it can show, once; return what will hold the answer, if one comes.

        To be called in the event loop, in application mode.
        """
        if self._ability is None:
            # Most runs show no picture, and start without this.
            from imgmodels_tui.terminal.answers import Answers, questions  # noqa: PLC0415

            from .capabilities import Capabilities  # noqa: PLC0415

            self._ability = self._loop.create_future()
            asked = questions(os.environ)
            if asked and os.isatty(self.fileno):
                self._answers = Answers()
                self.write(asked)
                self.flush()
            else:
                self._ability.set_result(Capabilities(answered=True))
        return self._ability

    def run_input_thread(self) -> None:
        """Read what is typed, for as long as the terminal is the program's."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        while not self.exit_event.is_set():
            typed = self._typed(decode)
            for message in chain(parser.feed(typed) if typed else (), parser.tick()):
                self.process_message(message)
        with contextlib.suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _typed(self, decode: Any) -> str:
        """Wait a moment for input, and return it without answers."""
        if not select.select([self.fileno], [], [], _TICK)[0]:
            return "" if self._answers is None else self._answers.given_up()
        data = os.read(self.fileno, 4096)
        if not data:
            self.exit_event.wait(_TICK)  # the terminal is gone; asking again at once would only heat the room
        if self._answers is None:
            return cast("str", decode(data))
        typed = self._answers.heard(decode(data))
        if self._answers.ability.answered:
            self._tell(self._answers.ability)
        return typed

    def _tell(self, ability: Capabilities) -> None:
        """Hand over what was answered, from the input's thread."""

        def tell() -> None:
            if self._ability is not None and not self._ability.done():
                self._ability.set_result(ability)

        if self._ability is not None and not self._ability.done():
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                self._loop.call_soon_threadsafe(tell)
