"""Where the torture takes place."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in memory where the system has such a place.

    What a process leaves when it dies does not depend on the disk; thousands of syncs to a real one only take time.
    """
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="imgmodels-", dir=_MEMORY))
    yield folder
    shutil.rmtree(folder)
