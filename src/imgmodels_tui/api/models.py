"""The models as clients of OpenAI's API list them: the enabled ones, the default first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

from imgmodels_tui.generator import fallback
from imgmodels_tui.workspace.overview import Entry, Overview


class Listing:
    """Makes the list anew only when the workspace is another one."""

    def __init__(self) -> None:
        self._made: tuple[Overview, bytes] | None = None

    def of(self, overview: Overview) -> bytes:
        """The list as it is answered; nothing is listed while nothing can be drawn."""
        if self._made is None or self._made[0] is not overview:
            default = None if fallback.closed(overview) else overview.default
            entries = [] if default is None else [default, *(each for each in overview.enabled if each is not default)]
            document = {"object": "list", "data": [self.one(entry) for entry in entries]}
            self._made = overview, json.dumps(document).encode()
        return self._made[1]

    def one(self, entry: Entry) -> dict[str, Any]:
        """One model."""
        model = entry.model
        released = model.released or None
        return {
            "id": entry.id,
            "object": "model",
            "created": int(datetime.combine(released, time(), UTC).timestamp()) if released else 0,
            "owned_by": entry.maker.name,
            "imgmodels": {
                "name": model.name,
                "default": entry.is_default,
                "host": entry.host.name,
                "region": model.region.value,
                "premium": model.premium,
                "reference_editing": model.reference_editing,
                "vector_only": model.vector_only,
            },
        }
