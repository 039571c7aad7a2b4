"""Figures for monitoring, in the text format of Prometheus."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal


class Metrics:
    """Counts since the server started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.images: Counter[tuple[str, str]] = Counter()
        self.seconds: Counter[str] = Counter()
        self.euros: dict[str, Decimal] = {}
        self.switches = 0

    def answered(self, route: str, status: int) -> None:
        """Count a request by its outcome."""
        self.requests[route, status] += 1

    def drew(self, model: str, host: str, milliseconds: int, euros: Decimal | None, *, switched: bool) -> None:
        """Count an image."""
        self.images[model, host] += 1
        self.seconds[model] += milliseconds
        if euros is not None:
            self.euros[model] = self.euros.get(model, Decimal(0)) + euros
        self.switches += switched

    def text(self) -> str:
        """All of them."""
        lines = [
            *_kind("requests_total", "Requests by route and status"),
            *(f'imgmodels_requests_total{{route="{r}",status="{s}"}} {n}' for (r, s), n in self.requests.items()),
            *_kind("images_total", "Images by model and host"),
            *(f'imgmodels_images_total{{model="{m}",host="{h}"}} {n}' for (m, h), n in self.images.items()),
            *_kind("drawing_seconds_total", "Seconds spent on drawing, by model"),
            *(f'imgmodels_drawing_seconds_total{{model="{m}"}} {n / 1000:.3f}' for m, n in self.seconds.items()),
            *_kind("euros_total", "Prices of the images by the catalog, by model"),
            *(f'imgmodels_euros_total{{model="{m}"}} {n:.4f}' for m, n in self.euros.items()),
            *_kind("switches_total", "Sessions that the fallback switched to another model"),
            f"imgmodels_switches_total {self.switches}",
        ]
        return "\n".join(lines) + "\n"


def _kind(name: str, text: str) -> tuple[str, str]:
    return f"# HELP imgmodels_{name} {text}.", f"# TYPE imgmodels_{name} counter"
