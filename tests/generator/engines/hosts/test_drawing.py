"""Every model at its host, and everything that can go wrong there."""

import base64
import threading
import time
from io import BytesIO

import pytest
from PIL import Image

from imgmodels_tui.generator import Cancelled, ContentRefused, Failure, HostError
from imgmodels_tui.generator.engines.interface import MediaType
from tests.generator.conftest import CATALOG, reference
from tests.generator.engines.hosts import stand_in
from tests.generator.engines.hosts.conftest import GATEWAY_MODEL, Hosts, at_own_host
from tests.generator.engines.hosts.stand_in import KEY

MODELS = tuple(CATALOG.models)
ONE_PER_HOST = ("gpt-image-2", "flux-2-pro", "flux-2-max", "gemini-2.5-flash-image", "recraft-v3")
FAILURES = {
    stand_in.MODERATED: Failure.CONTENT,
    stand_in.MODERATED_LATE: Failure.CONTENT,
    stand_in.QUOTA: Failure.QUOTA,
    stand_in.CREDIT: Failure.NO_CREDIT,
    stand_in.BAD_KEY: Failure.KEY_REFUSED,
    stand_in.UNKNOWN: Failure.UNKNOWN_MODEL,
    stand_in.TROUBLE: Failure.TROUBLE,
    stand_in.CUT: Failure.UNREACHABLE,
    stand_in.ECHO: Failure.REQUEST,
    stand_in.NO_JSON: Failure.BAD_ANSWER,
    stand_in.NO_IMAGE: Failure.BAD_ANSWER,
    stand_in.TOO_LARGE: Failure.BAD_ANSWER,
    stand_in.BOMB: Failure.BAD_ANSWER,
    stand_in.REDIRECT: Failure.BAD_ANSWER,
    stand_in.WRONG_KIND: Failure.BAD_ANSWER,
    stand_in.SVG_PROGRAM: Failure.BAD_ANSWER,
}
COLOURS = (Image.new("RGB", (40, 30), "red"), Image.new("RGB", (30, 40), "blue"))


def prompt(outcome: str) -> str:
    return f"a lamp, outcome {outcome}."


@pytest.mark.parametrize("model", MODELS)
def test_every_model_draws_at_its_host(hosts: Hosts, model: str) -> None:
    picture = hosts.draw(model)
    assert picture.engine == CATALOG.hosts[CATALOG.models[model].host].name
    is_svg = CATALOG.models[model].vector_only
    assert picture.media_type is (MediaType.SVG if is_svg else MediaType.PNG)
    assert (picture.width, picture.height) == (1024, 1024)


@pytest.mark.parametrize("model", [model for model in MODELS if CATALOG.models[model].reference_editing])
def test_every_reference_image_reaches_the_host(hosts: Hosts, model: str) -> None:
    given = tuple(map(reference, COLOURS))
    hosts.draw(model, references=given)
    asked = hosts.stand_in.asked[0]
    sent = asked.files or [part for part in _base64_in(asked.body) if part.startswith(b"\x89PNG")]
    assert list(sent) == [each.png for each in given]


def _base64_in(body: object) -> list[bytes]:
    if isinstance(body, dict):
        return [found for value in body.values() for found in _base64_in(value)]
    if isinstance(body, list):
        return [found for value in body for found in _base64_in(value)]
    return [base64.b64decode(body)] if isinstance(body, str) and len(body) > 60 else []


@pytest.mark.parametrize("outcome", FAILURES)
@pytest.mark.parametrize("model", MODELS)
def test_every_failure_is_one_plain_sentence(hosts: Hosts, model: str, outcome: str) -> None:
    with pytest.raises(HostError) as caught:
        hosts.draw(model, prompt(outcome))
    text = str(caught.value)
    assert caught.value.failure is FAILURES[outcome], text
    assert isinstance(caught.value, ContentRefused) is (FAILURES[outcome] is Failure.CONTENT)
    assert CATALOG.hosts[CATALOG.models[model].host].name in text
    assert text.isprintable()
    assert KEY not in text
    assert len(text) < 500


@pytest.mark.parametrize("model", ONE_PER_HOST)
def test_an_answer_of_another_shape_is_no_image(hosts: Hosts, model: str) -> None:
    with pytest.raises(HostError):
        hosts.draw(model, prompt(stand_in.NULLS))


@pytest.mark.parametrize("model", ONE_PER_HOST)
def test_a_quota_says_how_long_to_wait(hosts: Hosts, model: str) -> None:
    with pytest.raises(HostError) as caught:
        hosts.draw(model, prompt(stand_in.QUOTA))
    assert caught.value.retry_after == 6.5
    assert "6 seconds" in str(caught.value)


@pytest.mark.parametrize("model", ["gpt-image-2", "flux-2-pro", "flux-2-max", "recraft-v3"])
def test_no_address_of_a_stranger_is_asked(hosts: Hosts, model: str) -> None:
    with pytest.raises(HostError, match="not its own"):
        hosts.draw(model, prompt(stand_in.STRANGER))


def test_a_signed_address_gets_no_key(hosts: Hosts) -> None:
    hosts.draw("flux-2-max")
    asked = hosts.stand_in.asked[-1]
    assert asked.path.startswith("/files/")
    assert KEY not in str(asked.headers)


def test_a_jpeg_becomes_a_png(hosts: Hosts) -> None:
    picture = hosts.draw("flux-2-max", prompt(stand_in.JPEG))
    with Image.open(BytesIO(picture.data)) as opened:
        assert (picture.media_type, opened.format, opened.size) == (MediaType.PNG, "PNG", (1024, 1024))


def test_a_model_at_a_host_of_the_workspace_draws_through_a_gateway(hosts: Hosts) -> None:
    hosts.catalog = at_own_host(CATALOG)
    assert hosts.draw(GATEWAY_MODEL).engine == "Acme gateway"
    asked = hosts.stand_in.asked[0]
    assert (asked.path, asked.headers["authorization"]) == ("/v1/images/generations", f"Bearer {KEY}")
    assert asked.body["model"] == CATALOG.models[GATEWAY_MODEL].provider_id


@pytest.mark.parametrize(
    ("model", "reported", "has_seed"),
    [
        ("gpt-image-2", "1,065 tokens", False),
        ("flux-2-pro", "", True),
        ("flux-2-max", "7.5 credits", True),
        ("gemini-2.5-flash-image", "1,295 tokens", False),
        ("recraft-v3", "4.2 seconds of computing", False),
    ],
)
def test_what_a_host_reports_is_kept(hosts: Hosts, model: str, reported: str, has_seed: bool) -> None:
    picture = hosts.draw(model)
    assert picture.reported is not None
    assert (picture.reported.text, picture.has_seed) == (reported, has_seed)


@pytest.mark.parametrize("model", ONE_PER_HOST)
def test_cancelling_ends_it_within_a_second(hosts: Hosts, model: str) -> None:
    stop = threading.Event()
    request = hosts.request(model, prompt(stand_in.SLOW))

    def progress(done: float | None) -> None:
        assert done is None or 0 < done <= 1
        stop.set()  # the first sign of life

    began = time.monotonic()
    with pytest.raises(Cancelled):
        hosts.engine.generate(request, progress=progress, cancelled=stop.is_set)
    assert hosts.stand_in.gone.wait(5)
    assert time.monotonic() - began < 5  # far more than it takes: no test of speed
    assert bool(hosts.stand_in.cancelled) is (model == "recraft-v3")


def test_progress_is_the_hosts_own(hosts: Hosts) -> None:
    told: list[float | None] = []
    hosts.engine.generate(hosts.request("flux-2-max", "a lamp"), progress=told.append, cancelled=lambda: False)
    assert {done for done in told if done is not None} == {0.5}


def test_a_host_that_is_not_there_is_one_sentence(hosts: Hosts) -> None:
    hosts.environ["BFL_BASE_URL"] = "http://127.0.0.1:9"
    with pytest.raises(HostError, match="cannot be reached") as caught:
        hosts.draw("flux-2-max")
    assert caught.value.failure is Failure.UNREACHABLE


@pytest.mark.parametrize("model", ONE_PER_HOST)
def test_a_host_that_never_finishes_is_left(hosts: Hosts, monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    monkeypatch.setattr("imgmodels_tui.generator.engines.hosts.drawing.MOST_SECONDS", 0.2)
    with pytest.raises(HostError, match="has not finished") as caught:
        hosts.draw(model, prompt(stand_in.SLOW))
    assert caught.value.failure is Failure.TOO_SLOW
    assert hosts.stand_in.gone.wait(5)
