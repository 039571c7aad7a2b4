"""For whom a request draws: a session of the key's own, or of the user that a front end speaks for."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers

from imgmodels_tui.api.answers import wrong
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


def only(headers: Headers, name: str) -> str:
    """A header that says who somebody is; empty where it is not sent.

    Raises `Problem` where it is sent twice: one may be of a client that pretends to be another, and nobody could say
    which.
    """
    sent = headers.getlist(name)
    if len(sent) > 1:
        raise wrong(f"{name} is sent twice")
    return sent[0] if sent else ""


def client_of(key: ApiKey, headers: Headers, body: ImageRequest) -> Client:
    """The client of a request. Only a front end's key may speak for users of its own. Raises `Problem`."""
    named = body.safety_identifier or body.user
    session = only(headers, SESSION_HEADER)
    if not key.front_end:
        return Client(key.id, key.name, _session(session or named or FIRST_SESSION))
    user = only(headers, _USER_HEADER) or named
    chosen = _session(session or only(headers, _CHAT_HEADER) or FIRST_SESSION)
    if not user:
        return Client(key.id, key.name, chosen)
    return Client(f"{key.id}{_hashed(user)}", f"{key.name}/{harmless(user, LONGEST_NAME)}", chosen)


def _session(name: str) -> str:
    """A session's name for what a client calls it: that itself where it can be, else what stands for it."""
    name = name.strip() or FIRST_SESSION
    return name if len(name) <= LONGEST_NAME and name == harmless(name) else _hashed(name)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
