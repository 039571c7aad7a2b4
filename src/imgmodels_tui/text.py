"""Text that came from a file, a prompt or another user, made harmless before it meets a terminal.

A terminal obeys what it is sent: an escape sequence in a model's name could retitle the window, move the
cursor or fill the clipboard, and a bidirectional override could make one name read as another. Everything
that was not written in this source passes through `harmless` on its way to a screen or to stdout.
"""

from __future__ import annotations

import re

# C0 and C1 controls and DEL; line and paragraph separators; bidirectional marks, embeddings, overrides and
# isolates; zero-width and invisible format characters; surrogates left over from undecodable file names;
# variation selectors and tags, which change a glyph's width from terminal to terminal.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def harmless(text: str, limit: int = 500) -> str:
    r"""Return `text` on one line, with every character that a terminal could act on written out.

    A line feed becomes ``\n``, ESC becomes ``\x1b``, a bidirectional override ``\u202e``. Text longer than
    `limit` characters is cut and ends in an ellipsis, so that one field can never flood a screen.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return _HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
