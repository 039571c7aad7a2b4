"""Keeps a validated catalog, so that a start parses one JSON file instead of validating every table again.

A kept catalog holds for exactly the bytes it was validated from and the code that validated it. It belongs to one
user and only that user reads it; whatever is not as it was written is ignored and written anew. Losing it costs a
tenth of a second, so no failure in here is an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path
from typing import Any

from imgmodels_tui import __version__
from imgmodels_tui.catalog.records import SECTIONS, Catalog, Model, Platform
from imgmodels_tui.files import Unreadable, read_file, replace_file
from imgmodels_tui.record_reader import convert, converters

try:
    from _blake2 import blake2b  # what hashlib offers, without loading OpenSSL at each start
except ImportError:  # a Python that is built differently
    from hashlib import blake2b
from collections.abc import Mapping, Sequence

Contents = Sequence[tuple[Path, bytes]]
"""The files of a folder in their order, each with its bytes."""

_LARGEST = 256 * 1024 * 1024
_MOST_KEPT = 8
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class CatalogCache:
    """The file in `folder` in which the catalog made of some files is kept."""

    def __init__(self, folder: Path, contents: Sequence[Contents]) -> None:
        paths = "\n".join(str(file) for files in contents for file, _ in files)
        self._folder = folder
        self._path = folder / f"catalog-{_digest(paths.encode(errors='surrogateescape'))[:16]}.json"
        self._key = _key(contents)

    def read(self) -> Catalog | None:
        """The kept catalog, or None where there is none that can be relied upon."""
        try:
            if not (_is_mine(self._folder.stat()) and _is_mine(self._path.stat())):
                return None
            content = read_file(self._path, _LARGEST, follow_links=False, owner=os.geteuid()) or b""
            key, digest, body = content.split(b"\n", 2)
            if key.decode() != self._key or digest.decode() != _digest(body):
                return None
            return _restored(json.loads(body))
        except (OSError, Unreadable, ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
            return None

    def write(self, catalog: Catalog) -> None:
        """Keep `catalog`; where that is not possible, it is validated again next time."""
        body = json.dumps(_dumped(catalog), ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        with contextlib.suppress(OSError):
            if _make_mine(self._folder):
                content = f"{self._key}\n{_digest(body)}\n".encode() + body
                replace_file(self._path, content, 0o600, durable=False)
                self._forget_old()

    def _forget_old(self) -> None:
        kept = sorted(self._folder.glob("catalog-*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_MOST_KEPT]:
            path.unlink()


def digest_of(contents: Sequence[Contents]) -> str:
    """Tells these files from any others, wherever they lie."""
    digest = blake2b(digest_size=16)
    for files in contents:
        _add(digest, files)
    return digest.hexdigest()


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


def _key(contents: Sequence[Contents]) -> str:
    """A digest of these files and of the code that reads them."""
    key = blake2b(__version__.encode(), digest_size=32)
    for module in sorted((*Path(__file__).parent.glob("*.py"), *Path(__file__).parents[1].glob("record*.py"))):
        status = module.stat()
        key.update(f"{module.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    for files in contents:
        _add(key, files)
    return key.hexdigest()


def _add(digest: Any, files: Contents) -> None:
    digest.update(f"{len(files)} files\n".encode())
    for file, content in files:
        digest.update(f"{len(os.fsencode(file.name))} {len(content)}\n".encode() + os.fsencode(file.name))
        digest.update(content)


def _is_mine(status: os.stat_result) -> bool:
    """Whether nobody else but root could have written this."""
    return status.st_uid == os.geteuid() and not status.st_mode & _WRITABLE_BY_OTHERS


def _make_mine(folder: Path) -> bool:
    """Create `folder` unless it would be in another user's, as with `sudo`; whether it is this user's alone."""
    if not folder.exists():
        nearest = next(parent for parent in folder.parents if parent.exists())
        if nearest.stat().st_uid != os.geteuid():
            return False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _is_mine(folder.stat())


# The content: every record without its defaults. What several models have in common, such as a price, is stored once
# and referred to by number.


def _dumped(catalog: Catalog) -> Mapping[str, object]:
    document: dict[str, Any] = {
        name: [record.to_json(defaults=False) for record in getattr(catalog, name).values()] for name in SECTIONS
    }
    shared: dict[str, dict[str, int]] = {}
    for model in document["models"]:
        for name, value in model.items():
            if isinstance(value, list | dict):
                numbers = shared.setdefault(name, {})
                model[name] = numbers.setdefault(json.dumps(value), len(numbers))
    kept = {name: [json.loads(value) for value in numbers] for name, numbers in shared.items()}
    whole = {"platform": catalog.platform.to_json(), "own": sorted(catalog.own), "digest": catalog.digest}
    return {**whole, "shared": kept, **document}


def _restored(document: Mapping[str, Any]) -> Catalog:
    of_model = dict(converters(Model))
    for name, values in document["shared"].items():
        of_model[name] = [of_model[name](value) for value in values].__getitem__
    sections: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        how = of_model if kind is Model else converters(kind)
        sections[name] = {values["id"]: convert(kind, values, how) for values in document[name]}
    platform = convert(Platform, document["platform"], converters(Platform))
    return Catalog(platform=platform, own=frozenset(document["own"]), digest=document["digest"], **sections)
