"""Takes apart what comes from a terminal, by the grammar of control sequences (ECMA-48, and xterm's old mouse reports).

A terminal is not to be trusted: what arrives may be the answer to another program's question, in another encoding, or
cut anywhere between two reads. Only what is known is passed on: text, keys, mouse reports, pastes and the focus.
Everything else is taken out whole, so that no piece of it counts as keys. Nothing here needs Textual.
"""

from __future__ import annotations

import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Final

SEQUENCE_TIMEOUT: Final = 1.0
"""Seconds without input after which the rest of a sequence, a string or a paste will not come any more."""

PASTE_START: Final = "\x1b[200~"
PASTE_END: Final = "\x1b[201~"

_MULTIBYTE: Final = (
    rb"(?:\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2})"
)
"""A character of UTF-8 that is neither ASCII nor a control character."""
_CUT_MULTIBYTE: Final = rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z"
# What begins a sequence: in 7 bits, in 8 bits, and in UTF-8.
_CSI: Final = rb"(?:\x1b\[|\xc2?\x9b)"
_SS3: Final = rb"(?:\x1bO|\xc2?\x8f)"
_PARAMETER: Final = rb"[0-?\x00-\x17\x19\x1c-\x1f]"

_TOKEN: Final = re.compile(
    rb"(?P<text>(?:[\x00-\x1a\x1c-\x7f]|" + _MULTIBYTE + rb")+)"
    rb"|" + _CSI + rb"M(?P<old_mouse>[\x20-\xff]{3})"
    rb"|" + _CSI + rb"(?P<csi>\[[A-E]|" + _PARAMETER + rb"+[ -/]*[@-~]|[ -/]+[@-~]|[@-LN-Z\\-~])"
    rb"|" + _SS3 + rb"(?P<ss3>[0-9;]*[@-~])"
    rb"|(?P<string>\x1b[P\]X^_]|\xc2?[\x90\x98\x9d-\x9f])"
    rb"|\x1b(?P<alt>[\x00-\x17\x19\x1c-\x1f0-NQ-WYZ`-\x7f]|" + _MULTIBYTE + rb")"
    rb"|(?P<escape>\x1b)(?=\x1b)"
    rb"|(?P<nothing>\x1b[\\\x18\x1a]|\x1b[ -/]+[0-~])"
)
_BEGINNING: Final = re.compile(
    _CSI + rb"(?:\[|M[\x20-\xff]{0,2}|" + _PARAMETER + rb"*[ -/]*)?\Z"
    rb"|" + _SS3 + rb"[0-9;]*\Z|\x1b[ -/]*\Z|\x1b?" + _CUT_MULTIBYTE
)
_BROKEN_OFF: Final = re.compile(
    _CSI + rb"(?:\[|M|" + _PARAMETER + rb"*[ -/]*)[\x18\x1a]?|" + _SS3 + rb"[0-9;]*|.", re.DOTALL
)
_SEQUENCE_REST: Final = re.compile(rb"\A" + _PARAMETER + rb"*[ -/]*[@-~\x18\x1a]?")
_ENDS_SEQUENCE: Final = re.compile(rb"[@-~\x18\x1a]\Z")
_STRING_REST: Final = re.compile(
    rb"(?P<text>(?:[^\x07\x18\x1a\x1b\x80-\xff]|" + _MULTIBYTE + rb"|[\x80-\x9b\x9d-\xff])*)"
    rb"(?P<end>\x1b\\|[\x07\x18\x1a\x9c]|(?=\x1b[^\\]))?"
)
_CUT_STRING: Final = re.compile(rb"\x1b\Z|" + _CUT_MULTIBYTE)
_CUT_PASTE_END: Final = re.compile(rb"\x1b(?:\[(?:2(?:0(?:1)?)?)?)?\Z")
_NOT_PASTED: Final = dict.fromkeys((*(set(range(0x20)) - {9, 10, 13}), *range(0x7F, 0xA0)))

_LONGEST_SEQUENCE: Final = 32
"""Characters of the longest sequence that Textual's parser takes; it types out what is longer."""
_LONGEST_ANSWER: Final = 512
_MOUSE_OR_FOCUS: Final = re.compile(r"\x1b\[(?:<[0-9]{1,3};-?[0-9]{1,5};-?[0-9]{1,5}[Mm]|[IO])")
_EXTENDED_KEY: Final = re.compile(
    r"\x1b\[(?P<key>[0-9]{1,7})?(?:;[0-9]{0,3}(?:;(?P<text>[0-9]{1,7}(?::[0-9]{1,7})*)?)?)?[u~ABCDEFHPQS]"
)
_SURROGATES: Final = range(0xD800, 0xE000)
_OLD_RELEASE: Final = 3
_MOVED_OR_WHEEL: Final = 0x60

_ALT: Final = 3
_ALT_SHIFT: Final = 4
_CTRL_ALT: Final = 7


class InputReader:
    """Gives what may be believed of a terminal's input.

    `is_key` says whether a sequence is a key. `answer` is given every sequence that is nothing known, as an answer to
    a question perhaps, and returns what of it is passed on.
    """

    def __init__(self, is_key: Callable[[str], bool], answer: Callable[[str], str]) -> None:
        self._is_key, self._answer = is_key, answer
        self._held = b""
        self._continue = self._token
        self._string_kind, self._string = "", b""
        self._pasted = getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        """Return what is known in `data` and in what was held back before it."""
        data, self._held = self._held + data, b""
        passed = []
        while data:
            text, data = self._continue(data)
            passed.append(text)
        return "".join(passed)

    def paused(self) -> str:
        """Return what is a key after all, because nothing has come for as long as an `esc` is waited for."""
        if self._continue == self._token and self._held[:1] == b"\x1b" and self._held[1:2] not in (b"[", b"O"):
            held, self._held = self._held, b""
            return self._escape() if len(held) == 1 else self._alt(held[1:2])
        if self._continue == self._skip_string and not (self._string or self._held):
            self._continue = self._token
            return self._alt(self._string_kind.encode())
        return ""

    def stopped(self) -> str:
        """Forget what began and was not ended within `SEQUENCE_TIMEOUT`; return the end of a paste."""
        self._held = b""
        if self._continue == self._paste:
            self._pasted.reset()
            self._continue = self._token
            return PASTE_END
        self._continue = self._token
        return ""

    def _token(self, data: bytes) -> tuple[str, bytes]:
        token = _TOKEN.match(data)
        if token is not None:
            return self._known(str(token.lastgroup), token[token.lastindex or 0]), data[token.end() :]
        if _BEGINNING.match(data) is None:
            broken_off = _BROKEN_OFF.match(data)
            return "", data[broken_off.end() if broken_off else 1 :]
        if len(data) > _LONGEST_SEQUENCE:
            self._continue = self._skip_sequence
        else:
            self._held = data
        return "", b""

    def _known(self, kind: str, content: bytes) -> str:
        if kind == "text":
            return content.decode()
        if kind == "escape":
            return self._escape()
        if kind == "alt":
            return self._alt(content)
        if kind == "old_mouse":
            return _sgr_mouse(*(byte - 0x20 for byte in content))
        if kind == "string":
            self._string_kind, self._string = chr(content[-1] & 0x3F | 0x40), b""
            self._continue = self._skip_string
        elif kind != "nothing":
            return self._sequence({"csi": "\x1b[", "ss3": "\x1bO"}[kind] + content.decode())
        return ""

    def _sequence(self, sequence: str) -> str:
        if sequence == PASTE_START:
            self._continue = self._paste
            return sequence
        known = sequence != PASTE_END and (_MOUSE_OR_FOCUS.fullmatch(sequence) or self._is_key(sequence))
        return sequence if known and len(sequence) <= _LONGEST_SEQUENCE else self._answer(sequence)

    def _escape(self) -> str:
        """The `esc` key, as a sequence that nothing can follow, where those are understood."""
        return "\x1b[27u" if self._is_key("\x1b[27u") else "\x1b"

    def _alt(self, character: bytes) -> str:
        """A key with alt, as a sequence for the same reason."""
        plain = f"\x1b{character.decode()}"
        if self._is_key(plain):
            return plain
        code, modifiers = ord(plain[1]), _ALT
        if plain[1].isupper() and len(plain[1].lower()) == 1:
            code, modifiers = ord(plain[1].lower()), _ALT_SHIFT
        elif code < 0x20 and plain[1] not in "\t\r":  # noqa: PLR2004 - the control characters
            code, modifiers = code | 0x60, _CTRL_ALT
        key = f"\x1b[{code};{modifiers}u"
        return key if self._is_key(key) else ""

    def _skip_sequence(self, data: bytes) -> tuple[str, bytes]:
        """Take out the rest of a sequence that is too long for any use."""
        rest = _SEQUENCE_REST.sub(b"", data, count=1)
        if rest or _ENDS_SEQUENCE.search(data):
            self._continue = self._token
        return "", rest

    def _skip_string(self, data: bytes) -> tuple[str, bytes]:
        """Take out a string up to its end, and show it to who may have asked for it."""
        found = _STRING_REST.match(data)
        text, end = (found["text"], found["end"]) if found else (b"", None)
        if end is None:
            cut = _CUT_STRING.search(data)
            text, self._held = (data, b"") if cut is None else (data[: cut.start()], cut.group())
        self._string = (self._string + text)[:_LONGEST_ANSWER]
        if end is None:
            return "", b""
        if end == b"\x07" and self._string_kind != "]":
            self._string += end  # only a command of the operating system (OSC) may end with it
        else:
            self._continue = self._token
            if end not in (b"", b"\x18", b"\x1a"):
                content = self._string.decode("ascii", "replace")
                return self._answer(f"\x1b{self._string_kind}{content}\x1b\\"), data[found.end() if found else 0 :]
        return "", data[found.end() if found else 0 :]

    def _paste(self, data: bytes) -> tuple[str, bytes]:
        """Pass on pasted text without control characters in it, so that nothing but the end of a paste ends it."""
        text, end, rest = data.partition(PASTE_END.encode())
        if not end and (cut := _CUT_PASTE_END.search(data)) is not None:
            text, self._held = data[: cut.start()], cut.group()
        passed = self._pasted.decode(text, final=bool(end)).translate(_NOT_PASTED)
        if end:
            self._continue = self._token
        return passed + end.decode(), rest


def is_extended_key(sequence: str) -> bool:
    """Return whether `sequence` is a key with its modifiers and text, as kitty's keyboard protocol reports it."""
    found = _EXTENDED_KEY.fullmatch(sequence)
    if found is None:
        return False
    codes = [found["key"] or "1", *(found["text"] or "1").split(":")]
    return all(0 < int(code) <= sys.maxunicode and int(code) not in _SURROGATES for code in codes)


def _sgr_mouse(button: int, column: int, line: int) -> str:
    """An old mouse report as the one that has no limit of columns."""
    released = button & _OLD_RELEASE == _OLD_RELEASE and not button & _MOVED_OR_WHEEL
    return f"\x1b[<{button & ~_OLD_RELEASE if released else button};{column};{line}{'m' if released else 'M'}"
