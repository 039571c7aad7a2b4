"""What an admin can read up: a model's details, the page's remarks, the keys."""

import re

import pytest

from imgmodels_tui.workspace.rules import Enable
from imgmodels_tui.workspace.store import Store
from tests.screens.conftest import OpenPage

ON = Enable(("flux-2-pro", "flux-2-max"))


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("FLUX.2 Flex", "The maker is not always the host."),
        ("GPT Image 1", "GPT Image 2 is the only OpenAI image model hosted in the EU."),
        ("Recraft V3", "of 5, rough guidance, May 2026"),
        ("GPT Image 1", "Retired since 2026-10-23"),
        ("Gemini 3 Pro Image", "In preview from 2025-11-20"),
        ("FLUX.2 Max", "premium: billed against credits on the self-service plan"),
        ("FLUX.2 Pro", "÷ 1.1172 USD per euro + 20 %"),
    ],
)
async def test_details_answer_what_an_admin_asks(open_page: OpenPage, name: str, note: str) -> None:
    async with open_page(ON, size=(120, 60)) as page:
        await page.go_to(name)
        await page.press("enter")
        assert note in page.dialog_text()


async def test_details_stand_beside_the_list_where_there_is_room(open_page: OpenPage) -> None:
    async with open_page(ON, size=(200, 50)) as page:
        await page.go_to("GPT Image 2")
        assert "Provider's id" in page.text()
        assert "gpt-image-2, version 2026-04-21" in page.text()


async def test_details_can_be_scrolled_where_the_screen_is_low(open_page: OpenPage) -> None:
    async with open_page(ON, size=(80, 16)) as page:
        await page.go_to("GPT Image 1")
        await page.press("enter")
        assert "The maker is not" not in page.dialog_text()
        await page.press("end")
        assert "Global region." in page.dialog_text()


async def test_open_details_follow_a_change_by_somebody_else(open_page: OpenPage, bob: Store) -> None:
    async with open_page(ON) as page:
        await page.go_to("GPT Image 2")
        await page.press("enter")
        assert re.search(r"State +off", page.text())
        bob.update(Enable(("gpt-image-2",)))
        await page.poll()
        assert re.search(r"State +on", page.text())


@pytest.mark.parametrize(
    "remark",
    [
        "Status May 2026",
        "The maker is not always the host",
        "GPT Image 2 is the only OpenAI image model hosted in the EU.",
        "no substitute for a test on your own task",
        "1 € = 1.1172 USD",
        "billed against credits on this workspace's self-service plan",
    ],
)
async def test_the_page_explains_itself(open_page: OpenPage, remark: str) -> None:
    async with open_page(ON, size=(120, 60), keys="i") as page:
        assert remark in page.dialog_text()


@pytest.mark.parametrize("key", ["enter", "i", "question_mark", "c", "d"])
@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_every_dialog_opens_at_every_size_and_closes_with_esc(
    open_page: OpenPage, key: str, size: tuple[int, int]
) -> None:
    async with open_page(ON, size=size) as page:
        await page.press(key)
        assert page.dialog is not None
        await page.press("escape")
        assert page.dialog is None


async def test_the_keys_are_those_of_the_place_they_are_asked_in(open_page: OpenPage) -> None:
    async with open_page(ON, size=(120, 60), keys="question_mark") as page:
        text = page.dialog_text()
    for line in (
        "space Enable or disable the model",
        "enter Everything known of the model",
        "d Choose the default model",
        "D Make this one the default",
        "u Take back the last change; another's after asking",
        "c Image generation, plan and policy",
        "i What stars, hosts and prices mean",
        "y Copy the model's id",
        "[ Previous group",
        "] Next group",
        "q Leave the program",
    ):
        assert line in text
    assert "Forget models that left the catalog" not in text


async def test_asking_for_the_keys_twice_opens_them_once(open_page: OpenPage) -> None:
    async with open_page(ON, keys="question_mark question_mark escape") as page:
        assert page.dialog is None
