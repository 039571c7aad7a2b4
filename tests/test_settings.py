"""One user's preferences: read strictly, written without losing what stands in the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.record import InvalidRecord
from imgmodels_tui.record_schema import from_values
from imgmodels_tui.settings import COLUMNS, Settings, SettingsError, Signs, load, save
from imgmodels_tui.workspace.queries.model_order import Order


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()


def test_every_setting_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    wanted = Settings(
        theme="imgmodels-light", sort=Order.PRICE, hidden_columns=("host",), animations=True, fewest_bytes=False,
        mouse=False, signs=Signs.ASCII,
    )  # fmt: skip
    save(path, wanted)
    assert load(path) == wanted


def test_keys_can_be_written_with_and_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[keys]\nmodels.toggle = "t"\n"app.quit" = "Q"\n')
    assert load(path).keys == {"models.toggle": "t", "app.quit": "Q"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('them = "x"', "them: is not a known key"),
        ('sort = "size"', "sort: should be 'page', 'price', 'stars', 'name' or 'host'"),
        ('hidden_columns = ["name"]', "hidden_columns.0: should be 'badges', 'reference', 'host', 'stars' or 'price'"),
        ("theme = ", "is not valid TOML"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert says in str(caught.value)


ODD = st.none() | st.booleans() | st.integers(-1, 2) | st.text(max_size=3) | st.lists(st.sampled_from([*COLUMNS, "x"]))
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "theme": st.sampled_from(["nord", "x" * 61]) | ODD, "sort": st.sampled_from([*map(str, Order)]) | ODD,
        "hidden_columns": st.lists(st.sampled_from(COLUMNS)) | ODD, "mouse": ODD, "animations": ODD,
        "fewest_bytes": st.booleans(), "signs": st.sampled_from([*map(str, Signs)]) | ODD,
        "keys": st.dictionaries(st.text(max_size=2), st.text(max_size=2) | st.integers()) | ODD, "other": ODD,
    },
)  # fmt: skip


@given(VALUES)
def test_what_is_ordinary_is_what_the_schema_says(values: dict[str, Any]) -> None:
    """Whichever way a file takes, the same comes of it."""
    document = tomlkit.dumps({key: value for key, value in values.items() if value is not None})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_text(document, "utf-8", newline="")
        try:
            judged = from_values(Settings, tomllib.loads(document), strict=False)
        except InvalidRecord:
            with pytest.raises(SettingsError):
                load(path)
        else:
            assert load(path) == judged
