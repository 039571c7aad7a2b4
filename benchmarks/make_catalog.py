"""Makes a folder with a catalog of N models: the `catalog.d` beside a workspace's state.

The models are copies of the bundled ones under other names, so that makers, hosts, prices and badges are mixed as in
the real catalog. The same N gives the same files.
"""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from imgmodels_tui.catalog import load_catalog

LEFT_OUT = {"id", "notes"}


def table(number: int, values: dict[str, Any]) -> str:
    """One model in TOML."""
    lines = [f"[models.bench-{number:05}]"]
    lines += [f"{key} = {written(key, value)}" for key, value in values.items() if key not in LEFT_OUT]
    return "\n".join(lines) + "\n"


def written(key: str, value: Any) -> str:
    """A value in TOML; figures and dates come as text and are written bare."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {written(name, inner)}" for name, inner in value.items()) + " }"
    bare = key == "amount" or key in {"released", "retires_on", "preview_until"}
    return str(value) if bare else json.dumps(value, ensure_ascii=False)


def make(folder: Path, count: int) -> None:
    """Write the folder; the bundled models count, so that N models are in the list."""
    bundled = list(load_catalog().models.values())
    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for number in range(count - len(bundled)):
        like = bundled[number % len(bundled)]
        values = like.to_json(defaults=False, nones=False)
        if like.list_price is not None:
            dearer = like.list_price.amount + Decimal(number % 97) / 1000
            values["list_price"] = {**values["list_price"], "amount": str(dearer)}
        tables.append(table(number, {**values, "name": f"{like.name} {number:05}"}))
    (folder / "bench.toml").write_text("\n".join(tables), "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.count)
    print(f"{arguments.folder}: {arguments.count} models with the bundled ones")
