"""The image generator: sessions, the model that each one uses next, engines and images; and how generating fails."""

from __future__ import annotations

from enum import StrEnum

from imgmodels_tui.text import harmless


class GeneratorError(Exception):
    """Base of what the generator refuses; the message is one harmless line that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(harmless(message, limit=1000))


class PromptError(GeneratorError):
    """The prompt cannot be used: blank, too long, or not text."""


class ReferenceImageError(GeneratorError):
    """A reference image cannot be used: the file is not fit, or the model takes none."""


class Cancelled(Exception):
    """Generating stopped because the cancellation check said so; there is no image."""


class Failure(StrEnum):
    """Why a host gave no image; the values are the codes that the HTTP API answers with."""

    NO_KEY = "no_host_key"
    KEY_REFUSED = "host_key_refused"
    NO_CREDIT = "host_credit"
    QUOTA = "rate_limit_exceeded"
    CONTENT = "content_policy_violation"
    UNKNOWN_MODEL = "host_model_unknown"
    REQUEST = "host_refused_request"
    TOO_SLOW = "host_timeout"
    UNREACHABLE = "host_unreachable"
    BAD_ANSWER = "host_bad_answer"
    TROUBLE = "host_failed"


class HostError(GeneratorError):
    """A host gave no image; `retry_after` is the number of seconds that it asks to wait, where it says so."""

    def __init__(self, failure: Failure, message: str, *, retry_after: float | None = None) -> None:
        self.failure, self.retry_after = failure, retry_after
        super().__init__(message)

    @property
    def brief(self) -> str:
        """What is wrong, without what to do."""
        return str(self).partition(";")[0]


class ContentRefused(HostError):
    """The host refuses the prompt or the image for what it shows; nothing was stored."""

    def __init__(self, message: str) -> None:
        super().__init__(Failure.CONTENT, message)
