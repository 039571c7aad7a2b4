"""Waiting for another writer: one that died is not waited for, one that hangs is named."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store.lock import lock_holder
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import WorkspaceState

HOLD = """
import sys
from pathlib import Path
from imgmodels_tui.workspace.file_store.lock import locked

with locked(Path(sys.argv[1]), 0, "b\\x1bob"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(store: FileStore) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its stdin is closed."""
    store.update(rules.Enable(("flux-2-pro",)))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, store.locations.lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def impatient(store: FileStore, catalog: Catalog) -> FileStore:
    """An admin who does not wait for anybody."""
    return FileStore(store.locations, catalog, user="alice", timeout=0)


def refusal(store: FileStore) -> str:
    """Why a change is refused."""
    before = store.path.read_bytes()
    with pytest.raises(NotSaved) as caught:
        store.update(rules.Enable(("flux-2-max",)))
    assert store.path.read_bytes() == before
    assert not caught.value.permission
    return str(caught.value)


def test_whoever_waits_in_vain_is_told_for_whom(writer: subprocess.Popen[str], impatient: FileStore) -> None:
    assert refusal(impatient) == (
        f"{impatient.path}: another change, by b\\x1bob (process {writer.pid}), has been under way for 0 seconds; "
        "try again; nothing was changed"
    )


def test_a_writer_that_is_stopped_is_said_to_be(writer: subprocess.Popen[str], impatient: FileStore) -> None:
    os.kill(writer.pid, signal.SIGSTOP)
    os.waitpid(writer.pid, os.WUNTRACED)
    assert f"by b\\x1bob (process {writer.pid}, stopped), has been" in refusal(impatient)
    os.kill(writer.pid, signal.SIGCONT)
    writer.communicate()
    assert impatient.update(rules.Enable(("flux-2-max",))).state.revision == 2


def test_a_writer_that_died_is_not_waited_for(writer: subprocess.Popen[str], impatient: FileStore) -> None:
    writer.kill()
    writer.wait()
    assert impatient.locations.lock.read_text().startswith(f"{writer.pid} ")
    assert impatient.update(rules.Enable(("flux-2-max",))).state.revision == 2
    assert impatient.locations.lock.read_bytes() == b""


@pytest.mark.parametrize("note", ["", "x", "0 root", "-1 root", "99999999999999999999 bob", "4194305 bob"])
def test_a_note_that_names_no_living_process_is_not_repeated(
    note: str, writer: subprocess.Popen[str], impatient: FileStore
) -> None:
    assert writer.poll() is None
    impatient.locations.lock.write_text(note)
    assert "another change has been under way" in refusal(impatient)


def test_looking_at_a_lock_neither_takes_nor_makes_it(
    writer: subprocess.Popen[str], impatient: FileStore, tmp_path: Path
) -> None:
    assert lock_holder(tmp_path / "lock") == (False, None)
    assert not (tmp_path / "lock").exists()
    held, by = lock_holder(impatient.locations.lock)
    assert (held, str(by)) == (True, f"b\\x1bob (process {writer.pid})")
    writer.communicate()
    assert lock_holder(impatient.locations.lock) == (False, None)


def test_a_lock_file_that_was_removed_while_it_was_held_is_noticed(store: FileStore) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    before = store.path.read_bytes()

    class Slow:
        """A change during which somebody removes the lock, and somebody else makes a change."""

        action = "enable"
        models = ("flux-2-klein",)

        def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
            if lock_holder(store.locations.lock)[0]:
                store.locations.lock.unlink()
                FileStore(store.locations, catalog, user="bob").update(rules.Enable(("flux-2-max",)))
            return rules.Enable(self.models)(state, catalog)

    with pytest.raises(NotSaved, match="the lock file was removed meanwhile; try again"):
        store.update(Slow())
    assert store.read().enabled_models == {"flux-2-pro", "flux-2-max"}
    assert store.path.read_bytes() != before
    assert store.update(rules.Enable(("flux-2-klein",))).state.revision == 3


def test_who_waited_for_a_lock_that_was_removed_takes_the_new_one(
    writer: subprocess.Popen[str], store: FileStore
) -> None:
    waiting = threading.Thread(target=store.update, args=(rules.Enable(("flux-2-max",)),))
    waiting.start()
    store.locations.lock.unlink()
    writer.kill()
    waiting.join()
    assert store.read().enabled_models == {"flux-2-pro", "flux-2-max"}
    assert not lock_holder(store.locations.lock)[0]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_a_refused_change_leaves_no_lock_file(store: FileStore, make: Callable[[Path], object]) -> None:
    store.path.parent.mkdir()
    make(store.path)
    with pytest.raises(StateError):
        store.update(rules.Enable(("flux-2-pro",)))
    assert [file.name for file in store.path.parent.iterdir()] == [store.path.name]
