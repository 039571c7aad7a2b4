"""Styles that are parsed once. It relies on private parts of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.cache import LRUCache
from textual.css import stylesheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.css.types import CSSLocation

_MOST_SOURCES = 1024


class Stylesheet(stylesheet.Stylesheet):
    """Parses what is new, or everything after the colors changed.

    Textual's own parses everything whenever a screen comes for the first time or the theme is read, several times
    before the first frame.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_MOST_SOURCES)  # a cache that holds fewer is emptied by each round through all
        self._values: Mapping[str, str] = dict(variables or {})
        self._parsed: Mapping[CSSLocation, stylesheet.CssSource] | None = None

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use these values of variables, if they are other ones."""
        if variables != self._values:
            self._values, self._parsed = dict(variables), None
            super().set_variables(variables)

    def parse(self) -> None:
        """Parse what was not parsed with these variables before. Raises as the original does."""
        super().parse()
        self._parsed = dict(self.source)

    def reparse(self) -> None:
        """Parse if anything is different. Raises as the original does."""
        if self.source != self._parsed:
            self.parse()
