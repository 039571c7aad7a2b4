"""How soon and how cheaply the program answers, as ratios within one run; writes `benchmarks/results.md`.

Nothing here is a test: times depend on the machine and on what else it does. Bytes do not; tests hold them.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))
from make_catalog import make

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import Plan
from terminal import Answer, Link, Tty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = Path(__file__).parent
IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))
RIVALS = [sys.executable, str(HERE / "rivals.py")]
RUNS = 7
LINK = Link(rate=8000, round_trip=0.2)
"""64 kbit/s, 200 ms there and back."""
lines: list[str] = []


def say(text: str = "") -> None:
    print(text, flush=True)
    lines.append(text)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    say("| " + " | ".join(headings) + " |")
    say("|" + "---|" * len(headings))
    for row in rows:
        say("| " + " | ".join(str(cell) for cell in row) + " |")
    say()


def times(value: float, of: float) -> str:
    return f"{value / of:.2f}×"


def alternating(*measures: Callable[[], float]) -> list[float]:
    """The median of each, measured in turn, so that a busy moment falls on all of them."""
    rounds = [[measure() for measure in measures] for _ in range(RUNS)]
    return [median(values) for values in zip(*rounds, strict=True)]


def command(*words: str) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=ENVIRON)
        return (time.perf_counter() - started) * 1000

    return run


def first_frame(words: Sequence[str], shown: str) -> Callable[[], float]:
    def run() -> float:
        with Tty(words) as program:
            return program.until(shown)

    return run


ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def page(state: Path) -> list[str]:
    return [IMGMODELS, "--state", str(state)]


def start(small: Sequence[str], large: Sequence[str]) -> None:
    say("## Start\n")
    pydantic, listing = alternating(command(sys.executable, "-c", "import pydantic"), command(*small, "list", "--json"))
    bare, page14, page10k = alternating(
        first_frame([*RIVALS, "bare"], "model-00000"), first_frame(small, "FLUX"), first_frame(large, "FLUX")
    )
    table(
        ["what", "ms", "ratio", "budget"],
        [
            ['`python -c "import pydantic"`', f"{pydantic:.0f}", "1", ""],
            ["`imgmodels list --json`", f"{listing:.0f}", times(listing, pydantic), "1.5×"],
            ["first frame of a bare Textual app", f"{bare:.0f}", "1", ""],
            ["first frame of the page, 14 models", f"{page14:.0f}", times(page14, bare), "1.5×"],
            ["first frame of the page, 10,000 models", f"{page10k:.0f}", f"{times(page10k, page14)} of 14", "1.5×"],
        ],
    )


def answers(program: Tty, keys: str) -> list[Answer]:
    return [program.press(key) for key in keys.split()]


def figures(found: Sequence[Answer]) -> tuple[float, float, float]:
    """Median bytes, median and 95th percentile of milliseconds."""
    spans = [answer.ms for answer in found]
    return median(answer.size for answer in found), median(spans), quantiles(spans, n=20)[-1]


STORIES = {
    "cursor": ("", "down down down up down down down up down down down up"),
    "page down": ("", "pagedown pageup pagedown pageup pagedown pageup"),
    "toggle": ("down", "space space space space space space"),
    "filter character": ("/", "g e m i n i backspace backspace backspace backspace backspace backspace"),
    "open a dialog": ("", "d escape d escape d escape"),
}


def whole_row(small: Sequence[str]) -> None:
    """Say what a step of the cursor would cost if the whole row under it were set off; few rows, so no details."""
    sizes = []
    for words in (small, [sys.executable, str(HERE / "whole_row.py"), *small[1:]]):
        with Tty(words, size=(120, 30)) as program:
            program.until("FLUX")
            program.settle()
            sizes.append(figures(answers(program, STORIES["cursor"][1]))[0])
    marker, row = sizes
    say(f"With the whole row under the cursor set off, a step would cost {row:.0f} bytes, {times(row, marker)} of the")
    say("marker's; the budget for it is 2×, so the cursor stays a marker.\n")


def keys(small: Sequence[str], middle: Sequence[str], large: Sequence[str]) -> None:
    say("## Keys\n")
    say("Fourteen models need no second page, so pages are turned with 200.\n")
    rows = []
    for name, (before, story) in STORIES.items():
        found: tuple[list[Answer], list[Answer]] = ([], [])
        with Tty(middle if name == "page down" else small) as few, Tty(large) as many:
            for program in (few, many):
                program.until("FLUX")
                program.settle()
                answers(program, before)
            for key in story.split() * 2:  # in turn, so that a busy moment falls on both
                for program, noted in zip((few, many), found, strict=True):
                    noted.append(program.press(key))
        (size, ms, slow), (size10k, ms10k, slow10k) = map(figures, found)
        rows.append([name, f"{size:.0f}", f"{size10k:.0f}", f"{ms:.0f} / {slow:.0f}", f"{ms10k:.0f} / {slow10k:.0f}",
                     times(ms10k, ms)])  # fmt: skip
    table(["key", "bytes, 14", "bytes, 10,000", "ms p50 / p95, 14", "ms p50 / p95, 10,000", "time ratio"], rows)
    whole_row(small)
    say("Beside them, a step of the cursor:\n")
    rivals = {"`OptionList` of 200 rows": [*RIVALS, "options"], "curses list of 200 rows": [*RIVALS, "curses"]}
    rivals |= {name: [name] for name in ("htop", "harlequin", "posting") if shutil.which(name)}
    rows = []
    for name, words in rivals.items():
        with Tty(words) as program:
            time.sleep(5)  # some take seconds until they listen
            program.settle()
            story = "j j j k j j j k" if name.startswith("curses") else "down down down up down down down up"
            size, ms, slow = figures(answers(program, story))
            told = [f"{size:.0f}", f"{ms:.0f} / {slow:.0f}"]
            rows.append([name, *(told if size else ["–", "its first screen has no cursor to move"])])
    missing = [name for name in ("htop", "harlequin", "posting") if not shutil.which(name)]
    table(["program", "bytes", "ms p50 / p95"], rows)
    if missing:
        say(f"Not installed here: {', '.join(missing)}.\n")


def memory(small: Sequence[str], large: Sequence[str]) -> None:
    say("## Memory\n")
    found = []
    for words, shown in (([*RIVALS, "bare"], "model-00000"), (small, "FLUX"), (large, "FLUX")):
        with Tty(words) as program:
            program.until(shown)
            program.settle()
            found.append(program.megabytes())
    bare, page14, page10k = found
    table(
        ["program", "MB", "ratio", "budget"],
        [
            ["bare Textual app", f"{bare:.0f}", "1", ""],
            ["page, 14 models", f"{page14:.0f}", times(page14, bare), ""],
            ["page, 10,000 models", f"{page10k:.0f}", times(page10k, bare), "2.5×"],
        ],
    )


def long_history(folder: Path) -> None:
    say("## A long history\n")
    say("A workspace with a million changes, of a thousand: median time and peak memory. The budget is 1.5×.\n")
    homes = {changes: make_history(folder / str(changes), changes) for changes in (1000, 1_000_000)}
    rows = []
    for label, *words in (("`history -n 3`", "history", "-n", "3"), ("`doctor`", "doctor"), ("`status`", "status")):
        runs = [command(IMGMODELS, "--state", str(state), *words) for state in homes.values()]
        short, long = alternating(*runs)
        kib = [measured(IMGMODELS, "--state", str(state), *words)[1] for state in homes.values()]
        rows.append([label, f"{short:.0f}", f"{long:.0f}", times(long, short), times(kib[1], kib[0])])
    recovered = []
    for state in homes.values():
        state.write_text("{")
        recovered.append(measured(IMGMODELS, "--state", str(state), "recover", "--yes"))
    (short, short_kib), (long, long_kib) = recovered
    rows.append(["`recover`", f"{short:.0f}", f"{long:.0f}", times(long, short), times(long_kib, short_kib)])
    table(["command", "ms, 1,000", "ms, 1,000,000", "time", "memory"], rows)


def make_history(folder: Path, changes: int) -> Path:
    """A workspace whose plan was changed to and fro."""
    store = FileStore(locate(folder / "workspace.json"), load_catalog())
    state = store.update(rules.Enable(("flux-2-pro",))).state
    plans = ("enterprise", "self_service")
    with store.locations.history.open("a") as history:
        for revision in range(2, changes + 1):
            before, after = plans[(revision + 1) % 2], plans[revision % 2]
            plan = {"from": before, "to": after}
            line = {"revision": revision, "at": "2026-01-01T00:00:00Z", "by": "alice", "action": "config", "plan": plan}
            history.write(json.dumps(line) + "\n")
    document = {**state.to_json(), "revision": changes, "plan": after, "last_change": line}
    store.path.write_text(json.dumps(document))
    store.update(rules.Enable(("flux-2-max",)))
    return store.path


def measured(*words: str) -> tuple[float, int]:
    """How long a command took, in ms, and the most memory that it took, in KiB."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=ENVIRON)
    _, _, usage = os.wait4(process.pid, 0)
    return (time.perf_counter() - started) * 1000, usage.ru_maxrss


def burst() -> None:
    say("## A burst of keys\n")
    say("4,000 keys at once, until the program has handled all of them; the budget is 1.5×.\n")
    found = {}
    for name, words, shown, keys_ in (
        ("list, bare", [*RIVALS, "options"], "model-00000", b"jk" * 2000 + b"q"),
        ("list", None, "FLUX", b"jk" * 2000 + b"q"),
        ("field, bare", [*RIVALS, "field"], "field", b"jk" * 2000 + b"\r"),
        ("filter", None, "FLUX", b"/" + b"jk" * 2000 + b"\rq"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = alternating(handled(words or page(Path(folder) / "workspace.json"), shown, keys_))[0]
    table(
        ["keys", "ms", "of bare Textual"],
        [
            ["`j` and `k` in a list", f"{found['list']:.0f}", times(found["list"], found["list, bare"])],
            ["4,000 letters in a filter", f"{found['filter']:.0f}", times(found["filter"], found["field, bare"])],
        ],
    )


def open_for_long() -> None:
    say("## A page that is open for long\n")
    say("The page of History under 2,000 changes by another admin, as fast as they can be made.\n")
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "workspace.json"
        store = FileStore(locate(state), load_catalog(), user="bob")
        store.update(rules.Enable(("flux-2-pro",)))
        with Tty(page(state)) as program:
            program.until("FLUX")
            program.press("6")
            found = [program.megabytes()]
            for number in range(2000):
                store.update(rules.Configure(plan=Plan.SELF_SERVICE if number % 2 else Plan.ENTERPRISE))
                if number % 100 == 0:
                    program.settle()
            found.append(program.megabytes())
    table(["when", "MB"], [["at the beginning", f"{found[0]:.0f}"], ["at the end", f"{found[1]:.0f}"]])


def handled(words: Sequence[str], shown: str, keys_: bytes) -> Callable[[], float]:
    """The time until a program has ended that is sent keys, and then one that ends it."""

    def run() -> float:
        with Tty(words) as program:
            program.until(shown)
            program.settle()
            return program.until_ended(keys_)

    return run


def change(small: Sequence[str], state: Path) -> None:
    say("## A change\n")
    content = state.read_bytes()

    def bare_write() -> float:
        started = time.perf_counter()
        descriptor, name = tempfile.mkstemp(dir=state.parent)
        os.write(descriptor, content)
        os.fsync(descriptor)
        os.close(descriptor)
        Path(name).replace(state.with_name("bare.json"))
        return (time.perf_counter() - started) * 1000

    with Tty(small) as program:
        program.until("FLUX")
        program.settle()
        frame = median(answer.ms for answer in answers(program, "down up down up down"))
        pairs = [(bare_write(), program.press("space").ms) for _ in range(12)]
    write, toggle = (median(values) for values in zip(*pairs, strict=True))
    table(
        ["what", "ms"],
        [
            ["fsync and rename of the same bytes", f"{write:.1f}"],
            ["a step of the cursor, drawn", f"{frame:.1f}"],
            ["`space` to the durable file and the drawn toggle", f"{toggle:.1f}"],
            ["that, of twice the write plus a frame at 60 Hz", times(toggle, 2 * write + 1000 / 60)],
            ["that, of twice the write plus a step of the cursor", times(toggle, 2 * write + frame)],
        ],
    )


def slow_link(small: Sequence[str]) -> None:
    say("## A bad link\n")
    say("A pseudo-terminal read at 64 kbit/s; 200 ms there and back are added to each answer. Milliseconds until the")
    say("answer is whole.\n")
    steps = {
        "walk the list (each step)": "down down down down",
        "page down": "pagedown",
        "page up": "pageup",
        "open the dialog": "d",
        "close it": "escape",
        "(go to a model that is not the default)": "down",
        "toggle": "space space space",
        "filter (each character)": "/ g e m",
    }
    found: dict[str, list[str]] = {name: [] for name in steps}
    with Tty(small, LINK) as program:
        first = program.until("FLUX")
        program.settle()
        for name, story in steps.items():
            found[name].append(f"{median(answer.ms for answer in answers(program, story)):.0f}")
    with Tty([*RIVALS, "options"], LINK) as program:
        first_other = program.until("model-00030")
        program.settle()
        for name in list(steps)[:3]:
            found[name].append(f"{median(answer.ms for answer in answers(program, steps[name])):.0f}")
    rows = [["start, until the list is there", f"{first:.0f}", f"{first_other:.0f}"]]
    told = {name: times for name, times in found.items() if not name.startswith("(")}
    rows += [[name, ours[0], ours[1] if len(ours) > 1 else "–"] for name, ours in told.items()]
    table(["what", "this program", "`OptionList` of 200 rows"], rows)


def main() -> None:
    cpu = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.processor())  # fmt: skip
    say("# Results of `make bench`\n")
    say(f"{datetime.now(UTC):%Y-%m-%d}, {cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()},")
    load = os.getloadavg()[0]
    say(f"Python {platform.python_version()}; 120×40, 24-bit colours, medians. Load at the start: {load:.1f}.")
    say()
    with tempfile.TemporaryDirectory() as folder:
        states = [Path(folder) / name / "workspace.json" for name in ("small", "middle", "large")]
        for state in states:  # each its own: a program that follows another one's changes does more than it is asked
            FileStore(locate(state), load_catalog()).update(rules.Enable(("flux-2-pro", "flux-2-klein", "gpt-image-2")))
        os.environ["XDG_CACHE_HOME"] = ENVIRON["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        os.environ["XDG_CONFIG_HOME"] = ENVIRON["XDG_CONFIG_HOME"] = str(Path(folder) / "config")
        for state, size in zip(states[1:], (200, 10_000), strict=True):
            make(locate(state).catalog, size)
        small, middle, large = map(page, states)
        for words in (small, middle, large):
            command(*words, "status")()  # so that the catalog is kept, as it is after anybody's first start
        start(small, large)
        keys(small, middle, large)
        memory(small, large)
        change(small, states[0])
        slow_link(small)
        long_history(Path(folder) / "histories")
        burst()
        open_for_long()
    (HERE / "results.md").write_text("\n".join(lines).rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
