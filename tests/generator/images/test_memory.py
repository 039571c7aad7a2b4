"""A reference image takes a bounded amount of memory, whatever its shape: measured by the peak of a process."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from imgmodels_tui.generator.images.decode import decode

MOST = 300 * 1024
"""KiB of a process that decodes one image, the interpreter and the libraries included."""

DECODE = """
import sys
from pathlib import Path
from imgmodels_tui.generator.images.decode import DecodeError, decode

try:
    print(decode(Path(sys.argv[1]).read_bytes(), 1024).size)
except DecodeError as error:
    print(error)
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak like this")
@pytest.mark.parametrize(
    ("size", "mode", "format_", "said"),
    [
        ((65500, 760), "RGB", "PNG", "(1024, 12)"),
        ((760, 65500), "RGBA", "PNG", "(12, 1024)"),
        ((65500, 760), "RGB", "JPEG", "(1024, 12)"),
        ((7071, 7071), "RGBA", "PNG", "(1024, 1024)"),
        ((7071, 7071), "I;16", "PNG", "(1024, 1024)"),
        ((65500, 760), "P", "GIF", "(1024, 12)"),
        ((3600, 3600), "RGBA", "WEBP", "(1024, 1024)"),
        ((1, 49_999_999), "L", "PNG", "a side of more than 65535 pixels: reduce it first"),
        ((49_999_999, 1), "L", "PNG", "a side of more than 65535 pixels: reduce it first"),
    ],
    ids=str,
)
def test_an_image_of_any_shape_takes_a_bounded_amount_of_memory(
    tmp_path: Path, size: tuple[int, int], mode: str, format_: str, said: str
) -> None:
    file = tmp_path / "image"
    make = f"""
from PIL import Image
Image.new({mode!r}, {size!r}).save({str(file)!r}, {format_!r})
"""
    subprocess.run([sys.executable, "-c", make], check=True)  # so that this process does not grow
    run = subprocess.run([sys.executable, "-c", DECODE, file], capture_output=True, text=True, check=True)
    found, peak = run.stdout.splitlines()
    assert found == said
    assert int(peak) < MOST


def test_tiles_leave_no_seam(tmp_path: Path) -> None:
    """A gradient that was taken apart and put together is as smooth as before."""
    gradient = Image.linear_gradient("L").resize((4001, 2999)).convert("RGB")
    file = tmp_path / "gradient.png"
    gradient.save(file)
    reduced = decode(file.read_bytes(), 500)
    expected = gradient.resize(reduced.size, Image.Resampling.BOX)
    worst = max(abs(a - b) for a, b in zip(reduced.tobytes(), expected.tobytes(), strict=True))
    assert worst <= 3
