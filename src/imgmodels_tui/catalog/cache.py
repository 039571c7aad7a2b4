"""Keeps a validated catalog, so that a start parses one JSON file instead of validating every table again.

A kept catalog stands for exactly the bytes it was validated from and for the code that validated it. It belongs to
one user and is read only by that user; whatever is not as it was written is ignored and written anew. Losing it
costs a tenth of a second, so nothing in here is an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgmodels_tui import __version__
from imgmodels_tui.catalog.catalog import Catalog
from imgmodels_tui.catalog.records import (
    SECTIONS,
    Exchange,
    Host,
    ListPrice,
    Model,
    Note,
    Platform,
    Rating,
    Recommendation,
    Region,
    UseCase,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imgmodels_tui.record import Record

    Contents = Sequence[tuple[Path, bytes]]
    """The files of a folder in their order, each with its bytes."""

_LARGEST = 256 * 1024 * 1024
_MOST_KEPT = 8
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class CatalogCache:
    """The place in `folder` where the catalog made of some files is kept."""

    def __init__(self, folder: Path, contents: Sequence[Contents]) -> None:
        paths = "\n".join(str(file) for files in contents for file, _ in files)
        self._folder = folder
        self._path = folder / f"catalog-{_digest(paths.encode(errors='surrogateescape'))[:16]}.json"
        self._key = _key(contents)

    def read(self) -> Catalog | None:
        """The kept catalog, or None where there is none that can be relied upon."""
        try:
            if not _is_mine(self._folder.stat()):
                return None
            content = _read_mine(self._path)
            key, digest, body = content.split(b"\n", 2)
            if key.decode() != self._key or digest.decode() != _digest(body):
                return None
            return _restored(json.loads(body))
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
            return None

    def write(self, catalog: Catalog) -> None:
        """Keep `catalog`; where that is not possible, it is validated again next time."""
        body = json.dumps(_dumped(catalog), ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        with contextlib.suppress(OSError):
            if _make_mine(self._folder):
                _replace(self._path, f"{self._key}\n{_digest(body)}\n".encode() + body)
                self._forget_old()

    def _forget_old(self) -> None:
        kept = sorted(self._folder.glob("catalog-*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_MOST_KEPT]:
            path.unlink()


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


def _key(contents: Sequence[Contents]) -> str:
    """What tells these files, read by this version of the program, from all others."""
    key = blake2b(__version__.encode(), digest_size=32)
    for module in sorted(Path(__file__).parent.glob("*.py")):
        status = module.stat()
        key.update(f"{module.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    for files in contents:
        key.update(f"{len(files)} files\n".encode())
        for file, content in files:
            key.update(f"{len(os.fsencode(file.name))} {len(content)}\n".encode() + os.fsencode(file.name))
            key.update(content)
    return key.hexdigest()


def _is_mine(status: os.stat_result) -> bool:
    """Whether nobody else could have written this, but for the one who may do everything."""
    return status.st_uid == os.geteuid() and not status.st_mode & _WRITABLE_BY_OTHERS


def _make_mine(folder: Path) -> bool:
    """Create `folder` where its surroundings are this user's; whether it is.

    A program that runs with another user's home, as with `sudo`, leaves nothing behind there.
    """
    if not folder.exists():
        nearest = next(parent for parent in folder.parents if parent.exists())
        if nearest.stat().st_uid != os.geteuid():
            return False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _is_mine(folder.stat())


def _read_mine(path: Path) -> bytes:
    """The content of a regular file of this user's. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not (stat.S_ISREG(status.st_mode) and _is_mine(status) and status.st_size <= _LARGEST):
            raise PermissionError(path)
        return file.read()


def _replace(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path`; a reader sees the old or the new. It need not survive a power cut."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


# The content: every record without what is its default, figures and dates as text.


# What many models have in common, such as a price, is there once and named by its number.


def _dumped(catalog: Catalog) -> Mapping[str, object]:
    document: dict[str, Any] = {
        name: [record.model_dump(mode="json", exclude_defaults=True) for record in getattr(catalog, name).values()]
        for name in SECTIONS
    }
    shared: dict[str, list[Any]] = {}
    for name in _SHARED:
        numbers: dict[str, int] = {}
        for model in document["models"]:
            if name in model:
                model[name] = numbers.setdefault(json.dumps(model[name]), len(numbers))
        shared[name] = [json.loads(value) for value in numbers]
    return {"platform": catalog.platform.model_dump(mode="json"), "shared": shared, **document}


def _restored(document: Mapping[str, Any]) -> Catalog:
    kept = {name: [convert(value) for value in document["shared"][name]] for name, convert in _SHARED.items()}
    conversions = {
        **_CONVERSIONS,
        Model: {**_CONVERSIONS[Model], **{name: values.__getitem__ for name, values in kept.items()}},
    }
    sections = {
        name: [_record(kind, values, conversions) for values in document[name]] for name, kind in SECTIONS.items()
    }
    return Catalog(
        platform=_record(Platform, document["platform"]),
        **{name: {record.id: record for record in records} for name, records in sections.items()},
    )


def _record(
    kind: type[Record],
    values: dict[str, Any],
    conversions: Mapping[type[Record], Mapping[str, Callable[[Any], Any]]] | None = None,
) -> Any:
    for name, convert in (conversions or _CONVERSIONS).get(kind, {}).items():
        if name in values:
            values[name] = convert(values[name])
    return kind.restore(values)


_REGIONS = {region.value: region for region in Region}
_CONVERSIONS: Mapping[type[Record], Mapping[str, Callable[[Any], Any]]] = {
    Platform: {"margin": Decimal},
    Exchange: {"per_euro": Decimal, "as_of": date.fromisoformat},
    Host: {"regions": lambda names: tuple(_REGIONS[name] for name in names)},
    ListPrice: {"amount": Decimal, "as_of": date.fromisoformat},
    Rating: {"as_of": date.fromisoformat},
    Model: {
        "region": _REGIONS.__getitem__,
        "preview_until": date.fromisoformat,
        "retires_on": date.fromisoformat,
        "released": date.fromisoformat,
    },
    UseCase: {"recommended": lambda advised: tuple(_record(Recommendation, values) for values in advised)},
    Note: {"models": tuple},
}
_SHARED: Mapping[str, Callable[[Any], Any]] = {
    "list_price": lambda values: _record(ListPrice, values),
    "rating": lambda values: _record(Rating, values),
    "outputs": tuple,
    "notes": tuple,
}
"""What models have in common with others, and how it is restored."""
