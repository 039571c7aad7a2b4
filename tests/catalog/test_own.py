"""A workspace's own records as files: taken apart, put in place of others, removed, with their comments."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import CatalogError
from imgmodels_tui.catalog.loader import table_name, tables_of
from imgmodels_tui.catalog.own import OwnChange, after, changed, own_tables, split

FOLDER = Path("catalog.d")
TWO = b"""# ours
[models.a] # the first
stars = 1

# of the second
[models.b]
stars = 2
"""


def _values(content: bytes) -> dict[str, object]:
    return {table_name(table): dict(values) for table, values in tables_of(Path("x.toml"), content)}


def test_a_file_is_taken_apart_into_its_tables_with_their_comments() -> None:
    parts = split(Path("x.toml"), TWO)
    assert {name: _values(part) for name, part in parts.items()} == {
        "models.a": {"models.a": {"stars": 1}},
        "models.b": {"models.b": {"stars": 2}},
    }
    assert b"# the first" in parts["models.a"]
    assert b"# the first" not in parts["models.b"]


def test_a_file_of_one_table_stays_as_it_is() -> None:
    content = b"# why\n\n[exchange.USD]\nper_euro = 1.1 # contract\n"
    assert split(Path("x.toml"), content) == {"exchange.USD": content}


@pytest.mark.parametrize("content", [b"", b"# nothing\n"])
def test_a_file_without_a_record_is_refused(content: bytes) -> None:
    with pytest.raises(CatalogError, match="holds no record"):
        split(Path("x.toml"), content)


def test_a_table_that_is_added_again_leaves_the_file_that_had_it() -> None:
    contents = [(FOLDER / "mine.toml", TWO)]
    files = changed(contents, FOLDER, OwnChange(added=((Path("new.toml"), b"[models.b]\nstars = 5\n"),)))
    assert own_tables(after(contents, files)) == {
        "models.a": FOLDER / "mine.toml",
        "models.b": FOLDER / "models.b.toml",
    }
    assert b"# ours" in (files[FOLDER / "mine.toml"] or b"")


def test_a_file_whose_last_table_is_removed_goes() -> None:
    contents = [(FOLDER / "mine.toml", TWO)]
    assert changed(contents, FOLDER, OwnChange(removed=("models.a", "models.b"))) == {FOLDER / "mine.toml": None}
    assert changed(contents, FOLDER, OwnChange(removed=("models.c",))) == {}


WRITTEN = [
    b"models.a.stars = 1\nmodels.b.stars = 2\n",
    b"models = { a = { stars = 1 }, b = { stars = 2 } }\n",
    b"[models]\na = { stars = 1 }\nb = { stars = 2 }\n",
    b'[models."a"]\nstars = 1\n[models.b]\nstars = 2\n',
    b"[platform]\nmargin = 0.1\n[models.a]\nstars = 1\n",
    b"[models.a]\nstars = 1\n[models.a.list_price]\namount = 1\n[models.b]\nstars = 2\n",
]


@pytest.mark.parametrize("content", WRITTEN)
def test_however_a_table_is_written_it_is_taken_out_whole(content: bytes) -> None:
    whole = _values(content)
    for name, part in split(Path("x.toml"), content).items():
        assert _values(part) == {name: whole[name]}


tables = st.dictionaries(
    st.sampled_from(["models.a", "models.b-2", "hosts.c", "platform"]),
    st.dictionaries(st.sampled_from(["stars", "note"]), st.integers(0, 9), min_size=1),
    min_size=1,
)


def _written(records: dict[str, dict[str, int]]) -> bytes:
    lines = []
    for name, values in records.items():
        lines += [f"[{name}]", *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines).encode()


@given(held=tables, added=tables, removed=st.sets(st.sampled_from(["models.a", "hosts.c"])))
def test_afterwards_there_is_what_was_there_and_what_was_added_but_for_what_was_removed(
    held: dict[str, dict[str, int]], added: dict[str, dict[str, int]], removed: set[str]
) -> None:
    contents = [(FOLDER / "mine.toml", _written(held))]
    change = OwnChange(((Path("new.toml"), _written(added)),), tuple(sorted(removed)))
    newer = after(contents, changed(contents, FOLDER, change))
    found: dict[str, object] = {}
    for _, content in newer:
        found |= _values(content)
    kept = {name: values for name, values in held.items() if name not in removed}
    assert found == kept | added
