"""OpenAI's own client draws, an admin disables the model, and the next image says which one replaced it.

All of it happens in a temporary workspace; `make example` runs it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from openai import OpenAI

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))


def run(state: str, *arguments: str) -> str:
    """Run a command on the workspace and show it."""
    sys.stdout.write(f"$ imgmodels {' '.join(arguments)}\n")
    done = subprocess.run([IMGMODELS, "--state", state, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def draw(client: OpenAI) -> None:
    """Draw an image and say what drew it."""
    facts = (client.images.generate(prompt="a lighthouse at dusk").model_extra or {})["imgmodels"]
    instead = f" instead of {facts['instead_of']}" if facts["instead_of"] else ""
    sys.stdout.write(f"  client.images.generate(...): drawn with {facts['model']}{instead}\n")


def main() -> None:
    """Play it."""
    with TemporaryDirectory() as folder:
        state = f"{folder}/workspace.json"
        sys.stdout.write(f"{run(state, 'enable', 'flux-2-pro', 'gpt-image-2')}\n")
        key = run(state, "keys", "add", "example")
        command = [IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0"]
        (Path(folder) / "imgmodels").mkdir()
        (Path(folder) / "imgmodels" / "settings.toml").write_text('engine = "placeholder"\n')  # no host is asked
        environ = {**os.environ, "XDG_CONFIG_HOME": folder}
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as server:
            try:
                said = server.stderr.readline() if server.stderr else ""
                found = re.search(r"http://\S+/v1", said)
                if found is None:
                    sys.exit(said)
                client = OpenAI(base_url=found[0], api_key=key)
                draw(client)
                sys.stdout.write(f"{run(state, 'disable', 'flux-2-pro', '--replacement', 'gpt-image-2')}\n")
                time.sleep(1)  # the server follows within half a second
                draw(client)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
