"""Who is an admin (R15), and what everybody else gets to see."""

import os

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview, for_users
from imgmodels_tui.workspace.store import Role
from tests.conftest import TODAY


def test_whoever_may_write_the_workspace_is_an_admin_even_before_there_is_one(store: FileStore) -> None:
    assert store.role() is Role.ADMIN
    store.update(rules.Enable(("flux-2-pro",)))
    assert store.role() is Role.ADMIN


class ReadOnlyMount:
    """Answers as the kernel does for a file system that is mounted read-only."""

    f_flag = os.ST_RDONLY


@pytest.mark.parametrize(("mode", "expected"), [(0o700, Role.ADMIN), (0o500, Role.USER), (0o070, Role.USER)])
def test_a_disk_that_takes_no_writes_makes_nobody_less_of_an_admin(
    store: FileStore, monkeypatch: pytest.MonkeyPatch, mode: int, expected: Role
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    store.path.parent.chmod(mode)
    owner = store.path.stat().st_uid
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(os, "statvfs", lambda _: ReadOnlyMount)
    monkeypatch.setattr(os, "geteuid", lambda: owner or 12345)
    if owner == 0:  # then the test plays somebody else, to whom the file belongs
        os.chown(store.path, 12345, 12345)
        os.chown(store.path.parent, 12345, 12345)
    assert store.role() is expected
    store.path.parent.chmod(0o700)


def test_users_see_the_enabled_models_and_what_is_said_of_them(catalog: Catalog, store: FileStore) -> None:
    state = store.update(rules.Enable(("flux-2-klein", "gpt-image-2"))).state
    seen = for_users(catalog, state)
    assert set(seen.models) == {"flux-2-klein", "gpt-image-2"}
    recommended = {found.model for case in seen.guide.values() for found in case.recommended}
    assert recommended <= set(seen.models)
    assert all(not note.models or set(note.models) & set(seen.models) for note in seen.notes.values())
    assert "flux-2-pro" not in seen.nearest("flux-2-pr")
    assert [entry.id for entry in Overview(state, seen, TODAY).enabled] == ["flux-2-klein", "gpt-image-2"]
