"""The placeholder engine: instead of a picture, a card that says what would have been drawn, and with which model."""

from __future__ import annotations

from imgmodels_tui.generator import Cancelled
from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, CancelCheck, MediaType, Picture, Progress, Request
from imgmodels_tui.workspace.overview import Entry


class PlaceholderEngine:
    """Draws a card on this machine: a PNG, or an SVG document for a model that only makes vectors.

    The same request gives the same bytes with the same version of Pillow, which is loaded with the first card.
    """

    def describe(self, entry: Entry) -> str:  # noqa: ARG002 - the contract
        """That no host draws."""
        return "Placeholder: no host is asked"

    def look(self) -> object:
        """Nothing: a card can always be drawn."""
        return None

    def generate(self, request: Request, *, progress: Progress, cancelled: CancelCheck) -> Picture:
        """Draw the card for `request`. Raises `Cancelled`."""

        def report(done: float) -> None:
            if cancelled():
                raise Cancelled
            progress(done)

        report(0.0)
        # Pillow takes 40 ms to load, and a start without a picture does without it.
        from imgmodels_tui.generator.engines import placeholder_card  # noqa: PLC0415

        card = placeholder_card.lay_out(request)
        report(0.2)
        data, media_type = placeholder_card.to_png(card), MediaType.PNG
        report(0.9)
        if request.model.vector_only:
            data, media_type = placeholder_card.to_svg(card, raster=data), MediaType.SVG
        report(1.0)
        return Picture(data, media_type, STANDARD_SIZE, STANDARD_SIZE)
