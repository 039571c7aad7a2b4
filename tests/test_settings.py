"""One user's preferences: read strictly, written without losing what stands in the file."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.settings import Settings, SettingsError, Signs, load, save
from imgmodels_tui.workspace.queries.model_order import Order
from tests.hostile.settings import CONTENTS


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()


def test_every_setting_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    wanted = Settings(
        theme="imgmodels-light", sort=Order.PRICE, hidden_columns=("host",), animations=True, fewest_bytes=False,
        mouse=False, signs=Signs.ASCII,
    )  # fmt: skip
    save(path, Settings(), wanted)
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


@given(st.sampled_from(sorted(CONTENTS.values())), st.binary(max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_whatever_stands_in_the_file_it_is_settings_or_one_line(
    content: bytes, instead: bytes, start: float, end: float
) -> None:
    """Each hostile file, with a part of it replaced by other bytes."""
    first, last = sorted(round(place * len(content)) for place in (start, end))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(content[:first] + instead + content[last:])
        try:
            settings = load(path)
        except SettingsError as error:
            said = str(error)
        else:
            said = f"{path}{settings.theme!a}"
        assert said.startswith(str(path))
        assert said.isprintable()
