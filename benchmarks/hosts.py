"""What drawing with a host costs on this machine, beside what everybody pays who speaks HTTP: ratios within one run.

python benchmarks/hosts.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 15
IMAGES = 20
LOADED = "import asyncio, imgmodels_tui.generator.service"
"""What has been loaded long before an image is asked for."""

ADAPTERS = "import imgmodels_tui.generator.engines.hosts.drawing"
PLAIN = "import httpx2; httpx2.AsyncClient, httpx2.create_ssl_context"
STAND_IN = """
import sys, time
sys.path.insert(0, sys.argv[1])
from tests.generator.engines.hosts.stand_in import StandIn
with StandIn() as hosts:
    print(hosts.url, flush=True)
    sys.stdin.read()
"""


def cpu_of(code: str) -> float:
    """Seconds of CPU that a fresh Python takes for `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loading() -> None:
    """Compare loading the adapters with loading the HTTP library alone, in turns, from compiled files."""
    empty, plain, adapters = [], [], []
    for _ in range(ROUNDS):
        empty.append(cpu_of(LOADED))
        plain.append(cpu_of(f"{LOADED}; {PLAIN}"))
        adapters.append(cpu_of(f"{LOADED}; {ADAPTERS}"))
    base = min(empty)
    ratio = (min(adapters) - base) / (min(plain) - base)
    print(f"loading: httpx2 {1000 * (min(plain) - base):.0f} ms, adapters {1000 * (min(adapters) - base):.0f} ms CPU")
    print(f"  ratio {ratio:.2f} (at most 1.3)")


def own_share() -> None:
    """The CPU that one image of 1024x1024 takes here, from the request to the checked picture."""
    import time

    from imgmodels_tui.catalog import load_catalog
    from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
    from imgmodels_tui.generator.engines.hosts.engine import HostEngine
    from imgmodels_tui.generator.engines.interface import Request

    root = Path(__file__).resolve().parent.parent
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", STAND_IN, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as hosts,
    ):
        assert hosts.stdout is not None
        assert hosts.stdin is not None
        url = hosts.stdout.readline().strip()
        key = "a-secret-key-of-this-test"
        environ = {"AZURE_OPENAI_API_KEY": key, "AZURE_OPENAI_ENDPOINT": url, "BFL_API_KEY": key, "BFL_BASE_URL": url}
        engine = HostEngine(HostAccounts(Path(folder) / "settings.toml", {}, environ), placeholders=False)
        catalog = load_catalog()
        for name in ("gpt-image-2", "flux-2-max"):
            model = catalog.models[name]
            taken = []
            for number in range(IMAGES + 1):
                request = Request("a lamp", model, number, host=catalog.hosts[model.host].name)
                began = time.process_time()
                engine.generate(request, progress=lambda _: None, cancelled=lambda: False)
                taken.append(1000 * (time.process_time() - began))
            print(f"own share, {name}: median {statistics.median(taken[1:]):.0f} ms CPU an image (at most 60)")
        hosts.stdin.close()


if __name__ == "__main__":
    loading()
    own_share()
