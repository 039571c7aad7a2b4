"""The README says what the program can do: every command, every page, every exit code."""

import re
from pathlib import Path

import click
import pytest

from imgmodels_tui.catalog.loader import catalog_of
from imgmodels_tui.cli.main import imgmodels
from imgmodels_tui.screens.keys import all_bindings
from imgmodels_tui.screens.pages import PAGES
from imgmodels_tui.widgets.bars import NavItem

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("command", imgmodels.list_commands(click.Context(imgmodels)))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"imgmodels {command}" in README


@pytest.mark.parametrize("option", [option for parameter in imgmodels.params for option in parameter.opts])
def test_every_option_is_in_the_readme(option: str) -> None:
    assert option == "--version" or option in README


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.name)
def test_every_page_has_its_keys_in_the_readme(place: NavItem) -> None:
    assert f"**{place.label}** (`{place.key}`" in README


@pytest.mark.parametrize("document", ["README.md", "docs/tour.md"])
def test_every_picture_is_one_of_the_snapshots(document: str) -> None:
    """So that each shows the present look."""
    page = ROOT / document
    pictures = [page.parent / picture for picture in re.findall(r"!\[[^]]*\]\(([^)]*)\)", page.read_text("utf-8"))]
    assert len(pictures) >= 3
    assert [path for path in pictures if not path.is_file() or ROOT / "snapshots" not in path.resolve().parents] == []


def test_the_architecture_names_every_part_of_the_package() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    package = ROOT / "src" / "imgmodels_tui"
    parts = [part for part in package.iterdir() if part.suffix == ".py" or (part / "__init__.py").exists()]
    assert [part.name for part in parts if not part.name.startswith("__") and f"  {part.name}" not in page] == []


@pytest.mark.parametrize("document", ["README.md", "docs/catalog.md"])
def test_every_record_that_a_document_shows_is_valid(document: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)
    records = [block for block in blocks if re.search(r"^\[(models|exchange)\.", block, re.MULTILINE)]
    assert records
    contract = '\n[sources.contract]\nname = "x"\n'
    for record in records:
        text = record if "[sources.contract]" in record else record + contract
        catalog_of(((Path("catalog.toml"), text.encode()),))


def test_every_action_is_in_the_readme_with_its_keys() -> None:
    for action, binding in all_bindings().items():
        assert f"| `{action}` | `{binding.key}` |" in README
