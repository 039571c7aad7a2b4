"""OpenAI's library for Node.js, with the requests that LibreChat makes of it."""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("openai_node.mjs")


def judge(folder: Path, npm: str, node: str, url: str, key: str) -> bool:
    """Install the library in a folder to throw away, and run the script; whether it was content."""
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "openai"]
    subprocess.run(install, check=True)
    script = folder / SCRIPT.name
    script.write_text(SCRIPT.read_text())
    return subprocess.run([node, str(script), url, key], check=False).returncode == 0
