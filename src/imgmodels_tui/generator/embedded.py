"""The embedded engine: draws a picture on this machine, with no network and no key, to try the generator out.

It is no image model. What it draws is made from the prompt's words and chance, and says so in the picture.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, MediaType, Picture
from imgmodels_tui.generator.engines.progress import Watch
from imgmodels_tui.generator.errors import ReferenceImageError

if TYPE_CHECKING:
    from PIL.Image import Image

    from imgmodels_tui.generator.engines.interface import CancelCheck, Progress, Request

_SVG_PREVIEW_SIZE = 384
_SVG_PREVIEW_COLOURS = 96


class EmbeddedEngine:
    """Draws `size` × `size` pixels: PNG, or an SVG document for a model that only makes vectors.

    The same prompt, model id, model name, seed, reference and size give the same bytes with the same version of
    Pillow. Pillow is loaded when the first picture is drawn.
    """

    label = "local preview"

    def __init__(self, size: int = STANDARD_SIZE) -> None:
        self._size = size

    def generate(self, request: Request, *, progress: Progress, cancelled: CancelCheck) -> Picture:
        """Draw `request`. Raises `Cancelled`, or `ReferenceImageError` for a vector model with a reference."""
        watch = Watch(progress, cancelled)
        watch.at(0)
        data = self._svg(request, watch) if request.model.vector_only else self._png(request, watch)
        watch.stage(1, 1)
        media_type = MediaType.SVG if request.model.vector_only else MediaType.PNG
        return Picture(data, media_type, self._size, self._size)

    def _png(self, request: Request, watch: Watch) -> bytes:
        # Pillow takes 40 ms to load and every other command of the program does without it.
        from imgmodels_tui.generator.preview import compose, label, raster, relight  # noqa: PLC0415

        watch.stage(0.02, 0.55)
        if request.reference is None:
            image = raster.draw_scene(compose.compose(request), self._size, watch)
        else:
            palette, rng = compose.palette_for(request), compose.chance(request, "relight")
            image = relight.relight(request.reference, palette, self._size, rng, watch)
        image = raster.finish(image, compose.chance(request, "grain"), watch.stage(0.55, 0.65))
        label.stamp(image, request.model.name)
        return _encode(image, watch.stage(0.65, 0.99))

    def _svg(self, request: Request, watch: Watch) -> bytes:
        from imgmodels_tui.generator.preview import compose, label, raster, svg  # noqa: PLC0415 - as above

        if request.reference is not None:
            raise ReferenceImageError(
                f"{request.model.name} draws vectors and takes no reference image here: leave it out"
            )
        scene = compose.compose(request)
        small = raster.draw_scene(scene, min(self._size, _SVG_PREVIEW_SIZE), watch.stage(0.02, 0.4))
        label.stamp(small, request.model.name)
        preview = _encode(small.quantize(_SVG_PREVIEW_COLOURS), watch.stage(0.4, 0.5))
        return svg.write_svg(
            scene,
            self._size,
            prompt=request.prompt,
            model_name=request.model.name,
            preview=preview,
            watch=watch.stage(0.5, 0.99),
        )


class _WatchedBuffer(BytesIO):
    """Takes an encoder's output piece by piece, and so gives the watch a say between the pieces."""

    def __init__(self, watch: Watch, expected: int) -> None:
        super().__init__()
        self._watch, self._expected = watch, expected

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._watch.at(min(1.0, self.tell() / self._expected))
        return super().write(data)


def _encode(image: Image, watch: Watch) -> bytes:
    """Return `image` as PNG; a photograph-like one comes to about a quarter of its raw size."""
    buffer = _WatchedBuffer(watch, expected=image.width * image.height * len(image.getbands()) // 4 or 1)
    image.save(buffer, "PNG")
    return buffer.getvalue()
