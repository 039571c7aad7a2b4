"""What the generator's tests share: the real catalog, quick engines, and pictures made on the spot."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import strategies as st
from PIL import Image

from imgmodels_tui.catalog import Catalog, Model, load_catalog
from imgmodels_tui.generator.billing import Billing
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, MediaType, Picture, Reference, Request
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.images.metadata import PictureFacts

CATALOG = load_catalog()
RASTER = CATALOG.models["flux-2-pro"]
VECTOR = CATALOG.models["recraft-v3-svg"]
NO_REFERENCE = CATALOG.models["flux-1.1-pro"]

PROMPTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=PROMPT_LIMIT).filter(str.strip)
"""Every text an engine accepts: control characters, markup, bidirectional overrides and all planes included."""


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return CATALOG


def draw(request: Request) -> Picture:
    return PlaceholderEngine().generate(request, progress=lambda _: None, cancelled=lambda: False)


def pixels(picture: Picture) -> Image.Image:
    with Image.open(BytesIO(picture.data)) as image:
        return image.convert("RGB")


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def reference(image: Image.Image) -> Reference:
    return Reference("reference.png", encoded(image), image.width, image.height)


def blank(size: int = 8) -> Picture:
    return Picture(encoded(Image.new("RGB", (size, size), "teal")), MediaType.PNG, size, size)


def facts(model: Model = RASTER, **changes: Any) -> PictureFacts:
    known: dict[str, Any] = {
        "model_requested": model.id,
        "model_used": model.id,
        "prompt": "a lighthouse at sunset",
        "seed": 7,
        "cost_eur": "0.0310",
        "billing": Billing.INCLUDED,
        "created_at": datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC),
        "engine": "placeholder",
        "session": "morning",
        "width": 8,
        "height": 8,
        "reference_used": False,
    }
    return PictureFacts(**{**known, **changes})
