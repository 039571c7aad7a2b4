"""How much of the torture a run takes on: all of it with `IMGMODELS_TORTURE=full`, else a share."""

from __future__ import annotations

import os

FULL = os.environ.get("IMGMODELS_TORTURE") == "full"


def count(*, full: int, share: int) -> int:
    """The number of rounds: `full` under `make torture`, `share` in the suite."""
    return full if FULL else share
