"""What can be asked of an engine, and what is refused before one starts."""

import pytest
from PIL import Image

from imgmodels_tui.generator import PromptError, ReferenceImageError
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, SEED_LIMIT, Request, fresh_seed
from tests.generator.conftest import NO_REFERENCE, RASTER, reference


@pytest.mark.parametrize(
    ("prompt", "complaint"),
    [
        ("", "empty"),
        (" \t\r\n\u2003", "empty"),
        ("x" * (PROMPT_LIMIT + 1), f"at most {PROMPT_LIMIT}"),
        ("\x1b]52;c;aGk=\x07" * 1_000_000, f"at most {PROMPT_LIMIT}"),
        ("undecodable \udcff", "UTF-8"),
    ],
    ids=["nothing", "blanks", "one too many", "megabytes", "surrogate"],
)
def test_a_prompt_that_cannot_be_drawn_is_refused_in_one_line(prompt: str, complaint: str) -> None:
    with pytest.raises(PromptError, match=complaint) as refused:
        Request(prompt, RASTER, 1)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


def test_the_longest_prompt_is_accepted() -> None:
    assert Request("x" * PROMPT_LIMIT, RASTER, 1).prompt == "x" * PROMPT_LIMIT


@pytest.mark.parametrize("seed", [-1, SEED_LIMIT])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed must be from 0"):
        Request("a boat", RASTER, seed)


def test_a_model_without_reference_editing_refuses_a_reference() -> None:
    with pytest.raises(ReferenceImageError, match=r"^FLUX 1.1 Pro takes no reference image: ") as refused:
        Request("a boat", NO_REFERENCE, 1, (reference(Image.new("RGB", (4, 4))),))
    assert str(refused.value).isprintable()


def test_fresh_seeds_are_valid_and_differ() -> None:
    seeds = {fresh_seed() for _ in range(20)}
    assert len(seeds) > 15
    assert all(0 <= seed < SEED_LIMIT for seed in seeds)
