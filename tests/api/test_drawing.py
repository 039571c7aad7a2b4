"""Programs obey: what is drawn for them, with which model, in whose session (R10 to R13, R20)."""

import base64
from pathlib import Path

import pytest

from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.sessions.counts import count_sessions
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.state import Plan
from tests.api.conftest import Asking
from tests.generator.conftest import blank

PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_default_is_drawn_where_no_model_is_named(asking: Asking) -> None:
    async with asking() as client:
        answer = await client.post({"prompt": "a lamp"})
        assert answer.json()["imgmodels"]["model"] == "flux-2-pro"
        assert answer.headers["x-imgmodels-model"] == "flux-2-pro"
        assert answer.headers["x-imgmodels-switched"] == "false"
        assert "x-imgmodels-instead-of" not in answer.headers
        assert base64.b64decode(answer.json()["data"][0]["b64_json"]).startswith(PNG)


async def test_a_session_keeps_its_model_when_the_default_changes(asking: Asking) -> None:
    async with asking() as client:
        await client.draw()
        await client.change(rules.SetDefault("gpt-image-2"))
        assert (await client.draw())["model"] == "flux-2-pro"
        assert (await client.draw(x_imgmodels_session="new"))["model"] == "gpt-image-2"


async def test_a_session_switches_when_its_model_is_disabled_and_says_so(asking: Asking) -> None:
    async with asking() as client:
        await client.draw()
        await client.change(rules.Disable(("flux-2-pro",), "gpt-image-2"))
        said = await client.draw()
        assert (said["model"], said["instead_of"], said["switched"]) == ("gpt-image-2", "flux-2-pro", True)
        said = await client.draw()
        assert (said["model"], said["instead_of"], said["switched"]) == ("gpt-image-2", None, False)


async def test_a_model_that_is_off_and_was_never_held_is_refused(asking: Asking) -> None:
    async with asking() as client:
        assert await client.refusal("recraft-v3") == (403, "model_not_enabled")
        await client.draw()
        assert await client.refusal("recraft-v3") == (403, "model_not_enabled")


async def test_a_model_that_it_was_switched_away_from_means_the_present_one(asking: Asking) -> None:
    async with asking() as client:
        await client.draw("flux-2-pro")
        await client.change(rules.Disable(("flux-2-pro",), "gpt-image-2"))
        first = await client.draw("flux-2-pro")
        assert (first["model"], first["instead_of"], first["switched"]) == ("gpt-image-2", "flux-2-pro", True)
        again = await client.draw("flux-2-pro")
        assert (again["model"], again["instead_of"], again["switched"]) == ("gpt-image-2", "flux-2-pro", False)
        assert await client.refusal("flux-2-pro", x_imgmodels_session="another") == (403, "model_not_enabled")
        await client.change(rules.Enable(("flux-2-pro",)))
        assert (await client.draw("flux-2-pro"))["model"] == "flux-2-pro"


async def test_a_model_that_nobody_knows_is_not_found(asking: Asking) -> None:
    async with asking() as client:
        answer = await client.post({"prompt": "a lamp", "model": "flux-2-por"})
        assert answer.status_code == 404
        assert "did you mean flux-2-pro?" in answer.json()["error"]["message"]


async def test_nothing_is_drawn_while_image_generation_is_off(asking: Asking) -> None:
    async with asking() as client:
        await client.change(rules.Configure(image_generation=False))
        assert await client.refusal() == (403, "image_generation_off")
        assert (await client.http.get("/v1/models")).json() == {"object": "list", "data": []}
        await client.change(rules.Configure(image_generation=True))
        await client.draw()


async def test_enabled_models_are_listed_the_default_first(asking: Asking) -> None:
    async with asking("flux-2-klein", "gpt-image-2", "flux-2-pro") as client:
        await client.change(rules.SetDefault("gpt-image-2"))
        listed = (await client.http.get("/v1/models")).json()["data"]
        assert [model["id"] for model in listed] == ["gpt-image-2", "flux-2-pro", "flux-2-klein"]
        assert (await client.http.get("/v1/models/flux-2-pro")).json()["owned_by"] == "Black Forest Labs"
        assert (await client.http.get("/v1/models/recraft-v3")).status_code == 403
        assert (await client.http.get("/v1/models/nothing")).status_code == 404


async def test_each_key_has_sessions_of_its_own_and_admins_count_them(asking: Asking) -> None:
    async with asking() as client:
        await client.draw("gpt-image-2")
        _, other = asking.keys.add("you", by="alice", at=client.store.read().last_change.at)  # type: ignore[union-attr]
        assert (await client.draw(authorization=f"Bearer {other}"))["model"] == "flux-2-pro"
        counts = count_sessions(client.store.locations.sessions)
        assert counts.all.text == "2 sessions of 2 users"
        assert counts.count_for(["gpt-image-2"]).sessions == 1
        assert counts.warnings == ()


async def test_only_a_front_end_speaks_for_its_users(asking: Asking) -> None:
    users = {"x_openwebui_user_id": "ada"}, {"x_openwebui_user_id": "bob"}
    async with asking(front_end=True) as client:
        await client.draw("gpt-image-2", **users[0])
        assert (await client.draw(**users[1]))["model"] == "flux-2-pro"
        assert (await client.draw(**users[0]))["model"] == "gpt-image-2"
        assert count_sessions(client.store.locations.sessions).all.text == "2 sessions of 2 users"


async def test_any_other_key_speaks_for_itself_alone(asking: Asking) -> None:
    async with asking() as client:
        await client.draw("gpt-image-2", x_openwebui_user_id="ada")
        assert (await client.draw(x_openwebui_user_id="bob"))["model"] == "gpt-image-2"


@pytest.mark.parametrize("name", ["drafts", "x" * 500, "a\tb", "über", "../../etc/passwd"])
async def test_whatever_a_client_calls_its_session_is_one(asking: Asking, name: str) -> None:
    async with asking() as client:
        body = {"prompt": "a lamp", "model": "gpt-image-2", "user": name}
        assert (await client.post(body)).status_code == 200
        del body["model"]
        assert (await client.post(body)).json()["imgmodels"]["model"] == "gpt-image-2"


async def test_a_client_with_very_many_sessions_forgets_the_first(asking: Asking) -> None:
    async with asking() as client:
        for number in range(202):
            assert (await client.post({"prompt": "x", "user": f"user {number}", "seed": 1})).status_code == 200
        assert count_sessions(client.store.locations.sessions).all.sessions == 200


async def test_a_reference_that_the_model_cannot_take_changes_no_session(asking: Asking) -> None:
    async with asking("flux-2-pro", "flux-1.1-pro") as client:
        await client.draw()
        files = [("image", ("a.png", blank().data, "image/png"))]
        data = {"prompt": "x", "model": "flux-1.1-pro"}
        answer = await client.http.post("/v1/images/edits", data=data, files=files)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unsupported_image")
        assert (await client.draw())["model"] == "flux-2-pro"


@pytest.mark.parametrize("field", ["image", "image[]"])
async def test_several_references_are_taken_up_to_the_limit_of_the_model(asking: Asking, field: str) -> None:
    async with asking("flux-2-klein") as client:
        files = [(field, (f"{number}.png", blank().data, "image/png")) for number in range(4)]
        answer = await client.http.post("/v1/images/edits", data={"prompt": "x"}, files=files)
        assert answer.status_code == 200
        answer = await client.http.post("/v1/images/edits", data={"prompt": "x"}, files=[*files, files[0]])
        assert answer.status_code == 400
        assert "takes at most 4 reference images, not 5" in answer.json()["error"]["message"]


async def test_images_come_in_data_urls_too(asking: Asking) -> None:
    async with asking() as client:
        url = "data:image/png;base64," + base64.b64encode(blank().data).decode()
        answer = await client.post({"prompt": "x", "images": [{"image_url": url}]}, path="edits")
        assert answer.status_code == 200


async def test_several_images_are_several_and_the_same_seed_draws_the_same(asking: Asking) -> None:
    async with asking() as client:
        body = {"prompt": "a lamp", "n": 2, "seed": 7}
        first = (await client.post(body)).json()
        assert len({image["b64_json"] for image in first["data"]}) == 2
        assert (await client.post(body)).json()["data"] == first["data"]
        assert first["imgmodels"]["cost_eur"] == "0.0644"


async def test_a_vector_is_given_as_a_data_url_too(asking: Asking) -> None:
    async with asking("recraft-v3-svg") as client:
        (image,) = (await client.post({"prompt": "a logo"})).json()["data"]
        assert image["url"].startswith("data:image/svg+xml;base64,")


async def test_billing_follows_the_plan(asking: Asking) -> None:
    async with asking() as client:
        assert (await client.draw("gpt-image-2"))["billing"] == "credits"
        await client.change(rules.Configure(plan=Plan.ENTERPRISE))
        assert (await client.draw("gpt-image-2"))["billing"] == "included"


async def test_without_a_key_for_the_host_it_is_refused_once(asking: Asking) -> None:
    settings = asking.store.locations.settings
    async with asking(engine=HostEngine(HostAccounts(settings, {}, {}), placeholders=False)) as client:
        answer = await client.post({"prompt": "a lamp"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "no_host_key")
        assert answer.headers["x-should-retry"] == "false"


async def test_a_revoked_key_is_refused_at_once(asking: Asking) -> None:
    async with asking() as client:
        await client.draw()
        asking.keys.revoke("me")
        assert await client.refusal() == (401, "invalid_api_key")


async def test_where_the_keys_cannot_be_read_nobody_is_let_in(asking: Asking) -> None:
    async with asking() as client:
        asking.keys.path.write_bytes(b"{")
        assert await client.refusal() == (503, "keys_unreadable")
        assert "api-keys.json" in client.said[0]


async def test_a_broken_workspace_refuses_in_words_and_lists_what_was(asking: Asking) -> None:
    async with asking() as client:
        good = client.store.path.read_bytes()
        client.store.path.write_bytes(b"{")
        await client.change()
        assert await client.refusal() == (503, "workspace_unreadable")
        assert len((await client.http.get("/v1/models")).json()["data"]) == 2
        assert (await client.http.get("/healthz")).status_code == 503
        client.store.path.write_bytes(good)
        await client.change()
        await client.draw()


async def test_usage_notes_what_was_drawn_and_never_a_prompt(asking: Asking) -> None:
    async with asking() as client:
        await client.draw()
        await client.change(rules.Disable(("flux-2-pro",), "gpt-image-2"))
        await client.draw("flux-2-pro")
        noted = client.store.locations.usage.read_text()
        assert noted.count("\n") == 2
        assert "a lamp" not in noted
        assert '"asked": "flux-2-pro"' in noted.splitlines()[1]
        assert '"drawn": "gpt-image-2"' in noted.splitlines()[1]


async def test_a_disk_that_takes_no_line_refuses_no_image(asking: Asking) -> None:
    async with asking() as client:
        client.store.locations.usage.mkdir()
        await client.draw()
        await client.draw()
        assert len(client.said) == 1
        assert "what is drawn is not noted" in client.said[0]


async def test_metrics_count_what_was_drawn(asking: Asking) -> None:
    async with asking() as client:
        await client.draw()
        await client.refusal("recraft-v3")
        text = (await client.http.get("/metrics")).text
        assert 'imgmodels_images_total{model="flux-2-pro",host="microsoft-azure"} 1' in text
        assert 'imgmodels_requests_total{route="generations",status="403"} 1' in text


async def test_nothing_of_a_client_lies_outside_its_folder(asking: Asking, tmp_path: Path) -> None:
    async with asking(front_end=True) as client:
        await client.draw(x_openwebui_user_id="../../x", x_imgmodels_session="../y")
    assert folders_of(tmp_path) <= {client.store.path.parent.name, "sessions"}


def folders_of(folder: Path) -> set[str]:
    """The names of the folders that hold JSON files."""
    return {path.parent.name for path in folder.rglob("*.json")}


@pytest.mark.parametrize("nothing", [None, ""])
async def test_no_seed_and_no_number_mean_the_default(asking: Asking, nothing: object) -> None:
    async with asking() as client:
        body = {"prompt": "a lamp", "seed": nothing, "n": nothing}
        answers = [(await client.post(body)).json() for _ in range(2)]
        assert [len(answer["data"]) for answer in answers] == [1, 1]
        seeds = {answer["imgmodels"]["seed"] for answer in answers}
        assert len(seeds) == 2  # each is one that nobody can guess
