"""What is read without pydantic is exactly what pydantic would have read, for every kind of record that files hold."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imgmodels_tui.catalog.records import SECTIONS, Platform
from imgmodels_tui.generator.images.metadata import PictureFacts
from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.record import InvalidRecord, Record, cached, field_types, json_key
from imgmodels_tui.record_reader import RepeatedKey, convert, converters, parse_json, read_json, trusted
from imgmodels_tui.record_schema import from_json, from_values
from imgmodels_tui.settings import Settings
from imgmodels_tui.workspace.prices import PriceBook
from imgmodels_tui.workspace.state import Change, WorkspaceState

KINDS: list[type[Record]] = [
    WorkspaceState, Change, PriceBook, Sessions, PictureFacts, Settings, Platform, *SECTIONS.values(),
]  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["flux-2-pro", "x" * 200])
NUMBER = st.decimals(0, 9, places=4).map(str) | st.sampled_from(["0", "1E-7", "0.030", "1234567890"])
TIME = st.datetimes().map(lambda time: f"{time.isoformat()}Z")
ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-1, 2) | st.just(10**16) | st.floats() | TEXT | st.lists(TEXT, max_size=2)
    | st.sampled_from(["", "x" * 401, "\ud800", "\x1b", " a", "1", "true", "2026-02-30", "0000-01-01T00:00:00Z"])
    | st.sampled_from(["2026-11-22T10:00:00+02:00", "2026-11-22T10:00:00", "2026-11-22", "NaN", "1e3", {}, {"a": 1}])
)  # fmt: skip
PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: TEXT, int: st.integers(0, 5), bool: st.booleans(), Decimal: NUMBER, datetime: TIME, date: st.dates().map(str),
    NoneType: st.none(),
}  # fmt: skip


def fitting(hint: Any) -> st.SearchStrategy[Any]:
    """JSON values that a field of this type may well hold."""
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin is Annotated:
        return within(
            inner[0], {name: limit for each in inner[1:] for name, limit in vars(each).get("given", {}).items()}
        )
    composed: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Union: lambda: st.one_of(*map(fitting, inner)),
        UnionType: lambda: st.one_of(*map(fitting, inner)),
        tuple: lambda: st.lists(fitting(inner[0]), max_size=3),
        frozenset: lambda: st.lists(fitting(inner[0]), max_size=3),
        Mapping: lambda: st.dictionaries(fitting(inner[0]), fitting(inner[1]), max_size=3),
        Literal: lambda: st.sampled_from(inner),
    }
    if origin in composed:
        return composed[origin]()
    if issubclass(origin, Record):
        return documents(hint)
    return st.sampled_from([member.value for member in origin]) if issubclass(origin, Enum) else PLAIN[origin]


def within(hint: Any, limits: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The same, seldom beyond the limits."""
    if "pattern" in limits:
        return st.from_regex(limits["pattern"], fullmatch=True)
    if hint is int:
        return st.integers(limits.get("ge", limits.get("gt", 0)), limits.get("le", 10**15))
    if hint is str and "min_length" in limits:
        return TEXT.filter(bool)
    return fitting(hint)


@cached
def documents(kind: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that a record of this kind may well be."""
    record = get_origin(kind) or kind
    fields = {name: fitting(hint) for name, hint in field_types(kind).items()}
    return st.fixed_dictionaries(
        {json_key(name): value for name, value in fields.items() if name not in record.record_defaults},
        optional={json_key(name): value for name, value in fields.items() if name in record.record_defaults},
    )


@st.composite
def spoilt(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The same object with something odd, missing or unknown at one place."""
    part: Any = document
    while isinstance(part, dict) and part:
        key = draw(st.sampled_from(sorted(part)))
        inner = part[key][0] if isinstance(part[key], list) and part[key] else part[key]
        if isinstance(inner, dict) and inner and draw(st.booleans()):
            part = inner
            continue
        match draw(st.sampled_from(["odd", "odd", "missing", "unknown"])):
            case "odd":
                part[key] = draw(ODD)
            case "missing":
                del part[key]
            case _:
                part["unknown"] = draw(ODD)
        break
    return document


def judged(kind: type[Record], content: str, *, strict: bool) -> Record | None:
    try:
        return from_json(kind, content, strict=strict)
    except InvalidRecord:
        return None


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_the_reader_gives_nothing_or_what_pydantic_gives(kind: type[Record], data: st.DataObject) -> None:
    content = json.dumps(data.draw(documents(kind) | documents(kind).flatmap(spoilt) | ODD))
    try:
        read = trusted(kind, parse_json(content))
    except ValueError:
        return
    for strict in (True, False):
        assert read is None or repr(read) == repr(judged(kind, content, strict=strict))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_the_reader_accepts_what_this_program_writes(kind: type[Record], data: st.DataObject) -> None:
    record = judged(kind, json.dumps(data.draw(documents(kind))), strict=True)
    assume(record is not None)
    assert record is not None
    for document in (record.to_json(), record.to_json(defaults=False)):
        assert trusted(kind, parse_json(json.dumps(document))) == record


@pytest.mark.parametrize("kind", [Platform, *SECTIONS.values()])
@given(data=st.data())
def test_what_is_converted_without_a_check_is_what_was_written(kind: type[Record], data: st.DataObject) -> None:
    record = judged(kind, json.dumps(data.draw(documents(kind))), strict=True)
    assume(record is not None)
    assert record is not None
    document = json.loads(json.dumps(record.to_json(defaults=False)))
    assert convert(kind, document, converters(kind)) == record


@given(values=documents(Settings) | documents(Settings).flatmap(spoilt))
def test_settings_are_the_same_out_of_parsed_values(values: dict[str, Any]) -> None:
    read = trusted(Settings, values)
    assert read is None or read == from_values(Settings, values, strict=False)


@pytest.mark.parametrize(
    "content",
    [
        '{"revision": 1, "revision": 2}', '{"unknown": {"a": 1, "a": 1}}', '{"revision": NaN}', '{"revision": 1e400}',
        '{"revision": -Infinity}', "[" * 100_000,
        '{"revision": ' + "9" * 5000 + "}", '{"by": "\\ud800", "by": "alice"}',
    ],
)  # fmt: skip
def test_what_json_leaves_open_is_not_parsed(content: str) -> None:
    with pytest.raises((ValueError, RepeatedKey, RecursionError)):
        parse_json(content)


def outcome(read: Callable[[type[WorkspaceState], bytes], WorkspaceState], content: bytes) -> str:
    try:
        return repr(read(WorkspaceState, content))
    except InvalidRecord as error:
        return str(error)


@pytest.mark.parametrize(
    "content", [b"\xff", b"\xef\xbb\xbf{}", b"", b"{", b"[]", b"null", b'{"unknown": 1}', b'{"revision": 1.0}']
)
def test_what_the_reader_does_not_know_pydantic_judges(content: bytes) -> None:
    assert outcome(read_json, content) == outcome(from_json, content)
