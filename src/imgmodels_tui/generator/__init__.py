"""The image generator: sessions, the model that each one uses next, engines and images; and how generating fails."""

from __future__ import annotations

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
