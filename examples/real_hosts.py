"""Draws one image with each model whose host has a key here, to see whether a real host does what its documents say.

That costs what the hosts charge. `make hosts` runs it; models without a key are named and passed over.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.cli.context import Run
from imgmodels_tui.generator import GeneratorError
from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.engines.interface import Request
from imgmodels_tui.settings import load
from imgmodels_tui.workspace.file_store.locations import locate


def main() -> int:
    """Draw; how many models failed."""
    locations = locate()
    catalog = Run(locations).catalog if locations.state.exists() else load_catalog()
    accounts = HostAccounts(locations.settings, load(locations.settings).hosts)
    engine = HostEngine(accounts, placeholders=False)
    folder, failed = Path(mkdtemp(prefix="imgmodels-hosts-")), 0
    for model in catalog.models.values():
        host = catalog.hosts[model.host].name
        if (problem := accounts.problem(model, host)) is not None:
            sys.stdout.write(f"passed over  {model.name}: {problem}\n")
            continue
        request = Request("a red cube on a white table", model, 7, host=host)
        try:
            picture = engine.generate(request, progress=lambda _: None, cancelled=lambda: False)
        except GeneratorError as error:
            failed += 1
            sys.stdout.write(f"FAILED       {model.name}: {error}\n")
            continue
        path = folder / f"{model.id}{picture.media_type.suffix}"
        path.write_bytes(picture.data)
        reported = picture.reported.text if picture.reported else ""
        sys.stdout.write(f"drawn        {model.name}: {path}, {picture.width}x{picture.height} {reported}\n")
    return failed


if __name__ == "__main__":
    sys.exit(min(main(), 1))
