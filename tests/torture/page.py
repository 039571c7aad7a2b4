"""The full-screen page for an admin of a given name: `python -m tests.torture.page STATE NAME`.

The program itself takes the name from the operating system, which knows only one here; history tells the crowd apart.
"""

import sys
from pathlib import Path

from imgmodels_tui.app import open_page
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore

if __name__ == "__main__":
    locations = locate(Path(sys.argv[1]))
    store = FileStore(locations, load_catalog(), user=sys.argv[2], timeout=30)
    open_page(store, user_paths(locations), locations.settings)
