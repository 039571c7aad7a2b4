"""Asks the terminal at once, for a command that is about to end and has the terminal to itself."""

from __future__ import annotations

import os
import select
import termios
import time
import tty
from typing import TYPE_CHECKING, Final

from .answers import Answers, questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .capabilities import Capabilities

PATIENCE: Final = 0.5
"""Seconds to wait for a terminal at the other end of a far link."""

_INPUT, _OUTPUT = 0, 2


def ask(environ: Mapping[str, str], patience: float = PATIENCE) -> Capabilities | None:
    """Return what the terminal says of itself within `patience` seconds, or None where none can be asked.

    Keys that are typed meanwhile are lost. A program in the background must not ask: the system would stop it.
    """
    asked = questions(environ)
    try:
        if not asked or not os.isatty(_OUTPUT) or os.tcgetpgrp(_INPUT) != os.getpgrp():
            return None
        before = termios.tcgetattr(_INPUT)
        tty.setcbreak(_INPUT, termios.TCSANOW)
        try:
            return _exchange(asked, time.monotonic() + patience)
        finally:
            termios.tcsetattr(_INPUT, termios.TCSANOW, before)
    except (OSError, termios.error):
        return None


def _exchange(asked: str, deadline: float) -> Capabilities:
    answers = Answers()
    os.write(_OUTPUT, asked.encode())
    while not answers.ability.answered:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([_INPUT], [], [], left)[0]:
            break
        data = os.read(_INPUT, 1024)
        if not data:
            break
        answers.heard(data.decode("ascii", "replace"))
    return answers.ability
