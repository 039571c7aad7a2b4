"""Sessions by themselves: named, kept in order, changed whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.generator.sessions.records import MOST_SESSIONS, SessionRefusal, Sessions, checked_name
from imgmodels_tui.generator.sessions.store import encode
from imgmodels_tui.record import InvalidRecord
from imgmodels_tui.record_reader import read_json


def made(*names: str) -> Sessions:
    sessions = Sessions()
    for name in names:
        sessions = sessions.start(name, "flux-2-pro")
    return sessions


def names(sessions: Sessions) -> list[str]:
    return [session.name for session in sessions.sessions]


def test_before_any_session_there_is_one_to_be_made() -> None:
    assert Sessions().current_name == "main"


def test_a_session_that_is_started_is_entered() -> None:
    sessions = made("posters", "logos")
    assert (names(sessions), sessions.current_name) == (["posters", "logos"], "logos")


def test_a_session_is_found_in_whichever_case() -> None:
    found = made("Posters").find(" pOSTERS ")
    assert found is not None
    assert found.name == "Posters"


@pytest.mark.parametrize("name", ["Posters", "posters", " posters "])
def test_two_sessions_never_share_a_name(name: str) -> None:
    with pytest.raises(SessionRefusal, match="already"):
        made("posters").start(name, "flux-2-pro")
    with pytest.raises(SessionRefusal, match="already"):
        made("posters", "logos").rename("logos", name)


def test_a_session_can_be_renamed_to_another_case_of_its_name() -> None:
    sessions = made("posters").rename("posters", "Posters")
    assert (names(sessions), sessions.current_name) == (["Posters"], "Posters")


def test_renaming_keeps_place_model_and_whether_it_is_the_current_one() -> None:
    sessions = made("a", "b", "c").enter("b").select("b", "gpt-image-2").rename("b", "new")
    assert names(sessions) == ["a", "new", "c"]
    assert sessions.current_name == "new"
    found = sessions.find("new")
    assert found is not None
    assert found.model == "gpt-image-2"


def test_deleting_the_current_session_goes_to_the_newest_of_the_others() -> None:
    assert made("a", "b", "c").enter("b").delete("b").current_name == "c"
    assert made("a").delete("a").current_name == "main"


@pytest.mark.parametrize("change", [lambda s: s.enter("x"), lambda s: s.delete("x"), lambda s: s.rename("x", "y")])
def test_a_session_that_is_gone_is_said_so(change: object) -> None:
    assert callable(change)
    with pytest.raises(SessionRefusal, match="no session called 'x'"):
        change(made("a"))


def test_selecting_the_model_that_is_selected_changes_nothing() -> None:
    sessions = made("a")
    assert sessions.select("a", "flux-2-pro") is sessions
    assert sessions.enter("a") is sessions


def test_nobody_has_more_sessions_than_fit_the_file() -> None:
    full = made(*(str(number) for number in range(MOST_SESSIONS)))
    with pytest.raises(SessionRefusal, match="delete one first"):
        full.start("one more", "flux-2-pro")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[2J", "\u202eabc", "x" * 41])
def test_a_name_that_would_spoil_a_screen_is_refused(name: str) -> None:
    with pytest.raises(SessionRefusal):
        checked_name(name)


@pytest.mark.parametrize(
    "text",
    [
        '{"sessions": [{"name": "a", "model": "m"}, {"name": "A", "model": "m"}]}',
        '{"sessions": [{"name": "a\\u001b", "model": "m"}]}',
        '{"sessions": [{"name": " a", "model": "m"}]}',
        '{"sessions": [{"name": "a"}]}',
        '{"sessions": [{"name": "a", "model": 1}]}',
        '{"schema_version": 2}',
    ],
)
def test_a_file_that_no_session_could_have_written_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord):
        read_json(Sessions, text.encode())


@given(st.lists(st.text(min_size=1, max_size=40), max_size=8))
def test_what_is_written_is_read_back(candidates: list[str]) -> None:
    sessions = Sessions()
    for name in candidates:
        try:
            sessions = sessions.start(name, "flux-2-pro")
        except SessionRefusal:
            continue
    assert read_json(Sessions, encode(sessions)) == sessions


def test_a_name_is_found_however_its_letters_are_composed() -> None:
    sessions = Sessions().start("Entw\u00fcrfe", "flux-2-pro")
    assert sessions.find("entwu\u0308rfe") == sessions.sessions[0]
