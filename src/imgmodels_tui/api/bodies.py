"""What a request may say: read from JSON or from a form, and judged by pydantic.

Fields that this program has no use for are passed over, as clients send many. Each sentence about a wrong one names it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from imgmodels_tui.api.answers import Problem, wrong
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, SEED_LIMIT, Reference
from imgmodels_tui.generator.images.gallery import reference_of
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of a request."""

MOST_IMAGES = 10
"""Images that one request can ask for."""

ARRIVES_WITHIN = 60.0
"""Seconds in which a request has to be there: a client that stands still takes a place of its key."""

MOST_REFERENCES = 16
_MOST_FIELDS = 100
_LARGEST_FIELD = 64 * 1024


class ImageRequest(BaseModel):
    """One request for images."""

    model_config = ConfigDict(extra="ignore", strict=False, str_strip_whitespace=False)

    prompt: Annotated[str, Field(strict=True, max_length=PROMPT_LIMIT)]
    model: Annotated[str, Field(strict=True, max_length=200)] | None = None
    n: Annotated[int, Field(ge=1, le=MOST_IMAGES)] = 1
    seed: Annotated[int, Field(ge=0, lt=SEED_LIMIT)] | None = None
    size: Annotated[str, Field(strict=True, max_length=20)] | None = None
    response_format: Literal["b64_json", "url"] | None = None
    stream: bool | None = None
    user: Annotated[str, Field(strict=True, max_length=512)] | None = None
    safety_identifier: Annotated[str, Field(strict=True, max_length=512)] | None = None

    @field_validator("size")
    @classmethod
    def _pixels(cls, value: str | None) -> str | None:
        """Let clients name the sizes that they know."""
        if value is not None and re.fullmatch(r"auto|[1-9][0-9]{1,4}x[1-9][0-9]{1,4}", value, re.ASCII) is None:
            raise ValueError("should be auto, or width and height such as 1024x1024")
        return value

    @field_validator("n", "seed", mode="before")
    @classmethod
    def _whole(cls, value: Any, about: ValidationInfo) -> Any:
        """Take a number in a form's text; a truth value and a fraction are none, and nothing means the default."""
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError("should be a whole number")
        return cls.model_fields[str(about.field_name)].default if value is None or value == "" else value


class Upload(Record):
    """A file that came with a request."""

    name: str
    content: bytes


class Asked(Record):
    """A request that has been understood; its images are not looked at yet, which takes time."""

    body: ImageRequest
    uploads: tuple[Upload, ...] = ()

    def references(self) -> tuple[Reference, ...]:
        """The images to start from. Blocking. Raises `ReferenceImageError`."""
        return tuple(reference_of(upload.name, upload.content) for upload in self.uploads)


async def read(request: Request, *, edits: bool) -> Asked:
    """Read and judge a request's body. Raises `Problem`; Starlette's `ClientDisconnect`."""
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            given, uploads = await _arrived(request)
    except TimeoutError as error:
        text = f"the request did not arrive within {ARRIVES_WITHIN:g} seconds"
        raise Problem(408, "request_timeout", text) from error
    body = _judged(given)
    if body.stream:
        raise wrong("streaming is not possible; leave out stream", "stream", "unsupported_parameter")
    if edits and not uploads:
        raise wrong("an image to edit is missing", "image", "missing_required_parameter")
    if len(uploads) > MOST_REFERENCES:
        raise wrong(f"at most {MOST_REFERENCES} images are possible", "image")
    return Asked(body, tuple(uploads))


Uploads = list[Upload]


async def _arrived(request: Request) -> tuple[dict[str, Any], Uploads]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _form(request)
    if kind in {"application/json", ""}:
        return await _document(request)
    raise Problem(415, "unsupported_media_type", "send application/json, or multipart/form-data with images")


async def _content(request: Request) -> bytes:
    """The body, as far as it is not too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> Problem:
    return Problem(413, "request_too_large", f"a request has at most {LARGEST_BODY // 1024**2} MiB")


async def _document(request: Request) -> tuple[dict[str, Any], Uploads]:
    content = await _content(request)
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise wrong("the body is not valid JSON in UTF-8", code="invalid_json") from error
    if not isinstance(document, dict):
        raise wrong("the body should be a JSON object", code="invalid_json")
    images = document.get("images", document.get("image"))
    if images is None:
        return document, []
    return document, [_embedded(image) for image in (images if isinstance(images, list) else [images])]


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object. Raises `Problem` where one is given twice: who let it pass may have read the other."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise wrong(f"{harmless(name, 80)} is given twice")
        fields[name] = value
    return fields


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _embedded(image: object) -> Upload:
    """An image in a data URL."""
    url = image.get("image_url") if isinstance(image, dict) else image
    if not isinstance(url, str) or not url.startswith("data:"):
        raise wrong("an image is uploaded, or given as a data: URL", "image", "unsupported_image")
    head, comma, text = url.partition(",")
    if not comma or not head.endswith(";base64"):
        raise wrong("a data: URL of an image is in base64", "image", "unsupported_image")
    try:
        return Upload("image", base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise wrong("the data: URL of the image is not valid base64", "image", "unsupported_image") from error


async def _form(request: Request) -> tuple[dict[str, Any], Uploads]:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise _too_large()
    limited = _Limited(request)
    try:
        form = await Request(request.scope, limited.receive).form(
            max_files=MOST_REFERENCES + 1, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD
        )
    except HTTPException as error:
        raise wrong(f"the form cannot be read: {error.detail}", code="invalid_form") from error
    except (MultiPartException, ValueError, LookupError) as error:
        raise wrong("the form cannot be read", code="invalid_form") from error
    try:
        return _fields(form), await _uploads(form)
    finally:
        await form.close()


class _Limited:
    """Counts what arrives: a form in chunks does not say how large it is."""

    def __init__(self, request: Request) -> None:
        self._receive, self._size = request.receive, 0

    async def receive(self) -> Any:
        """The next part of the body. Raises `Problem` where it becomes too large."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > LARGEST_BODY:
            raise _too_large()
        return message


def _fields(form: FormData) -> dict[str, Any]:
    """The texts of a form. Raises `Problem` where one that counts is given twice: nobody could say which is meant."""
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and value != "":
            if name in fields and name in ImageRequest.model_fields:
                raise wrong(f"{name} is given twice", name)
            fields[name] = value
    return fields


async def _uploads(form: FormData) -> Uploads:
    return [
        Upload(value.filename or "image", await value.read())
        for name, value in form.multi_items()
        if name in {"image", "image[]"} and isinstance(value, UploadFile)
    ]


def _judged(given: dict[str, Any]) -> ImageRequest:
    """The request that a body makes. Raises `Problem` for the first field that is wrong."""
    try:
        return ImageRequest.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else None
        if first["type"] == "missing":
            raise wrong(f"{field} is missing", field, "missing_required_parameter") from error
        text = first["msg"].removeprefix("Value error, ")
        raise wrong(f"{field}: {text[:1].lower()}{text[1:]}", field) from error
