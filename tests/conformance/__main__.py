"""Runs clients that nobody here wrote against the real server; `make conformance` does. Needs Node.js and npm."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))
SCRIPT = Path(__file__).with_name("openai_node.mjs")


def run(state: str, *arguments: str) -> str:
    """Run a command on the workspace; what it prints."""
    done = subprocess.run([IMGMODELS, "--state", state, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def main() -> int:
    """Install OpenAI's library for Node.js in a folder to throw away, and run the script."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.stderr.write("Node.js and npm are needed for this\n")
        return 1
    with TemporaryDirectory(prefix="imgmodels-conformance-") as folder:
        subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "openai"], check=True
        )
        script = Path(folder) / SCRIPT.name
        script.write_text(SCRIPT.read_text())
        state = f"{folder}/workspace.json"
        run(state, "enable", "flux-2-pro", "gpt-image-2")
        key = run(state, "keys", "add", "conformance")
        command = [IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            try:
                found = re.search(r"http://\S+/v1", server.stderr.readline() if server.stderr else "")
                assert found is not None
                return subprocess.run([node, str(script), found[0], key], check=False).returncode
            finally:
                server.terminate()


if __name__ == "__main__":
    sys.exit(main())
