"""Keys are shown once, kept as hashes for their owner only, and refused as soon as they are revoked."""

import json
from pathlib import Path

import pytest

from imgmodels_tui.api.keys import LONGEST_NAME, PREFIX, KeyRefused, KeyStore
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.state_file import utc_now


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "api-keys.json")


def add(keys: KeyStore, name: str) -> str:
    return keys.add(name, by="alice", at=utc_now())[1]


def test_a_key_opens_and_is_stored_nowhere(keys: KeyStore) -> None:
    secret = add(keys, "me")
    holder = keys.read().holder(secret)
    assert holder is not None
    assert holder.name == "me"
    assert secret.startswith(PREFIX)
    content = keys.path.read_text()
    assert secret.removeprefix(PREFIX) not in content
    assert keys.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("wrong", ["", "imgm_", "imgm_x", "Bearer", "\ud800", "x" * 10_000])
def test_what_is_no_key_opens_nothing(keys: KeyStore, wrong: str) -> None:
    secret = add(keys, "me")
    assert keys.read().holder(wrong) is None
    assert keys.read().holder(secret[:-1]) is None
    assert keys.read().holder(secret.upper()) is None


def test_a_revoked_key_opens_nothing_and_its_name_is_free_again(keys: KeyStore) -> None:
    secret = add(keys, "me")
    other = add(keys, "you")
    keys.revoke("ME")
    assert keys.read().holder(secret) is None
    assert keys.read().holder(other) is not None
    add(keys, "me")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "x" * (LONGEST_NAME + 1), "a\u202eb", "\ud800"])
def test_a_name_is_one_visible_line(keys: KeyStore, name: str) -> None:
    with pytest.raises(KeyRefused):
        add(keys, name)
    assert not keys.path.exists()


def test_two_keys_have_different_names(keys: KeyStore) -> None:
    add(keys, "me")
    with pytest.raises(KeyRefused, match="a key called Me already"):
        add(keys, "Me")


def test_a_key_that_is_not_there_cannot_be_revoked(keys: KeyStore) -> None:
    add(keys, "me")
    with pytest.raises(KeyRefused, match="the keys are: me"):
        keys.revoke("you")


@pytest.mark.parametrize(
    "content", [b" ", b"{}", b"[]", b'{"schema_version": 2}', b'{"schema_version": 1, "keys": [7]}']
)
def test_a_broken_file_is_named_and_never_written_over(keys: KeyStore, content: bytes) -> None:
    keys.path.write_bytes(content)
    with pytest.raises(StateError, match=r"api-keys\.json"):
        add(keys, "me")
    assert keys.path.read_bytes() == content


def test_what_a_newer_version_noted_is_kept(keys: KeyStore) -> None:
    add(keys, "me")
    document = json.loads(keys.path.read_text())
    document["keys"][0]["colour"] = "green"
    keys.path.write_text(json.dumps(document))
    add(keys, "you")
    assert json.loads(keys.path.read_text())["keys"][0]["colour"] == "green"
