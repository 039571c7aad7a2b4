"""A driver that can ask the terminal something, and that knows the terminal's size however fast it changes.

Textual's parser knows a few replies. All others it passes on as the keys that would have typed them. They are taken
out of the input before it gets there. It relies on private parts of Textual.
"""

from __future__ import annotations

import asyncio
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
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback, Resize
from textual.geometry import Size

if TYPE_CHECKING:
    from .capabilities import Capabilities, ReplyParser

_READ_TIMEOUT: Final = 0.1
"""Seconds without input after which an `esc` is a key, and no beginning of something longer."""


class TerminalDriver(LinuxDriver):
    """Textual's own driver, except how it reads the input, and when it looks at the terminal's size."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._replies: ReplyParser | None = None
        self._capabilities: asyncio.Future[Capabilities] | None = None

    def start_application_mode(self) -> None:
        """Take the terminal, its keys before its screen, and follow its size.

        Textual takes the screen first: a key typed at that moment is echoed on it, and `ctrl+q` is lost to the
        terminal's flow control.

        Textual reads the size in the signal's handler. A second signal can interrupt that between reading and
        sending it on; the older size is then sent last, and the program keeps it. Here the event loop reads it.
        """
        before = self._set_input_modes()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if before is not None:
            self.attrs_before = before
        self._loop.add_signal_handler(signal.SIGWINCH, self._send_size)
        # If the size changed before that, an older one may reach the app last: read it again when it has got all.
        self.send_message(Callback(callback=self._send_size_if_changed))

    def _set_input_modes(self) -> list[Any] | None:
        """Have each key arrive at once and unchanged; return the modes before, None where they cannot be changed.

        A process in the background must not change them. Textual waits until it is in the foreground.
        """
        with contextlib.suppress(termios.error, OSError):
            if os.tcgetpgrp(self.fileno) == os.getpgrp():
                before = termios.tcgetattr(self.fileno)
                modes = [self._patch_iflag(before[0]), *before[1:3], self._patch_lflag(before[3]), *before[4:]]
                termios.tcsetattr(self.fileno, termios.TCSANOW, modes)
                return before
        return None

    def _send_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self.send_message(Resize(size, size))

    def _send_size_if_changed(self) -> None:
        if Size(*self._get_terminal_size()) != self._app.size:
            self._send_size()

    def query_capabilities(self) -> asyncio.Future[Capabilities]:
        """Ask the terminal what it can show, once; return what will hold the reply, if one comes.

        To be called in the event loop, in application mode.
        """
        if self._capabilities is None:
            # Most runs show no picture, and start without this.
            from .capabilities import Capabilities, ReplyParser, queries  # noqa: PLC0415

            self._capabilities = self._loop.create_future()
            query = queries(os.environ)
            if query and os.isatty(self.fileno):
                self._replies = ReplyParser()
                self.write(query)
                self.flush()
            else:
                self._capabilities.set_result(Capabilities(answered=True))
        return self._capabilities

    def run_input_thread(self) -> None:
        """Read what is typed, as long as the program has the terminal."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        while not self.exit_event.is_set():
            typed = self._read(decode)
            for message in chain(parser.feed(typed) if typed else (), parser.tick()):
                self.process_message(message)
        with contextlib.suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self, decode: Any) -> str:
        if not select.select([self.fileno], [], [], _READ_TIMEOUT)[0]:
            return "" if self._replies is None else self._replies.flush()
        data = os.read(self.fileno, 4096)
        if not data:
            self.exit_event.wait(_READ_TIMEOUT)  # the terminal is gone; reading again at once would be a busy loop
        typed = cast("str", decode(data))
        if self._replies is None:
            return typed
        typed = self._replies.feed(typed)
        if self._replies.capabilities.answered and not (self._capabilities is None or self._capabilities.done()):
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                self._loop.call_soon_threadsafe(self._publish, self._replies.capabilities)
        return typed

    def _publish(self, known: Capabilities) -> None:
        if self._capabilities is not None and not self._capabilities.done():
            self._capabilities.set_result(known)
