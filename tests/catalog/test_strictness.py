"""A mistake in a catalog is one line that names the file, the table and the key; nothing else ever happens."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog, CatalogError, load_catalog, prices
from imgmodels_tui.catalog.loader import BUNDLED

COMPLETE = """
[models.newcomer]
name = "Newcomer"
maker = "recraft"
host = "replicate"
region = "US"
provider_id = "acme/newcomer"
reference_editing = false
premium = false
stars = 3
"""


def _folder(tmp_path: Path, *texts: str | bytes) -> Path:
    """A folder of overrides whose files are a.toml, b.toml and so on."""
    folder = tmp_path / "catalog.d"
    folder.mkdir()
    for name, text in zip("abcdef", texts, strict=False):
        (folder / f"{name}.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def _mistake(folder: Path) -> CatalogError:
    """The error of reading `folder`, which must be one harmless line that begins with the file's path."""
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    assert re.fullmatch(r"[^\x00-\x1f\x7f-\x9f]+", str(caught.value))
    assert str(caught.value).startswith(str(caught.value.path))
    return caught.value


PRO = "[models.flux-2-pro]\n"
PRICE = '{ amount = %s, currency = "USD", source = "page" }'

MODEL_MISTAKES = {
    "an unknown key": ("colour = 1", "colour", "not a known key"),
    "a slip in a key": ("star = 1", "star", "did you mean stars?"),
    "a key that is the table's name": ('id = "x"', "id", "the table's name is the id"),
    "text for a number": ('stars = "3"', "stars", "should be a whole number"),
    "a fraction for a whole number": ("stars = 3.0", "stars", "should be a whole number"),
    "truth for a number": ("stars = true", "stars", "should be a whole number"),
    "a number for text": ("name = 3", "name", "should be text in quotes"),
    "text for truth": ('premium = "no"', "premium", "should be true or false"),
    "a number for truth": ("premium = 0", "premium", "should be true or false"),
    "text for a date": ('released = "2025-11-25"', "released", "should be a date"),
    "text for a list": ('outputs = "PNG"', "outputs", "should be a list in brackets"),
    "text for a table": ('list_price = "3"', "list_price", "should be a table in braces"),
    "empty text": ('name = ""', "name", "should have at least 1 character"),
    "no star": ("stars = 0", "stars", "should be greater than or equal to 1"),
    "six stars": ("stars = 6", "stars", "should be less than or equal to 5"),
    "an unknown host": ('host = "replicant"', "host", "did you mean replicate?"),
    "an unknown maker": ('maker = "opnai"', "maker", "did you mean openai?"),
    "an unknown region": ('region = "Mars"', "region", "'EU', 'US' or 'Global'"),
    "a negative price": (
        f"list_price = {PRICE % '-0.01'}",
        "list_price.amount",
        "should be greater than or equal to 0",
    ),
    "a price that is no number": (f"list_price = {PRICE % 'nan'}", "list_price.amount", "should be a finite number"),
    "a price without a source": ('list_price = { amount = 1, currency = "USD" }', "list_price.source", "is missing"),
    "a currency without a rate": (
        'list_price = { amount = 1, currency = "CHF", source = "page" }',
        "list_price",
        "no [exchange.CHF] gives a rate",
    ),
    "no reference image at all": ("max_reference_images = 0", "max_reference_images", "should be greater than 0"),
}
MISTAKES = {
    label: (PRO + line, "models.flux-2-pro", key, says) for label, (line, key, says) in MODEL_MISTAKES.items()
} | {
    "a region that the host has not": (
        '[models.recraft-v3]\nregion = "EU"',
        "models.recraft-v3",
        "region",
        "host replicate has no region EU",
    ),
    "a contradiction": (
        '[models."flux-1.1-pro"]\nmax_reference_images = 2',
        "models.flux-1.1-pro",
        "max_reference_images",
        "contradicts reference_editing = false",
    ),
    "a new model that is incomplete": ("[models.newcomer]\nstars = 3", "models.newcomer", "name", "is missing"),
    "an id with a space": (COMPLETE.replace("newcomer]", '"new comer"]'), "models.new comer", None, "is no valid id"),
    "an id with a line feed": (
        COMPLETE.replace("newcomer]", r'"new\ncomer"]'),
        "models.new\ncomer",
        None,
        "is no valid id",
    ),
    "an unknown section": ("[model.flux-2-pro]\nstars = 3", "model", None, "did you mean [models]?"),
    "a section that is like no other": ("[zzz]\na = 1", "zzz", None, "known are platform, sources, exchange"),
    "a section that is no table": ("models = 3", "models", None, "should be a table"),
    "a record that is no table": ("[models]\nflux-2-pro = 3", "models", "flux-2-pro", "[models.ID]"),
    "a guide with an unknown model": (
        '[guide.bulk]\nrecommended = [{ model = "flux-2-clein" }]',
        "guide.bulk",
        "recommended",
        "did you mean flux-2-klein",
    ),
    "a guide without a model": ("[guide.bulk]\nrecommended = []", "guide.bulk", "recommended", "at least 1 item"),
    "a note on an unknown model": ('[notes.stars]\nmodels = ["x"]', "notes.stars", "models", "unknown model 'x'"),
    "a rate of zero": ("[exchange.USD]\nper_euro = 0.0", "exchange.USD", "per_euro", "should be greater than 0"),
    "a rate without end": ("[exchange.USD]\nper_euro = inf", "exchange.USD", "per_euro", "a finite number"),
    "a negative margin": ("[platform]\nmargin = -0.2", "platform", "margin", "should be greater than or equal to 0"),
    "a price of less than nothing": (
        '[models.flux-2-pro]\nlist_price = { amount = -0.0, currency = "USD", source = "x" }',
        "models.flux-2-pro",
        "list_price.amount",
        "should have no sign",
    ),
    "a currency in small letters": (
        '[exchange.usd]\nper_euro = 1\nsource = "x"\nas_of = 2026-05-29',
        "exchange.usd",
        None,
        "is no valid id",
    ),
}


@pytest.mark.parametrize(("text", "table", "key", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_with_file_table_and_key(
    text: str, table: str, key: str | None, says: str, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, text)
    mistake = _mistake(folder)
    assert (mistake.path, mistake.table, mistake.key) == (folder / "a.toml", table, key)
    assert says in str(mistake)
    assert f"[{table.encode('unicode_escape').decode()}]" in str(mistake)
    assert key is None or f"]: {key}: " in str(mistake)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff", "is not UTF-8 (byte 0)"),
        (b"[models", "is not valid TOML"),
        (b"\xef\xbb\xbf[models]", "begins with a byte order mark"),
        (b"a = 1\x00", "is not valid TOML"),
        (b"[platform]\nmargin = 1\nmargin = 2", "is not valid TOML"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "is not valid TOML"),
        (b"a = " + b"9" * 5000, "is not valid TOML"),
        (b"a = 1e99999999999999999999", "is not valid TOML"),
    ],
    ids=["not UTF-8", "cut", "mark", "NUL", "twice", "deep", "long", "high"],
)
def test_what_is_no_toml_is_one_line_with_the_file(content: bytes, says: str, tmp_path: Path) -> None:
    folder = _folder(tmp_path, content)
    mistake = _mistake(folder)
    assert mistake.path == folder / "a.toml"
    assert says in str(mistake)


def test_a_figure_out_of_all_proportion_is_refused_rather_than_worked_with(tmp_path: Path) -> None:
    for number, (table, key, text) in enumerate(
        [
            ("exchange.USD", "per_euro", "[exchange.USD]\nper_euro = 1e-999999"),
            ("exchange.USD", "per_euro", "[exchange.USD]\nper_euro = 1e999999"),
            ("platform", "margin", "[platform]\nmargin = 1e-999999999"),
            ("models.flux-2-pro", "max_reference_images", PRO + "max_reference_images = 0x" + "f" * 5000),
            (
                "models.flux-2-pro",
                "rating.score",
                PRO + "rating = { score = 0x" + "f" * 5000 + ", as_of = 2026-05-29 }",
            ),
            ("models.flux-2-pro", "list_price.amount", f"{PRO}list_price = {PRICE % '1e999'}"),
            ("models.flux-2-pro", "list_price.amount", f"{PRO}list_price = {PRICE % '1e-999'}"),
        ]
    ):
        (tmp_path / str(number)).mkdir()
        mistake = _mistake(_folder(tmp_path / str(number), text))
        assert (mistake.table, mistake.key) == (table, key)


def test_an_id_that_two_files_of_one_folder_define_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, COMPLETE, COMPLETE)
    mistake = _mistake(folder)
    assert mistake.path == folder / "b.toml"
    assert str(mistake).endswith("[models.newcomer]: is already defined in a.toml")


def test_an_override_is_blamed_for_its_own_key_and_the_bundled_file_for_none(tmp_path: Path) -> None:
    folder = _folder(tmp_path, PRO + 'name = "Pro"', '[models.flux-2-max]\nregion = "US"')
    assert _mistake(folder).path == folder / "b.toml"


def test_a_file_where_a_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert str(_mistake(tmp_path / "file")).endswith("cannot be read: not a directory")


def test_a_folder_that_is_called_like_a_file_is_one_line(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "x.toml").mkdir()
    assert str(_mistake(folder)).startswith(f"{folder}/x.toml: ")


def test_a_pipe_in_the_folder_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    os.mkfifo(folder / "x.toml")
    assert str(_mistake(folder)) == f"{folder}/x.toml: is not a regular file"


def test_a_link_to_nowhere_is_one_line(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "x.toml").symlink_to("nowhere")
    assert str(_mistake(folder)) == f"{folder}/x.toml: is a link to a file that does not exist"


def test_what_an_editor_leaves_beside_a_file_is_not_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / ".#recraft.toml").symlink_to("alice@host.123:456")
    (folder / "recraft.toml~").write_text("half a thought")
    (folder / ".recraft.toml.swp").write_text("half a thought")
    assert len(load_catalog(folder).models) == 14


def test_an_override_adds_a_model_to_its_maker(tmp_path: Path) -> None:
    catalog = load_catalog(_folder(tmp_path, COMPLETE))
    recraft = next(models for maker, models in catalog.groups if maker.id == "recraft")
    assert [model.id for model in recraft] == ["recraft-v3", "recraft-v3-svg", "newcomer"]
    assert len(catalog.models) == 15


def test_a_model_whose_price_is_not_known_has_none(tmp_path: Path) -> None:
    catalog = load_catalog(_folder(tmp_path, COMPLETE))
    assert "newcomer" not in catalog.prices


def test_the_ending_of_a_file_counts_in_whichever_case(tmp_path: Path) -> None:
    (tmp_path / "PRICES.TOML").write_text("[models.flux-2-pro]\nstars = 1\n")
    assert load_catalog(tmp_path).models["flux-2-pro"].stars == 1


def test_an_override_changes_the_one_key_that_it_names(tmp_path: Path, catalog: Catalog) -> None:
    changed = load_catalog(_folder(tmp_path, PRO + "stars = 5"))
    assert changed.models["flux-2-pro"] == catalog.models["flux-2-pro"].replace(stars=5)
    assert list(changed.models) == list(catalog.models)
    unchanged = {key: model for key, model in changed.models.items() if key != "flux-2-pro"}
    assert unchanged == {key: model for key, model in catalog.models.items() if key != "flux-2-pro"}


def test_an_override_of_the_rate_changes_every_price(tmp_path: Path) -> None:
    changed = load_catalog(_folder(tmp_path, "[exchange.USD]\nper_euro = 2\n[platform]\nmargin = 0"))
    assert prices.exact(changed.prices["flux-2-pro"]) == "0.0150"


def test_a_price_in_euro_needs_no_rate(tmp_path: Path) -> None:
    text = PRO + 'list_price = { amount = 1, currency = "EUR", source = "page" }'
    assert prices.exact(load_catalog(_folder(tmp_path, text)).prices["flux-2-pro"]) == "1.2000"


def test_an_empty_folder_of_overrides_changes_nothing(tmp_path: Path, catalog: Catalog) -> None:
    assert load_catalog(_folder(tmp_path)) == catalog


def test_names_cannot_carry_what_a_terminal_would_act_on(tmp_path: Path) -> None:
    text = PRO + r'name = "Pro\u001b]0;mine\u0007\u202e"'
    name = load_catalog(_folder(tmp_path, text)).models["flux-2-pro"].name
    assert name == r"Pro\x1b]0;mine\x07\u202e"


_FILES = [file.read_bytes() for file in sorted(BUNDLED.glob("*.toml"))]
_LINES = sorted({line for file in _FILES for line in file.splitlines()})
_WORDS = [*b'[ ] { } = " models flux-2-pro stars - nan 1e9 0.1'.split(), b"\n"]


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A bundled file with a piece of it cut out and something else put there."""
    content = draw(st.sampled_from(_FILES))
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    return content[:start] + draw(st.one_of(st.binary(max_size=8), st.sampled_from(_WORDS))) + content[end:]


_CONTENT = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(str.encode),
    st.lists(st.sampled_from(_LINES), max_size=12).map(b"\n".join),
    st.lists(st.sampled_from(_WORDS), max_size=20).map(b"".join),
    _damaged(),
)


@given(content=_CONTENT)
def test_whatever_a_file_holds_it_is_a_catalog_or_one_line(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("overrides")
    (folder / "x.toml").write_bytes(content)
    said = ""
    try:
        catalog = load_catalog(folder)
    except CatalogError as error:
        said = str(error)
    if said:
        assert said.startswith(f"{folder}/x.toml: ")
        assert "\n" not in said
    else:
        assert len(catalog.models) >= 14
        assert all(prices.shown(price).startswith("€") for price in catalog.prices.values())
