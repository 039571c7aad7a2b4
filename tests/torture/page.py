"""The full-screen page for an admin of a given name: `python -m tests.torture.page STATE NAME`.

The program itself takes the name from the operating system, which knows only one here; history tells the crowd apart.
"""

import sys
from pathlib import Path

from imgmodels_tui.cli.page import open_page
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace.file_store.locations import locate
from tests.torture.crowd import opened

if __name__ == "__main__":
    state, user = sys.argv[1:3]
    locations = locate(state if "://" in state else Path(state))
    open_page(opened(state, user), user_paths(locations), locations.settings)
