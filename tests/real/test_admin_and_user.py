"""An admin and a user on one workspace at once, each in a terminal of their own."""

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.store import Store
from tests.real.conftest import Start

pytestmark = pytest.mark.real


def test_what_the_admin_changes_the_user_meets_at_once(start: Start, store: Store) -> None:
    store.update(rules.Enable(("flux-2-pro", "flux-2-flex")))
    with start() as admin, start("--as-user") as user:
        admin.until("Default model", "FLUX.2 Flex")
        user.until("Image generator", "Next image  FLUX.2 Pro", "user")
        assert "Models" not in user.text()

        # The user draws, and chooses another model for the session.
        user.type("a lighthouse\r")
        user.until("€0.032, included in the plan:", "a-lighthouse.png")
        user.type("\x0f")
        user.until("Model of session main", "❯ FLUX.2 Pro")
        user.type("\x1b[B")
        user.until("❯ FLUX.2 Flex")
        user.type("\r")
        user.until("Next image  FLUX.2 Flex")
        user.until_gone("Model of session main")

        # The admin takes that model away, and is told what that does.
        admin.type("jj ")
        admin.until("FLUX.2 Flex disabled; 1 session of 1 user will switch to FLUX.2 Pro")
        user.until("FLUX.2 Flex is no longer available; the next image uses FLUX.2 Pro")
        user.type("\r")
        user.until("FLUX.2 Flex is no longer available; this session now uses FLUX.2 Pro")

        # Image generation off closes the user's page, whatever stands open over it.
        user.type("\x0f")
        user.until("Model of session main")
        admin.type("c")
        admin.until("Product configuration")
        admin.type(" ")
        admin.until("1 session of 1 user cannot draw until it is on again")
        admin.type("\r")
        user.until("Image generation is off")
        user.until_gone("Model of session main", "Next image")
        admin.until("users see no image generator")
        admin.type(" ")
        user.until("Next image  FLUX.2 Pro")
        user.until_gone("Image generation is off")

        admin.type("\x1b")
        admin.until("Default model")
        admin.until_gone("Product configuration")
        user.type("\x11")
        assert user.exit_code() == 0
        admin.type("q")
        assert admin.exit_code() == 0
    assert store.read().enabled_models == {"flux-2-pro"}
