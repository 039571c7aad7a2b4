"""The product configuration: image generation, the plan, and what the page says about both."""

from imgmodels_tui.workspace.rules import Configure, Enable
from imgmodels_tui.workspace.state import Plan
from tests.screens.conftest import OpenPage

ON = Enable(("flux-2-pro", "flux-2-max"))
OFF = Configure(image_generation=False)
WARNING = "▲ Image generation is off: users see no image generator"


async def test_image_generation_off_is_warned_about_with_the_way_to_the_configuration(open_page: OpenPage) -> None:
    async with open_page(ON, OFF) as page:
        line = page.lines[page.index_of(WARNING)[1]]
        assert line.endswith("c configuration")


async def test_image_generation_on_is_not_warned_about(open_page: OpenPage) -> None:
    async with open_page(ON) as page:
        assert "Image generation is off" not in page.text()


async def test_c_and_space_turn_image_generation_on_and_the_warning_leaves(open_page: OpenPage) -> None:
    async with open_page(ON, OFF, keys="c") as page:
        assert "Product configuration" in page.text()
        await page.press("space")
        assert page.state()["image_generation"] is True
        assert page.dialog is not None
        await page.press("escape")
        assert WARNING not in page.text()
        assert page.notice == "Image generation turned on"


async def test_the_settings_can_be_changed_while_image_generation_is_off(open_page: OpenPage) -> None:
    async with open_page(ON, OFF) as page:
        await page.go_to("GPT Image 2")
        await page.press("space")
        assert "gpt-image-2" in page.enabled


async def test_the_plan_decides_what_is_said_of_premium(open_page: OpenPage) -> None:
    async with open_page(ON, size=(120, 60)) as page:
        assert "Premium: billed against credits" in page.text()
        await page.press("c", "down", "enter")
        assert "premium models are included" in page.text()
        assert page.state()["plan"] == "enterprise"
        await page.go_to("FLUX.2 Max")
        await page.press("escape", "enter")
        assert "premium: included on the enterprise plan, which this workspace has" in page.dialog_text()


async def test_an_enterprise_page_says_that_premium_is_included(open_page: OpenPage) -> None:
    async with open_page(ON, Configure(plan=Plan.ENTERPRISE), size=(120, 60)) as page:
        assert "Premium: included (enterprise)" in page.text()
        await page.press("i")
        assert "included on this workspace's enterprise plan" in page.dialog_text()


async def test_two_quick_presses_switch_a_setting_there_and_back(open_page: OpenPage) -> None:
    async with open_page(ON, keys="c down") as page:
        await page.press_at_once("space", "space")
        assert page.state()["plan"] == "self_service"
        assert page.state()["revision"] == 3


async def test_a_click_on_a_setting_switches_it(open_page: OpenPage) -> None:
    async with open_page(ON, keys="c") as page:
        await page.click("self-service")
        assert page.state()["plan"] == "enterprise"


async def test_esc_leaves_the_configuration_as_it_is(open_page: OpenPage) -> None:
    async with open_page(ON) as page:
        before = page.content()
        await page.press("c", "down", "escape")
        assert page.dialog is None
        assert page.content() == before
