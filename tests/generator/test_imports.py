"""Loading the generator's modules stays cheap, and free of everything that draws on a screen."""

import subprocess
import sys
from pathlib import Path

from imgmodels_tui.generator.images.gallery import save_picture
from tests.generator.conftest import blank, facts

LOADED = """
import sys
from pathlib import Path
from imgmodels_tui.generator import billing
from imgmodels_tui.generator.engines import interface, placeholder
from imgmodels_tui.generator.engines.hosts import accounts, engine, keys
from imgmodels_tui.generator.images import gallery, metadata, rendering
assert len(gallery.gallery(Path(sys.argv[1]))) == 1
heavy = {"PIL", "textual", "rich", "numpy", "httpx2", "google"}
print(*{name.partition(".")[0] for name in sys.modules} & heavy)
"""


def test_a_gallery_is_listed_and_hosts_are_known_without_pillow_textual_or_http(tmp_path: Path) -> None:
    save_picture(tmp_path, blank(), facts())
    run = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == ""
