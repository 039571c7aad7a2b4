"""Generating: the fallback before, the picture with its facts after, and nothing in between by accident."""

import os
from pathlib import Path

import pytest
from PIL import Image

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator import Cancelled, PromptError, fallback
from imgmodels_tui.generator.engines.interface import CancelCheck
from imgmodels_tui.generator.fallback import NotSelectable, Unavailable
from imgmodels_tui.generator.images.gallery import gallery, read_facts
from imgmodels_tui.generator.service import GenerationRequest, GenerationStarted, GeneratorService, TakesNoReference
from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import UnknownModel
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import Plan
from tests.conftest import CountingClock
from tests.generator.conftest import blank
from tests.generator.conftest import reference as reference_of
from tests.generator.fakes import FakeEngine, generator_in

Parts = tuple[FileStore, GeneratorService, FakeEngine]


@pytest.fixture
def parts(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> Parts:
    return generator_in(tmp_path, catalog, os.geteuid(), clock)


def models(service: GeneratorService) -> dict[str, str]:
    return {session.name: session.model for session in service.sessions.read().sessions}


def test_a_new_session_starts_with_the_default_of_that_moment(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro", "flux-2-klein")))
    service.start("early")
    store.update(rules.SetDefault("flux-2-klein"))
    service.start("late")
    assert models(service) == {"early": "flux-2-pro", "late": "flux-2-klein"}


def test_the_first_picture_makes_the_session(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro",)))
    assert service.sessions.read() == Sessions()
    result = service.generate(GenerationRequest("a dot"))
    assert (result.started.session, models(service)) == ("main", {"main": "flux-2-pro"})


def test_a_session_whose_model_was_disabled_switches_for_good_and_says_so(parts: Parts) -> None:
    store, service, engine = parts
    store.update(rules.Enable(("flux-2-pro", "flux-2-flex")))
    service.select("main", "flux-2-flex")
    store.update(rules.Disable(("flux-2-flex",)))
    overview = service.overview()
    coming = fallback.resolve("flux-2-flex", overview)
    said = "FLUX.2 Flex is no longer available; the next image uses FLUX.2 Pro"
    assert fallback.notice_before(coming, overview) == said
    assert models(service) == {"main": "flux-2-flex"}  # looking changes nothing

    told: list[GenerationStarted] = []
    result = service.generate(GenerationRequest("a dot"), on_start=told.append)
    assert told[0].switched_from == result.started.switched_from == "flux-2-flex"
    assert (
        fallback.notice_after("flux-2-flex", told[0].entry, overview)
        == "FLUX.2 Flex is no longer available; this session now uses FLUX.2 Pro"
    )
    assert (result.facts.model_requested, result.facts.model_used) == ("flux-2-flex", "flux-2-pro")

    store.update(rules.Enable(("flux-2-flex",)))
    republish = service.generate(GenerationRequest("a dot"))
    assert (republish.started.entry.id, republish.started.switched_from) == ("flux-2-pro", None)
    assert engine.models == ["flux-2-pro", "flux-2-pro"]
    assert [request.instead_of for request in engine.requests] == ["FLUX.2 Flex", None]


def test_a_model_that_left_the_catalog_is_replaced_and_stays_in_the_facts(parts: Parts) -> None:
    store, service, engine = parts
    store.update(rules.Enable(("flux-2-pro",)))
    service.sessions.update(lambda sessions: sessions.start("old", "dall-e-3"))
    result = service.generate(GenerationRequest("a dot", session="old"))
    assert result.started.switched_from == engine.requests[0].instead_of == "dall-e-3"
    found = read_facts(result.path)
    assert found is not None
    assert (found.model_requested, found.model_used) == ("dall-e-3", "flux-2-pro")


def test_a_picture_that_has_begun_finishes_with_its_model_and_the_next_one_switches(parts: Parts) -> None:
    store, service, engine = parts
    store.update(rules.Enable(("flux-2-pro", "flux-2-flex")))
    service.select("main", "flux-2-flex")

    def disable(_: CancelCheck) -> None:
        store.update(rules.Disable(("flux-2-flex",)))

    engine.meanwhile = disable
    first = service.generate(GenerationRequest("a dot"))
    engine.meanwhile = lambda _: None
    second = service.generate(GenerationRequest("a dot"))
    assert (first.facts.model_used, first.started.switched_from) == ("flux-2-flex", None)
    assert (second.facts.model_used, second.started.switched_from) == ("flux-2-pro", "flux-2-flex")


def test_switching_the_default_changes_no_session(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro", "flux-2-flex")))
    service.generate(GenerationRequest("a dot"))
    store.update(rules.SetDefault("flux-2-flex"))
    assert service.generate(GenerationRequest("a dot")).facts.model_used == "flux-2-pro"


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ([], "No model is enabled"),
        ([rules.Enable(("flux-2-pro",)), rules.Configure(image_generation=False)], "Image generation is off"),
    ],
)
def test_a_closed_generator_says_why_and_leaves_no_trace(parts: Parts, setup: list[rules.Rule], said: str) -> None:
    store, service, engine = parts
    for change in setup:
        store.update(change)
    for attempt in (lambda: service.generate(GenerationRequest("a dot")), lambda: service.start("x")):
        with pytest.raises(Unavailable, match=said):
            attempt()
    assert engine.requests == []
    assert service.sessions.read() == Sessions()


def test_without_a_default_nothing_is_generated(parts: Parts) -> None:
    store, service, _ = parts
    store.path.parent.mkdir(parents=True)
    store.path.write_text('{"schema_version": 2, "enabled_models": ["flux-2-pro"], "revision": 1}')
    with pytest.raises(Unavailable, match="An admin must choose a default model"):
        service.generate(GenerationRequest("a dot"))


def test_only_an_enabled_model_can_be_selected(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro",)))
    with pytest.raises(NotSelectable, match=r"FLUX\.2 Max is not enabled; choose one of: flux-2-pro"):
        service.select("main", "flux-2-max")
    with pytest.raises(UnknownModel):
        service.generate(GenerationRequest("a dot", model="flux-9"))
    assert models(service) == {}


def test_a_reference_for_a_model_without_reference_editing_is_refused_before_anything_changes(parts: Parts) -> None:
    store, service, engine = parts
    store.update(rules.Enable(("flux-1.1-pro",)))
    image = reference_of(Image.new("RGB", (4, 4)))
    with pytest.raises(TakesNoReference, match=r"FLUX 1\.1 Pro takes no reference image"):
        service.generate(GenerationRequest("a dot", references=(image,)))
    assert engine.requests == []
    assert models(service) == {}


def test_an_empty_prompt_is_refused_before_anything_changes(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro",)))
    with pytest.raises(PromptError):
        service.generate(GenerationRequest("  "))
    assert models(service) == {}


def test_a_cancelled_picture_leaves_no_file_and_the_session_as_it_was_told(parts: Parts) -> None:
    store, service, engine = parts
    store.update(rules.Enable(("flux-2-pro",)))

    def stop(cancelled: CancelCheck) -> None:
        assert cancelled()
        raise Cancelled

    engine.meanwhile = stop
    with pytest.raises(Cancelled):
        service.generate(GenerationRequest("a dot"), cancelled=lambda: True)
    assert gallery(service.pictures) == []
    assert models(service) == {"main": "flux-2-pro"}


@pytest.mark.parametrize(("plan", "billing"), [(Plan.SELF_SERVICE, "credits"), (Plan.ENTERPRISE, "included")], ids=str)
def test_cost_and_billing_are_known_before_and_kept_after(parts: Parts, plan: Plan, billing: str) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-max",)))
    store.update(rules.Configure(plan=plan))
    told: list[GenerationStarted] = []
    result = service.generate(GenerationRequest("a dot", seed=7), on_start=told.append)
    assert told[0].cost.billing == result.facts.billing == billing
    assert (result.facts.cost_eur, result.facts.seed) == ("0.0752", 7)


def test_prompts_and_pictures_never_reach_the_shared_folder(parts: Parts) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro",)))
    result = service.generate(GenerationRequest("a secret plan"))
    assert service.pictures in result.path.parents
    shared = [file for file in store.path.parent.rglob("*") if file.is_file()]
    assert shared
    assert all(b"secret" not in file.read_bytes() for file in shared)
    assert result.path.stat().st_mode & 0o077 == 0


def test_a_picture_goes_where_it_is_asked_to(parts: Parts, tmp_path: Path) -> None:
    store, service, _ = parts
    store.update(rules.Enable(("flux-2-pro",)))
    result = service.generate(GenerationRequest("a dot", save_as=tmp_path / "x.png"))
    assert result.path == tmp_path / "x.png"
    assert result.path.read_bytes()[:4] == blank().data[:4]
    assert gallery(service.pictures) == []
