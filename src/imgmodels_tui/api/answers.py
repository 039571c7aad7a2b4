"""What a request is answered with: errors in OpenAI's shape, one sentence each, whatever went wrong.

The kinds of errors and their statuses are those that clients of OpenAI's API know. A client repeats a request by
itself unless `x-should-retry` says that it would be of no use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import JSONResponse

from imgmodels_tui.generator import Failure, GeneratorError, HostError, PromptError, ReferenceImageError
from imgmodels_tui.generator.fallback import Closed, NotSelectable, Unavailable
from imgmodels_tui.generator.service import TakesNoReference, TooManyReferences
from imgmodels_tui.generator.sessions.records import SessionRefusal
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError, UnknownModel

_LONGEST = 1_000


class Problem(Exception):
    """A request that is not done: its status, a code for programs, a sentence for people, the field it is about."""

    def __init__(
        self, status: int, code: str, text: str, field: str | None = None, *, retry_after: float | None = None
    ) -> None:
        self.status, self.code, self.field, self.retry_after = status, code, field, retry_after
        super().__init__(harmless(text, _LONGEST))

    def response(self) -> JSONResponse:
        """The answer."""
        headers = {"x-should-retry": "true" if self.retry_after is not None else "false"}
        if self.retry_after is not None:
            headers["retry-after"] = str(max(1, round(self.retry_after)))
        if self.status == _UNAUTHORIZED:
            headers["www-authenticate"] = "Bearer"
        error = {"message": str(self), "type": _TYPES.get(self.status, "invalid_request_error"), "param": self.field}
        return JSONResponse({"error": {**error, "code": self.code}}, self.status, headers)


_UNAUTHORIZED = 401
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    502: "server_error",
    503: "server_error",
}


def wrong(text: str, field: str | None = None, code: str = "invalid_value") -> Problem:
    """A request that says something impossible."""
    return Problem(400, code, text, field)


class _Kind(NamedTuple):
    status: int
    code: str
    field: str | None = None
    retry_after: float | None = None


_KINDS: Mapping[type[Exception], _Kind] = {
    UnknownModel: _Kind(404, "model_not_found", "model"),
    NotSelectable: _Kind(403, "model_not_enabled", "model"),
    TakesNoReference: _Kind(400, "unsupported_image", "image"),
    TooManyReferences: _Kind(400, "unsupported_image", "image"),
    ReferenceImageError: _Kind(400, "unsupported_image", "image"),
    PromptError: _Kind(400, "invalid_prompt", "prompt"),
    SessionRefusal: _Kind(400, "invalid_session", "user"),
    Refusal: _Kind(403, "refused"),
    GeneratorError: _Kind(502, "host_failed"),
    NotSaved: _Kind(503, "session_not_saved", retry_after=2),
    StateError: _Kind(503, "session_unreadable", retry_after=10),
}
"""A kind comes before the kind that it is derived from."""


_HOST_STATUSES = {Failure.CONTENT: 400, Failure.QUOTA: 429}
_WAIT_UNLESS_SAID = 10.0


def _wait(error: HostError) -> float | None:
    """After how many seconds to ask again; only a quota comes back by itself, and all else may be billed twice."""
    return (error.retry_after or _WAIT_UNLESS_SAID) if error.failure is Failure.QUOTA else None


def problem_of(error: Exception) -> Problem:
    """What to answer where the generator refuses or fails."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Unavailable):
        is_off = error.closed is Closed.OFF
        return Problem(403, "image_generation_off" if is_off else "no_default_model", str(error))
    if isinstance(error, HostError):
        status = _HOST_STATUSES.get(error.failure, 502)
        return Problem(status, error.failure.value, str(error), retry_after=_wait(error))
    kind = next((kind for each, kind in _KINDS.items() if isinstance(error, each)), None)
    if kind is None:
        return Problem(500, "internal_error", "a fault of this program; nothing was drawn")
    return Problem(kind.status, kind.code, str(error), kind.field, retry_after=kind.retry_after)
