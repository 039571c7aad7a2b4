"""A driver that believes of its terminal only what is known, asks it what it can show, and follows its size.

It relies on private parts of Textual.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import signal
import termios
import time
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from textual import constants
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback, Resize
from textual.geometry import Size

from .input import SEQUENCE_TIMEOUT, InputReader, is_extended_key

if TYPE_CHECKING:
    from .capabilities import Capabilities, CapabilityQuery

ANSWER_TIMEOUT: Final = 1.0
"""Seconds within which a terminal at the other end of a far link answers, if it does."""

_READ_TIMEOUT: Final = 0.1
"""Seconds without input after which an `esc` is a key, and no beginning of something longer."""

_SYNC_ANSWER: Final = "\x1b[?2026;"
_ATTRIBUTES_ANSWER: Final = re.compile(r"\x1b\[\?[0-9;]*c")


class TerminalDriver(LinuxDriver):
    """Textual's own driver, except how it reads the input, and when it looks at the terminal's size."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._query: CapabilityQuery | None = None
        self._capabilities: asyncio.Future[Capabilities] | None = None
        self._awaited = 0
        """How many questions the terminal has not answered."""
        self._asked_at = 0.0
        self._is_gone = False

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

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size that the terminal has now, whatever COLUMNS and LINES say."""
        for descriptor in (self.fileno, *range(3)):
            with contextlib.suppress(OSError, ValueError):
                columns, lines = os.get_terminal_size(descriptor)
                if columns and lines:
                    return columns, lines
        return super()._get_terminal_size()

    def _send_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self.send_message(Resize(size, size))

    def _send_size_if_changed(self) -> None:
        if Size(*self._get_terminal_size()) != self._app.size:
            self._send_size()

    def query_capabilities(self) -> asyncio.Future[Capabilities]:
        """Ask the terminal what it can show, once; return what will hold the answer, if one comes.

        To be called in the event loop, in application mode.
        """
        if self._capabilities is None:
            # Most runs show no picture, and start without this.
            from .capabilities import CapabilityQuery  # noqa: PLC0415

            self._capabilities = self._loop.create_future()
            self._query = CapabilityQuery(os.environ if os.isatty(self.fileno) else {})
            self._ask(self._query.next_step())
        return self._capabilities

    def _request_terminal_sync_mode_support(self) -> None:
        """Ask whether a frame can be shown at once, and remember that the answer may be on its way."""
        self._awaited += 1
        self._asked_at = time.monotonic()
        super()._request_terminal_sync_mode_support()

    def _query_in_band_window_resize(self) -> None:
        """Have no size among the keys: anything that is typed or pasted could be one."""

    def _ask(self, question: str) -> None:
        """Send a question in the event loop, or publish what is known where there is none left."""
        if question:
            self._awaited += 1
            self._asked_at = time.monotonic()
            self.write(question)
            self.flush()
        elif self._query is not None and self._capabilities is not None and not self._capabilities.done():
            self._capabilities.set_result(self._query.capabilities)

    @property
    def answers_due(self) -> float:
        """Seconds for which the answer to a question may still be on its way; leaving waits as long for it."""
        return max(0.0, self._asked_at + ANSWER_TIMEOUT - time.monotonic()) if self._awaited else 0.0

    def disable_input(self) -> None:
        """Read no more; but first what the terminal was asked for, which the shell would take for typed."""
        thread = self._key_thread
        while self.answers_due and thread is not None and thread.is_alive() and not self._is_gone:
            thread.join(min(self.answers_due, _READ_TIMEOUT))
        super().disable_input()

    def run_input_thread(self) -> None:
        """Read what is typed, as long as the program has the terminal."""
        parser, reader, quiet = XTermParser(self._debug), InputReader(_is_key, self._answer), 0.0
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], _READ_TIMEOUT)[0]:
                data, quiet = os.read(self.fileno, 4096), 0.0
                typed = reader.feed(data)
                if not data:
                    self._is_gone = True
                    self.exit_event.wait(_READ_TIMEOUT)  # reading again at once would be a busy loop
            else:
                quiet += _READ_TIMEOUT
                typed = reader.stopped() if quiet >= SEQUENCE_TIMEOUT else reader.paused()
            try:
                for message in chain(parser.feed(typed) if typed else (), parser.tick()):
                    self.process_message(message)
            except (ParseError, ValueError, OverflowError) as error:
                self._app.log.warning(f"What was typed cannot be understood: {error!r}")
                parser = XTermParser(self._debug)
        with contextlib.suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _answer(self, sequence: str) -> str:
        """Take in an answer of the terminal's, in the thread that reads; return what of it Textual asked for."""
        is_sync, is_attributes = sequence.startswith(_SYNC_ANSWER), _ATTRIBUTES_ANSWER.fullmatch(sequence)
        if self._awaited and (is_sync or is_attributes):
            self._awaited -= 1
        if is_sync and re.fullmatch(r"[0-4]\$y", sequence.removeprefix(_SYNC_ANSWER)):
            return sequence
        if self._query is not None and not self._query.capabilities.answered:
            question = self._query.answer(sequence)
            if question or self._query.capabilities.answered:
                with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                    self._loop.call_soon_threadsafe(self._ask, question)
        return ""


def _is_key(sequence: str) -> bool:
    """Whether Textual's parser takes this sequence for a key."""
    return sequence in ANSI_SEQUENCES_KEYS or (not constants.DISABLE_KITTY_KEY and is_extended_key(sequence))
