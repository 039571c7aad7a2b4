"""A catalog that was found valid is kept: it stands for exactly these files, and nothing that is wrong is believed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog, CatalogError, load_catalog, loader

CHEAPER = '[models.flux-2-pro]\nname = "FLUX.2 Pro, renamed"\n'


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "imgmodels"


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Grows by one whenever files are validated."""
    made: list[Path] = []
    judged = loader.judged

    def counting(folders: object, bundled: Path) -> Catalog:
        made.append(bundled)
        return judged(folders, bundled)  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "judged", counting)
    return made


def kept(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def everything(catalog: Catalog) -> list[object]:
    return [getattr(catalog, name) for name in catalog.record_fields]


def test_a_kept_catalog_is_the_one_that_was_validated(cache: Path, validations: list[Path]) -> None:
    first, second = load_catalog(cache=cache), load_catalog(cache=cache)
    assert len(validations) == 1
    assert everything(first) == everything(second) == everything(load_catalog())
    assert [list(first.models), list(first.guide)] == [list(second.models), list(second.guide)]
    assert repr(second) == repr(load_catalog())


def test_a_file_that_changed_is_validated_again(cache: Path, tmp_path: Path, validations: list[Path]) -> None:
    overrides = tmp_path / "overrides"
    overrides.mkdir()
    before = load_catalog(overrides, cache=cache)
    (overrides / "mine.toml").write_text(CHEAPER)
    after = load_catalog(overrides, cache=cache)
    assert (before.models["flux-2-pro"].name, after.models["flux-2-pro"].name) == ("FLUX.2 Pro", "FLUX.2 Pro, renamed")
    assert len(validations) == 2


def test_a_file_that_became_wrong_is_refused_whatever_is_kept(cache: Path, tmp_path: Path) -> None:
    override = tmp_path / "mine.toml"
    override.write_text(CHEAPER)
    load_catalog(tmp_path, cache=cache)
    override.write_text("[models.flux-2-pro]\nstars = 9\n")
    with pytest.raises(CatalogError, match="stars"):
        load_catalog(tmp_path, cache=cache)


def test_another_version_of_the_program_validates_again(
    cache: Path, validations: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_catalog(cache=cache)
    monkeypatch.setattr("imgmodels_tui.catalog.cache.__version__", "99")
    load_catalog(cache=cache)
    assert len(validations) == 2


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def forge(file: Path) -> None:
    """Say something else under the right key and with a digest of what is said."""
    key, _, body = file.read_bytes().split(b"\n", 2)
    file.write_bytes(key + b"\n" + b"0" * 64 + b"\n" + body.replace(b"FLUX.2 Pro", b"FLUX.3 Pro"))


def link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def become_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


DAMAGES: list[Callable[[Path], object]] = [
    flip, forge, link, become_a_folder, become_a_pipe,
    lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:-7]),
    lambda file: file.write_bytes(b"\n\n{}"),
    lambda file: file.write_bytes(b"\xff\n\xff\n[]"),
    lambda file: file.chmod(0o666),
    lambda file: file.parent.chmod(0o777),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_as_it_was_written_is_not_believed(
    cache: Path, validations: list[Path], damage: Callable[[Path], object]
) -> None:
    load_catalog(cache=cache)
    damage(kept(cache))
    assert everything(load_catalog(cache=cache)) == everything(load_catalog())
    assert len(validations) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given", ["file", "folder"])
def test_what_belongs_to_somebody_else_is_not_believed(cache: Path, validations: list[Path], given: str) -> None:
    load_catalog(cache=cache)
    os.chown(kept(cache) if given == "file" else cache, 12345, 12345)
    load_catalog(cache=cache)
    assert len(validations) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_nothing_is_left_behind_in_the_home_of_somebody_else(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    load_catalog(cache=tmp_path / "cache" / "imgmodels")
    assert list(tmp_path.iterdir()) == []


def test_only_its_user_can_read_what_is_kept(cache: Path) -> None:
    load_catalog(cache=cache)
    assert [path.stat().st_mode & 0o777 for path in (cache, kept(cache))] == [0o700, 0o600]


def test_of_many_catalogs_the_newest_are_kept(cache: Path, tmp_path: Path) -> None:
    for number in range(12):
        folder = tmp_path / f"overrides-{number}"
        folder.mkdir()
        (folder / "mine.toml").write_text(CHEAPER)
        load_catalog(folder, cache=cache)
    assert len(list(cache.iterdir())) == 8
