"""The HTTP API on a workspace that lives on a PostgreSQL server: obeys other hosts, and notes what it drew there."""

import json

import openai
import pytest

from imgmodels_tui.workspace import rules
from tests.api.conftest import Server
from tests.cli.conftest import Imgmodels
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"


@pytest.mark.real
def test_a_change_by_another_host_holds_and_what_is_drawn_is_noted(
    opened: Open, postgres: Postgres, team: str, imgmodels: Imgmodels
) -> None:
    url = f"{postgres.url('alice')}#{team}"
    elsewhere = opened("bob")
    elsewhere.update(rules.Enable((PRO, MAX)))
    key = imgmodels("--state", url, "keys", "add", "app").out.strip()
    with Server(url, "--placeholder") as server, openai.OpenAI(base_url=server.url, api_key=key) as client:
        assert [model.id for model in client.models.list()] == [PRO, MAX]
        drawn = client.images.generate(prompt="a lamp").model_extra or {}
        assert drawn["imgmodels"]["model"] == PRO
        elsewhere.update(rules.Disable((PRO,), replacement=MAX))
        while [model.id for model in client.models.list()] != [MAX]:
            continue  # it is announced, and heard within moments
        drawn = client.images.generate(prompt="a lamp").model_extra or {}
        assert (drawn["imgmodels"]["model"], drawn["imgmodels"]["switched"]) == (MAX, True)
        assert server.end() == 0
    usage = json.loads(imgmodels("--state", url, "usage", "--by", "model", "--json").out)
    assert {each["model"]: each["images"] for each in usage} == {PRO: 1, MAX: 1}
    assert imgmodels("--state", f"{postgres.url('carol')}#{team}", "usage").code == 4
