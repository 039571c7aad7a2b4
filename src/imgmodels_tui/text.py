"""Text that came from a file, a prompt or another user, made harmless before it meets a terminal.

A terminal obeys what it is sent: an escape sequence in a model's name could retitle the window, move the
cursor or fill the clipboard, and a bidirectional override could make one name read as another. Everything
that was not written in this source passes through `harmless` on its way to a screen or to stdout.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

# C0 and C1 controls and DEL; line and paragraph separators; bidirectional marks, embeddings, overrides and
# isolates; zero-width and invisible characters, fillers that look like a space among them; surrogates left over
# from undecodable file names; variation selectors, skin tones and tags, which change a glyph's width between terminals.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)


_FIRST_MARK = "\u02ff"
_BESIDE_NOTHING = "\u25cc"  # the circle that Unicode has for marks that are shown by themselves


def harmless(text: str, limit: int = 500) -> str:
    r"""Return `text` on one line, with every character that a terminal could act on written out.

    A line feed becomes ``\n``, ESC becomes ``\x1b``, a bidirectional override ``\u202e``. A mark at the
    beginning, which would join what stands before it, gets a circle to stand on. Text longer than `limit` characters
    is cut and ends in an ellipsis, so that one field can never flood a screen.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    text = _HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return _BESIDE_NOTHING + text if text[:1] > _FIRST_MARK and _is_mark(text[0]) else text


def _is_mark(character: str) -> bool:
    from unicodedata import category  # noqa: PLC0415 - most text is ASCII

    return category(character).startswith("M")


def composed(text: str) -> str:
    """Return `text` with letters and their marks composed, as it is shown where a part of it is set off."""
    if text.isascii():
        return text
    from unicodedata import normalize  # noqa: PLC0415 - most text is ASCII

    return normalize("NFC", text)


def without_harm(text: str, instead: Callable[[str], str]) -> str:
    """Return `text` with what `instead` gives for every character that a terminal could act on."""
    return _HARMFUL.sub(lambda found: instead(found[0]), text)


def harmless_json(document: str) -> str:
    """Return a JSON document that means the same, with every character a terminal could act on as a JSON escape.

    Line feeds stay: outside of strings they are layout, and inside JSON has escaped them already.
    """
    return _HARMFUL.sub(lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], document)


def folded(text: str) -> str:
    """Return `text` as it is compared: in whichever case, and with letters and their marks composed."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # noqa: PLC0415 - most text is ASCII

    return normalize("NFC", normalize("NFC", text).casefold())


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts: `1 person`, `2 people`, `1,200 changes`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def visible(name: str) -> str:
    """Return a name that somebody gives. Raises `ValueError` where it is not one line of visible characters."""
    if name != harmless(name) or name != name.strip():
        raise ValueError("should be one line of visible characters")
    return name


def short_path(path: Path, home: Path) -> str:
    """A path that does not show whose home it is in, made harmless."""
    if home == Path("/") or not path.is_relative_to(home):
        return harmless(str(path))
    return harmless(str(Path("~") / path.relative_to(home)))


def describe_fault(fault: BaseException) -> str:
    """What went wrong, in one line, for somebody who may have to report it."""
    text = " ".join(str(fault).split())
    kind = type(fault).__name__
    return harmless(f"{text} ({kind})" if text else kind, 200)


_BEFORE_AMOUNT = re.compile("€(?=[0-9])")
_SPELLED = str.maketrans({
    "×": "x", "÷": "/", "·": "|", "–": "-", "…": "~", "★": "*", "→": "->", "≠": "!=", "’": "'", "↑": "up", "↓": "down",
})  # fmt: skip
_GIVEN_BY_PYTHON = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets LC_CTYPE to, for a program that is started in the locale C."""


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale of `environ` goes beyond ASCII, by its name; any other encoding is taken for ASCII.

    Without a locale it is assumed to. What Python itself put into `environ` says nothing of the terminal.
    """
    ctype = environ.get("LC_CTYPE")
    if sys.flags.utf8_mode and not environ.get("PYTHONUTF8") and ctype in _GIVEN_BY_PYTHON:
        ctype = None
    return "utf" in (environ.get("LC_ALL") or ctype or environ.get("LANG") or "utf-8").lower()


def spelled(text: str) -> str:
    """Return `text` in ASCII: signs by a spelling, letters without their marks, anything else as a question mark."""
    if text.isascii():
        return text
    if "€" in text:
        text = _BEFORE_AMOUNT.sub("EUR ", text).replace("€", "EUR")
    text = text.translate(_SPELLED)
    if not text.isascii():
        from unicodedata import combining, normalize  # noqa: PLC0415 - most text is ASCII

        text = "".join(character for character in normalize("NFKD", text) if not combining(character))
    return text.encode("ascii", "replace").decode("ascii")
