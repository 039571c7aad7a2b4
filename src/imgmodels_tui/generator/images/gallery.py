"""Pictures on disk: saved with their facts, read back with care, and listed; and the reference images of users."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from itertools import count
from pathlib import Path

from imgmodels_tui.files import (
    Unreadable,
    create_file,
    is_denied,
    read_file,
    reason,
    remove_old_leftovers,
    replace_file,
)
from imgmodels_tui.generator import GeneratorError, ReferenceImageError
from imgmodels_tui.generator.engines.interface import MediaType, Picture, Reference
from imgmodels_tui.generator.images.metadata import HEAD, PictureFacts, embed, extract
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a picture that `read_picture` reads."""

LARGEST_REFERENCE_FILE = 20 * 1024 * 1024
"""Bytes of a reference image's file."""

LARGEST_REFERENCE_SIDE = 1024
"""Pixels of the longer side to which a reference image is reduced; engines draw no larger ones."""

_SLUG_LENGTH = 48
_STALE_AFTER = 3600
"""Seconds after which a temporary file belongs to no program that still runs."""

_SUFFIXES = {media_type.suffix: media_type for media_type in MediaType}


class PictureError(GeneratorError):
    """A picture cannot be saved or read; the message is one line that names the path.

    `permission` holds where this user may not, rather than that it went wrong.
    """

    def __init__(self, message: str, *, permission: bool = False) -> None:
        super().__init__(message)
        self.permission = permission


class GalleryEntry(Record):
    """One picture of a gallery: where it is, what is known of it, and its size on disk in bytes."""

    path: Path
    facts: PictureFacts
    size: int


def save_picture(folder: Path, picture: Picture, facts: PictureFacts) -> Path:
    """Save `picture` with `facts` inside under a readable new name in `folder` and return its path.

    The folder is made for its owner only if it does not exist; the file is for its owner only, appears whole or
    not at all, and never replaces another. Raises `PictureError`. Blocking.
    """
    try:
        data = embed(picture.data, picture.media_type, facts)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_old_leftovers(folder, facts.created_at.timestamp() - _STALE_AFTER)
        for name in _names(facts, picture.media_type.suffix):
            if create_file(folder / name, data):
                return folder / name
    except (OSError, ValueError) as error:
        raise _refusal(folder, "no picture can be saved here", error) from error
    raise AssertionError  # the names never end


def save_picture_as(path: Path, picture: Picture, facts: PictureFacts) -> None:
    """Save `picture` with `facts` inside as `path`, in place of any file there. Raises `PictureError`. Blocking."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError("not a file")
        replace_file(path, embed(picture.data, picture.media_type, facts), None if os.path.lexists(path) else 0o600)
    except (OSError, ValueError) as error:
        raise _refusal(path, "the picture cannot be saved here", error) from error


def read_facts(path: Path) -> PictureFacts | None:
    """Return the facts inside the picture at `path`; None for a file that is damaged, foreign or none at all."""
    try:
        return extract(read_file(path, HEAD, part="head", follow_links=False) or b"")
    except Unreadable:
        return None


def read_picture(path: Path) -> Picture:
    """Return the picture at `path`, with the size in pixels that its facts give. Raises `PictureError`. Blocking."""
    try:
        data = read_file(path, LARGEST_FILE, follow_links=False)
    except Unreadable as error:
        raise PictureError(f"{_shown(path)}: {error}") from error
    if data is None:
        raise PictureError(f"{_shown(path)}: cannot be read: no such file or directory")
    facts, media_type = extract(data[:HEAD]), _SUFFIXES.get(path.suffix.lower())
    if facts is None or media_type is None:
        raise PictureError(f"{_shown(path)}: not a picture of this program")
    return Picture(data, media_type, facts.width, facts.height)


def gallery(folder: Path, limit: int = 1000) -> list[GalleryEntry]:
    """Return the pictures in `folder`, newest first, of the `limit` files written last; no pixel is decoded.

    Files without valid facts are left out, a missing folder is an empty gallery, and one that cannot be read
    raises `PictureError`.
    """
    try:
        with os.scandir(folder) as found:
            written = sorted(_written(entry) for entry in found if _looks_like_picture(entry))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _refusal(folder, "cannot be read", error) from error
    entries: list[GalleryEntry] = []
    for _, name, size in reversed(written[-limit:]):
        if (facts := read_facts(folder / name)) is not None:
            entries.append(GalleryEntry(folder / name, facts, size))
    return sorted(entries, key=lambda entry: entry.facts.created_at, reverse=True)


def load_reference(path: Path) -> Reference:
    """Return the image at `path`, upright, on white where it is transparent, without its metadata.

    PNG, JPEG, WebP and the first frame of a GIF are understood; links are followed, for the path is the user's
    own. Raises `ReferenceImageError`, one line that names the file and says what to do. Blocking.
    """
    shown = _shown(path)
    try:
        data = read_file(path, LARGEST_REFERENCE_FILE)
    except Unreadable as error:
        raise ReferenceImageError(f"{shown}: {error}; choose another image file") from error
    if data is None:
        raise ReferenceImageError(f"{shown}: cannot be read: no such file or directory")
    return reference_of(path.name, data, shown)


def reference_of(name: str, data: bytes, shown: str = "") -> Reference:
    """Return the image in a file of this content; `shown` names it in errors. Raises as `load_reference`. Blocking."""
    shown = shown or harmless(name, 80)
    if len(data) > LARGEST_REFERENCE_FILE:
        raise ReferenceImageError(
            f"{shown}: is larger than {LARGEST_REFERENCE_FILE // 1024**2} MiB; choose another image"
        )
    # Pillow takes 30 ms to load, and a start without a reference image does without it.
    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    try:
        image = decode.decode(data, LARGEST_REFERENCE_SIDE)
    except decode.DecodeError as error:
        raise ReferenceImageError(f"{shown}: {error}") from error
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return Reference(name, buffer.getvalue(), image.width, image.height)


def _looks_like_picture(entry: os.DirEntry[str]) -> bool:
    known = entry.name.lower().endswith(tuple(_SUFFIXES)) and not entry.name.startswith(".")
    return known and entry.is_file(follow_symlinks=False)


def _written(entry: os.DirEntry[str]) -> tuple[int, str, int]:
    """Return when a file was written, its name and its size; one that is gone by now counts as the oldest."""
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        return 0, entry.name, 0
    return facts.st_mtime_ns, entry.name, facts.st_size


def _names(facts: PictureFacts, suffix: str) -> Iterator[str]:
    """Yield file names for a picture: time (UTC) and prompt, then the same with a number."""
    time = facts.created_at.astimezone(UTC).strftime("%Y-%m-%d_%H-%M-%SZ")
    stem = f"{time}_{_slug(facts.prompt)}"
    yield stem + suffix
    for number in count(2):
        yield f"{stem}-{number}{suffix}"


def _slug(prompt: str) -> str:
    """Return the prompt's first words in plain letters, safe in every shell and file system."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    slug = ""
    for word in re.findall(r"[a-z0-9]+", plain):
        if len(slug) + len(word) >= _SLUG_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "picture"


def _refusal(path: Path, problem: str, error: Exception) -> PictureError:
    if isinstance(error, OSError):
        return PictureError(f"{_shown(path)}: {problem}: {reason(error)}", permission=is_denied(error))
    return PictureError(f"{_shown(path)}: {problem}: {str(error).lower()}")


def _shown(path: Path) -> str:
    return harmless(os.fspath(path), limit=200)
