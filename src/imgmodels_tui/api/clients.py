"""For whom a request draws: a session of the key's own, or of the user that a front end speaks for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from imgmodels_tui.api.bodies import ImageRequest
from imgmodels_tui.api.keys import ApiKey
from imgmodels_tui.generator.sessions.records import FIRST_SESSION, LONGEST_NAME
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless

SESSION_HEADER = "x-imgmodels-session"
_USER_HEADER, _CHAT_HEADER = "x-openwebui-user-id", "x-openwebui-chat-id"
_HASH = 16


class Client(Record):
    """Whose sessions a request uses, and which of them."""

    token: str
    """What the file of these sessions is named by."""
    user: str
    """Who that is, for people."""
    session: str


def client_of(key: ApiKey, headers: Mapping[str, str], body: ImageRequest) -> Client:
    """The client of a request. Only a front end's key may speak for users of its own."""
    named = body.safety_identifier or body.user
    session = headers.get(SESSION_HEADER)
    if not key.front_end:
        return Client(key.id, key.name, _session(session or named or FIRST_SESSION))
    user = headers.get(_USER_HEADER) or named
    chosen = _session(session or headers.get(_CHAT_HEADER) or FIRST_SESSION)
    if not user:
        return Client(key.id, key.name, chosen)
    return Client(f"{key.id}{_hashed(user)}", f"{key.name}/{harmless(user, LONGEST_NAME)}", chosen)


def _session(name: str) -> str:
    """A session's name for what a client calls it: that itself where it can be, else what stands for it."""
    name = name.strip() or FIRST_SESSION
    return name if len(name) <= LONGEST_NAME and name == harmless(name) else _hashed(name)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
