"""Has clients that nobody here wrote judge the real server; `make conformance` does. Needs Node.js and npm."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance import openai_document, openai_node

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))


def run(state: str, *arguments: str) -> str:
    """Run a command on the workspace; what it prints."""
    done = subprocess.run([IMGMODELS, "--state", state, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """A server in a process of its own; the address that it prints."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            found = re.search(r"http://\S+/v1", server.stderr.readline() if server.stderr else "")
            assert found is not None
            yield found[0]
        finally:
            server.terminate()


def main() -> int:
    """Let each judge speak to a server of its own; 1 where one of them finds a fault, or a known fault is not found."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.stderr.write("Node.js and npm are needed for this\n")
        return 1
    with TemporaryDirectory(prefix="imgmodels-conformance-") as name:
        folder = Path(name)
        state = f"{folder}/workspace.json"
        run(state, "enable", "flux-2-pro", "gpt-image-2")
        key = run(state, "keys", "add", "conformance")
        with serving(IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0") as url:
            judged = openai_node.judge(folder, npm, node, url, key)
        schemathesis, document = openai_document.prepare(folder, npm)
        with serving(IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0") as url:
            conforms = openai_document.judge(schemathesis, document, url, key)
        with serving(sys.executable, "-m", "tests.conformance.wrong_server") as url:
            sys.stdout.write("The same against a server whose answers are wrong, which has to be found:\n")
            sys.stdout.flush()
            finds_nothing = openai_document.judge(schemathesis, document, url, key, examples=5)
    if finds_nothing:
        sys.stderr.write("The judge found nothing wrong with a server whose answers are wrong\n")
    return int(not judged or not conforms or finds_nothing)


if __name__ == "__main__":
    sys.exit(main())
