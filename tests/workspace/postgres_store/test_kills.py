"""Nothing promised is lost: programs and servers that are killed in the middle of changes."""

import os
import signal
import subprocess
import sys
import threading

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from tests.servers.fixtures import Fleeting, Open
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"
_WRITER = """
import sys
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
store = PostgresStore(parse_address(sys.argv[1]))
while True:
    for rule in (rules.Enable(("flux-2-max",)), rules.Disable(("flux-2-max",))):
        made = store.update(rule)
        if made.change:
            print(made.change.revision, flush=True)
"""
FULL = os.environ.get("IMGMODELS_TORTURE") == "full"


def test_a_program_that_is_killed_while_it_writes_leaves_no_gap_and_loses_nothing(
    opened: Open, postgres: Postgres, team: str
) -> None:
    store = opened("alice")
    store.update(rules.Enable((PRO,)))
    promised: list[int] = []
    for turn in range(60 if FULL else 4):
        command = [sys.executable, "-c", _WRITER, f"{postgres.url('bob')}#{team}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            promised += [int(writer.stdout.readline()) for _ in range(3 + turn % 5)]
            writer.send_signal(signal.SIGKILL)
            promised += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    revisions = [change.revision for change in store.history()]
    assert revisions == list(range(len(revisions), 0, -1))
    assert set(promised) <= set(revisions)
    assert len(promised) == len(set(promised))
    assert store.update(rules.Enable(("flux-2-klein",))).change


def test_a_server_that_crashes_again_and_again_loses_no_change_that_was_promised(fleeting: Fleeting) -> None:
    writing, over = fleeting.open(), threading.Event()
    writing.update(rules.Enable((PRO,)))
    promised: list[int] = []

    def write() -> None:
        while not over.is_set():
            for rule in (rules.Enable((MAX,)), rules.Disable((MAX,))):
                try:
                    made = writing.update(rule)
                except (NotSaved, StateError):
                    continue
                if made.change:
                    promised.append(made.change.revision)

    writer = threading.Thread(target=write)
    writer.start()
    reading = fleeting.open()
    for _ in range(12 if FULL else 3):
        before = len(promised)
        while len(promised) < before + 3:
            over.wait(0.01)
        fleeting.server.stop(signal.SIGQUIT)  # every process of it ends at once, without finishing anything
        fleeting.server.start()
    over.set()
    writer.join()
    revisions = [change.revision for change in reading.history()]
    assert revisions == list(range(len(revisions), 0, -1))
    assert set(promised) <= set(revisions)
    assert len(promised) == len(set(promised))
