"""Whether an SVG document is a drawing and nothing else: it runs nothing, fetches nothing, and is whole."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat  # nosec B407 - document types, and with them entities, are refused

_REFUSED = {"script", "foreignobject", "handler", "listener", "iframe", "object", "embed", "audio", "video", "set"}
_LINKS = {"href", "src"}
_INNER = re.compile(r"\s*(#|data:image/(png|jpeg|webp|gif);base64,)", re.IGNORECASE)
"""What a link may lead to: a part of the same document, or an image in it."""

_OUTER_STYLE = re.compile(
    r"@import|expression\s*\(|\\|url\s*\(\s*[\"']?\s*(?!#|data:image/(png|jpeg|webp|gif);)", re.IGNORECASE
)
"""What makes a style fetch something, or could hide that it does."""

_OPENING = re.compile(rb"<svg\b[^<>]*>")
_ENCODINGS = {None, "UTF-8", "US-ASCII"}
_BLANKS = re.compile(r"[\x00-\x20]")


class SvgError(Exception):
    """The document is no drawing, or more than one; the message is a clause."""


class Drawing(NamedTuple):
    """A document that is a drawing: the byte at which its outermost element begins, and the size that this names."""

    start: int
    width: str
    height: str


def check_svg(data: bytes) -> Drawing:
    """Check a document. Raises `SvgError`."""
    check = _Check(data)
    try:
        check.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise SvgError("is damaged or cut short") from error
    if _OUTER_STYLE.search("".join(check.styles)):
        raise SvgError("holds a style that fetches something")
    assert check.drawing is not None  # noqa: S101  # nosec B101 - a document without an element is damaged
    return check.drawing


class _Check:
    """What is seen of a document while it is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.drawing: Drawing | None = None
        self.styles: list[str] = []
        self._inside: list[str] = []
        self.parser = expat.ParserCreate(None, "|")
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = lambda _: self._inside.pop()
        self.parser.CharacterDataHandler = self._says
        self.parser.XmlDeclHandler = self._declares
        self.parser.StartDoctypeDeclHandler = self.parser.ProcessingInstructionHandler = self._refuses

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("|")[2].lower()
        self._inside.append(local)
        if self.drawing is None:
            start = self.parser.CurrentByteIndex
            if not _OPENING.match(self._data, start):
                raise SvgError("begins with something else than a drawing")
            self.drawing = Drawing(start, attributes.get("width", ""), attributes.get("height", ""))
        if local in _REFUSED:
            raise SvgError(f"holds <{local}>")
        for key, value in attributes.items():
            _check_attribute(key.rpartition("|")[2].lower(), value)

    def _says(self, text: str) -> None:
        if "style" in self._inside:
            self.styles.append(text)

    def _declares(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            raise SvgError("is not encoded as UTF-8")

    def _refuses(self, *_: object) -> None:
        raise SvgError("holds a document type or a processing instruction")


def _check_attribute(name: str, value: str) -> None:
    is_link = name in _LINKS
    if name.startswith("on"):
        raise SvgError("holds an event")
    if is_link and value.strip() and not _INNER.match(value):
        raise SvgError("holds a link to something else")
    if name == "attributename" and value.rpartition(":")[2].lower() in _LINKS:
        raise SvgError("holds a link that changes")
    if "javascript:" in _BLANKS.sub("", value).lower():
        raise SvgError("holds a program")
    if not is_link and _OUTER_STYLE.search(value):
        raise SvgError("holds a style that fetches something")
