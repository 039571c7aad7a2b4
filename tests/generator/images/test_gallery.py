"""Pictures on disk: whole or not at all, for their owner only, and listed without trusting what lies there."""

import errno
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from imgmodels_tui.generator.engines.interface import MediaType, Picture, Request
from imgmodels_tui.generator.images.gallery import (
    PictureError,
    gallery,
    read_facts,
    read_picture,
    save_picture,
    save_picture_as,
)
from tests.generator.conftest import PROMPTS, VECTOR, blank, draw, facts

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_saved_picture_is_private_and_has_its_facts(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        path = save_picture(tmp_path / "pictures", blank(), facts())
    finally:
        os.umask(previous)
    assert path == tmp_path / "pictures" / "2026-11-22_10-00-00Z_a-lighthouse-at-sunset.png"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert read_facts(path) == facts()
    assert read_picture(path).width == 8


def test_a_vector_picture_is_saved_as_svg_and_comes_back(tmp_path: Path) -> None:
    picture = draw(Request("a logo", VECTOR, 1))
    path = save_picture(tmp_path, picture, facts(VECTOR, width=1024, height=1024))
    assert path.suffix == ".svg"
    assert read_picture(path).media_type is MediaType.SVG


def test_pictures_of_one_second_do_not_replace_each_other(tmp_path: Path) -> None:
    paths = [save_picture(tmp_path, blank(), facts(seed=seed)) for seed in range(4)]
    assert [read_facts(path) for path in paths] == [facts(seed=seed) for seed in range(4)]
    assert paths[1].name.endswith("-sunset-2.png")
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_a_name_taken_in_the_last_moment_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = save_picture(tmp_path, blank(), facts(seed=1))
    monkeypatch.setattr("os.path.lexists", lambda _: False)
    assert save_picture(tmp_path, blank(), facts(seed=2)) != taken
    assert read_facts(taken) == facts(seed=1)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_dangling_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    planted = tmp_path / "pictures" / "2026-11-22_10-00-00Z_a-lighthouse-at-sunset.png"
    planted.parent.mkdir()
    planted.symlink_to(tmp_path / "victim")
    assert save_picture(planted.parent, blank(), facts()) != planted
    assert not (tmp_path / "victim").exists()


def test_a_file_system_without_hard_links_serves_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    monkeypatch.setattr("os.path.lexists", lambda _: False)
    paths = [save_picture(tmp_path, blank(), facts(seed=seed)) for seed in (1, 2)]
    assert [read_facts(path) for path in paths] == [facts(seed=1), facts(seed=2)]
    assert {mode(path) for path in paths} == {0o600}
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("step", ["os.fsync", "os.link", "os.open"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, full)
    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(PictureError, match="no picture can be saved here: no space left on device") as error:
        save_picture(tmp_path, blank(), facts())
    assert str(error.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for act in (lambda: save_picture(tmp_path / "file", blank(), facts()), lambda: gallery(tmp_path / "file")):
        with pytest.raises(PictureError, match=r"file: .*: ") as error:
            act()
        assert str(error.value).isprintable()


def test_bytes_of_another_type_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="not a png file"):
        save_picture(tmp_path, Picture(b"GIF89a", MediaType.PNG, 8, 8), facts())
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(prompt=PROMPTS)
def test_no_prompt_gives_a_file_name_that_needs_care(prompt: str) -> None:
    with TemporaryDirectory() as folder:
        path = save_picture(Path(folder), blank(), facts(prompt=prompt))
        assert path.parent == Path(folder)
        assert re.fullmatch(r"2026-11-22_10-00-00Z_[a-z0-9]+(-[a-z0-9]+)*\.png", path.name)
        assert len(path.name) < 80


def test_files_that_a_killed_process_left_are_swept_after_an_hour(tmp_path: Path) -> None:
    old, young, foreign = (
        tmp_path / name for name in (".a.png.0123456789ab.tmp", ".b.png.ba9876543210.tmp", ".other.tmp")
    )
    now = NOON.timestamp()
    for path, age in ((old, 3601), (young, 3599), (foreign, 9999)):
        path.touch()
        os.utime(path, (now - age, now - age))
    save_picture(tmp_path, blank(), facts(created_at=NOON))
    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)


def test_a_chosen_path_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_text("an older picture")
    save_picture_as(path, blank(), facts())
    assert read_facts(path) == facts()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["folder", "missing/out.png"])
def test_a_chosen_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(PictureError, match="cannot be saved here"):
        save_picture_as(tmp_path / name, blank(), facts())
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_gallery_shows_the_newest_first(tmp_path: Path) -> None:
    for hours in (2, 5, 1, 4, 3):
        save_picture(tmp_path, blank(), facts(created_at=NOON + timedelta(hours=hours)))
    assert [entry.facts.created_at.hour - 12 for entry in gallery(tmp_path)] == [5, 4, 3, 2, 1]
    assert all(entry.size == entry.path.stat().st_size for entry in gallery(tmp_path))


def test_the_gallery_is_limited_to_what_was_written_last(tmp_path: Path) -> None:
    for second in range(5):
        path = save_picture(tmp_path, blank(), facts(seed=second))
        os.utime(path, (second, second))
    assert [entry.facts.seed for entry in gallery(tmp_path, limit=2)] == [4, 3]


def test_the_gallery_passes_over_everything_that_is_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    real = save_picture(folder, blank(), facts())
    elsewhere = save_picture(tmp_path / "elsewhere", blank(), facts(seed=99))
    (folder / "link.png").symlink_to(elsewhere)
    (folder / "plain.png").write_bytes(blank().data)
    (folder / "damaged.png").write_bytes(real.read_bytes()[:300])
    (folder / "empty.svg").touch()
    (folder / "notes.txt").write_bytes(real.read_bytes())
    (folder / ".hidden.png").write_bytes(real.read_bytes())
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    assert [entry.path for entry in gallery(folder)] == [real]


def test_a_missing_folder_is_an_empty_gallery(tmp_path: Path) -> None:
    assert gallery(tmp_path / "never") == []


def test_facts_are_not_read_through_links_or_from_pipes(tmp_path: Path) -> None:
    real = save_picture(tmp_path, blank(), facts())
    (tmp_path / "link.png").symlink_to(real)
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "link.png", tmp_path / "pipe.png", tmp_path, tmp_path / "missing", Path("a\0b")):
        assert read_facts(path) is None
        with pytest.raises(PictureError) as error:
            read_picture(path)
        assert str(error.value).isprintable()


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    path = save_picture(tmp_path, blank(), facts())
    os.truncate(path, 10 * 1024**3)
    assert read_facts(path) == facts()
    with pytest.raises(PictureError, match="is larger than 64 MiB"):
        read_picture(path)
