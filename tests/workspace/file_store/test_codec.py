"""Every way a state file can be wrong: one line that names file and field, and the file stays as it was."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import decode, encode, read_state
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import WorkspaceState

CHANGE = {"revision": 3, "at": "2026-11-22T10:00:00Z", "by": "alice", "action": "enable"}
STATE = {
    "schema_version": 2,
    "revision": 3,
    "image_generation": True,
    "plan": "self_service",
    "default_model": "flux-2-pro",
    "enabled_models": ["flux-2-klein", "flux-2-pro"],
    "last_change": {**CHANGE, "enabled": ["flux-2-pro"], "default_model": {"from": None, "to": "flux-2-pro"}},
}
VALID = (json.dumps(STATE, indent=2) + "\n").encode()


def _with(**fields: object) -> bytes:
    return json.dumps({**STATE, **fields}).encode()


def _changed(**fields: object) -> bytes:
    return _with(last_change={**CHANGE, **fields})


CORPUS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t\n", "is empty"),
    "NUL bytes, as after a power cut": (b"\0" * 400, "is not valid JSON"),
    "a byte order mark": (b"\xef\xbb\xbf" + VALID, "begins with a byte order mark; save it as UTF-8 without one"),
    "UTF-16": (VALID.decode().encode("utf-16"), "is not UTF-8 (byte 0)"),
    "a byte of Latin-1": (VALID.replace(b"alice", b"Ren\xe9e"), "is not UTF-8 (byte "),
    "half a surrogate pair": (_with(note="\ud800"), "is not valid JSON"),
    "no JSON": (b"enabled: all", "is not valid JSON (line 1, column 1: expecting value)"),
    "more than one value": (VALID + VALID, "is not valid JSON (line 25, column 1: extra data)"),
    "a list": (b"[]", "should hold one JSON object in braces"),
    "null": (b"null", "should hold one JSON object in braces"),
    "a comma too many": (b'{"revision": 1,}', "is not valid JSON"),
    "no number": (_with(later=float("nan")), "is not valid JSON: a number is not finite or too long"),
    "an infinity": (_with(later=[float("-inf")]), "is not valid JSON: a number is not finite or too long"),
    "an infinity written out": (b'{"later": {"x": 1e999}}', "is not valid JSON: a number is not finite or too long"),
    "5000 digits": (b'{"later": ' + b"9" * 5000 + b"}", "is not valid JSON: a number is not finite or too long"),
    "nested deeply": (
        b'{"schema_version": 2, "later": ' + b"[" * 500 + b"]" * 500 + b"}",
        "is not valid JSON: recursion limit",
    ),
    "nested very deeply": (
        b'{"later": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "is not valid: it is nested too deeply",
    ),
    "a key that is there twice": (b'{"revision": 1, "revision": 2}', "revision: appears twice"),
    "an inner key that is there twice": (b'{"later": {"a": 1, "a": 1}}', "a: appears twice"),
    "a newer schema": (_with(schema_version=3), "schema_version: is 3, but this version of imgmodels reads up to 2"),
    "a newer schema that looks different": (b'{"schema_version": 9, "models": {}}', "schema_version: is 9"),
    "an older schema": (_with(schema_version=0), "schema_version: should be 2"),
    "a schema in quotes": (_with(schema_version="1"), "schema_version: should be a whole number"),
    "a schema with a point": (_with(schema_version=1.0), "schema_version: should be a whole number"),
    "true for a schema": (_with(schema_version=True), "schema_version: should be a whole number"),
    "a file of another program": (b'{"name": "left-pad"}', "schema_version: is missing: this is no file of imgmodels"),
    "what a stranger planted": (b"{}", "schema_version: is missing: this is no file of imgmodels"),
    "nothing for a schema": (_with(schema_version=None), "schema_version: should be a whole number"),
    "a revision in quotes": (_with(revision="3"), "revision: should be a whole number"),
    "a revision with a point": (_with(revision=3.0), "revision: should be a whole number"),
    "a negative revision": (_with(revision=-1), "revision: should be greater than or equal to 0"),
    "a revision beyond counting": (_with(revision=10**30), "revision: should be less than or equal to"),
    "a number for truth": (_with(image_generation=1), "image_generation: should be true or false"),
    "no such plan": (_with(plan="free"), "plan: should be 'self_service' or 'enterprise'"),
    "a number for a model": (_with(default_model=1), "default_model: should be text in quotes"),
    "text for a list": (_with(enabled_models="flux-2-pro"), "enabled_models: should be a list in brackets"),
    "an object for a list": (_with(enabled_models={}), "enabled_models: should be a list in brackets"),
    "a number in the list": (_with(enabled_models=[1]), "enabled_models.0: should be text in quotes"),
    "an empty id": (_with(enabled_models=[""]), "enabled_models.0: should have at least 1 character"),
    "a giant id": (_with(enabled_models=["x" * 201]), "enabled_models.0: should have at most 200 characters"),
    "a default that is not enabled": (_with(enabled_models=[]), "default_model must be one of enabled_models"),
    "a list for the last change": (_with(last_change=[]), "last_change: should be an object in braces"),
    "a last change without a name": (
        _with(last_change={k: v for k, v in CHANGE.items() if k != "by"}),
        "last_change.by: is missing",
    ),
    "a last change at no time": (_changed(at="yesterday"), "last_change.at: should be a valid datetime"),
    "a last change in seconds": (_changed(at=1_700_000_000), "last_change.at: should be a valid datetime"),
    "a last change before time": (_changed(at="0001-01-01T00:00:00+02:00"), "last_change.at: should be a time"),
    "half a move": (_changed(default_model={"from": "a"}), "last_change.default_model.to: is missing"),
    "a move of no plan": (
        _changed(plan={"from": "self_service", "to": "x"}),
        "last_change.plan.to: should be 'self_service' or 'enterprise'",
    ),
}


def _problem(path: Path) -> str:
    """Why `path` cannot be used, without its name; it must be one harmless line and begin with it."""
    with pytest.raises(StateError) as caught:
        read_state(path)
    assert str(caught.value).isprintable()
    name, _, problem = str(caught.value).partition(": ")
    assert name == str(path)
    return problem


@pytest.mark.parametrize(("content", "says"), CORPUS.values(), ids=CORPUS.keys())
def test_a_file_that_is_wrong_is_one_line_and_stays_as_it_was(content: bytes, says: str, store: FileStore) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    assert _problem(store.path).startswith(says)
    store.create_if_missing()
    with pytest.raises(StateError):
        store.update(rules.Enable(("flux-2-max",)))
    assert store.path.read_bytes() == content
    assert not store.locations.history.exists()


def test_a_file_that_is_cut_anywhere_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    for length in range(len(VALID.rstrip())):
        path.write_bytes(VALID[:length])
        assert _problem(path).startswith("is empty" if length == 0 else "is not valid JSON")


@given(content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode())))
def test_whatever_the_file_holds_it_is_a_state_or_one_line(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("state") / "workspace.json"
    path.write_bytes(content)
    _problem(path)  # nothing this short and random is a state


@given(
    field=st.sampled_from(sorted(STATE)),
    value=st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.integers() | st.text(), max_size=3)
    ),
)
def test_whatever_a_field_holds_it_is_a_state_that_can_be_written_or_one_line(
    field: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("state") / "workspace.json"
    path.write_bytes(_with(**{field: value}))
    said = ""
    try:
        state = read_state(path)
    except StateError as error:
        said = str(error)
    if said:
        assert said.isprintable()
        assert field in said
    else:
        assert decode(path, encode(state)) == state


def test_a_folder_is_no_state(tmp_path: Path) -> None:
    assert _problem(tmp_path) == "is a folder, not a file"


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _problem(tmp_path / "pipe") == "is not a regular file"


def test_a_device_is_refused_instead_of_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert _problem(tmp_path / "zero") == "is not a regular file"


def test_a_link_to_nowhere_is_no_fresh_workspace(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert _problem(tmp_path / "link") == "is a link to a file that does not exist"


def test_a_link_to_itself_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert _problem(tmp_path / "loop").startswith("cannot be read: too many levels of symbolic links")


def test_a_path_below_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _problem(tmp_path / "file" / "workspace.json") == "cannot be read: not a directory"


def test_a_giant_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "giant"
    path.touch()
    os.truncate(path, 16 * 1024**2 + 1)
    assert _problem(path) == "is larger than 16 MiB"


def test_a_hostile_path_and_key_are_written_out(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;b\x07\n\u202e.json"
    path.write_text('{"\x7f\u202e": 1, "\x7f\u202e": 2}')
    with pytest.raises(StateError) as caught:
        read_state(path)
    assert str(caught.value).isprintable()
    assert r"a\x1b]0;b\x07\n\u202e.json: \x7f\u202e: appears twice" in str(caught.value)


def test_a_missing_file_is_a_fresh_workspace(tmp_path: Path) -> None:
    assert read_state(tmp_path / "nowhere.json") == WorkspaceState()


def test_the_file_diffs_well(store: FileStore) -> None:
    store.update(rules.Enable(("gpt-image-2", "flux-2-pro")))
    text = store.path.read_text()
    assert text.endswith("}\n")
    assert json.loads(text)["enabled_models"] == ["flux-2-pro", "gpt-image-2"]
    assert text.splitlines()[:6] == [
        "{",
        '  "schema_version": 2,',
        '  "revision": 1,',
        '  "image_generation": true,',
        '  "plan": "self_service",',
        '  "default_model": "gpt-image-2",',
    ]


def test_a_time_with_an_offset_is_kept_as_what_it_means(tmp_path: Path) -> None:
    state = decode(tmp_path, _changed(at="2026-11-22T12:00:00.9+02:00"))
    assert json.loads(encode(state))["last_change"]["at"] == "2026-11-22T10:00:00Z"


def test_a_time_without_an_offset_is_in_utc(tmp_path: Path) -> None:
    state = decode(tmp_path, _changed(at="0999-11-22T12:00:00"))
    assert json.loads(encode(state))["last_change"]["at"] == "0999-11-22T12:00:00Z"
