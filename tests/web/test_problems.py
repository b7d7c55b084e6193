"""What could not be done: a page for a person who looks, a problem document for a program."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import html
from starlette.testclient import TestClient

from monitoring.services.ports import StoreUnavailableError
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.refusal import refusal, title_of
from tests.services.desk import HandClock, desk
from tests.ui.elements import words
from tests.ui.samples import one
from tests.web.test_door import BEARER, WALL_TOKEN, House

PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
STATUSES = (401, 403, 404, 405, 409, 500, 503)
ZH, EN = Language.ZH, Language.EN


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock) as one_desk:
        yield House(one_desk, clock)


def visitor(house: House) -> TestClient:
    """Whoever asks, and is told what went wrong instead of a test's own traceback."""
    client = TestClient(house.server, raise_server_exceptions=False, follow_redirects=False)
    client.headers.update(BEARER)
    return client


@pytest.mark.parametrize("path", ["/nowhere", "/segments/nowhere", "/api/v1/segments/x"])
def test_a_person_gets_a_page_and_a_program_a_problem(house: House, path: str) -> None:
    client = visitor(house)
    page = client.get(path, headers=PERSON)
    assert page.status_code == 404
    assert "页面不存在" in page.text
    assert 'href="/wall"' in page.text
    assert "Accept" in page.headers["vary"]
    told = client.get(path)
    assert told.status_code == 404
    assert told.headers["content-type"] == "application/problem+json"
    assert set(told.json()) == {"type", "title", "status", "detail"}


def test_the_page_is_in_the_language_of_whoever_looks(house: House) -> None:
    client = visitor(house)
    client.cookies.set("lang", "en")
    page = client.get("/nowhere", headers=PERSON).text
    assert '<html lang="en">' in page
    assert "Nothing is here" in page


def test_what_was_asked_for_can_not_write_into_the_page(house: House) -> None:
    page = visitor(house).get("/%3Cscript%3Ealert(1)%3C/script%3E", headers=PERSON).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_path_that_takes_something_else_says_what(house: House) -> None:
    client = visitor(house)
    told = client.post("/api/v1/segments", json={})
    assert told.status_code == 405
    assert told.headers["allow"] == "GET"
    assert told.json()["detail"] == "'api/v1/segments' takes GET, not POST"
    page = client.get("/sign-out", headers=PERSON)
    assert page.status_code == 405
    assert "访问方式不对" in page.text
    assert client.post("/api/v1/nothing", json={}).status_code == 404


def test_a_wall_that_may_not_is_told_so(house: House) -> None:
    client = TestClient(house.server, follow_redirects=False)
    client.cookies.set("gangan_wall", WALL_TOKEN)
    page = client.post("/api/v1/sound/silence", headers=PERSON)
    assert page.status_code == 403
    assert "无权操作" in page.text
    assert 'href="/sign-in"' in page.text


def test_a_fault_of_our_own_is_told_without_its_inside(house: House) -> None:
    @house.server.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of the inside")

    house.server.routes.insert(0, house.server.routes.pop())  # before what is unknown
    client = visitor(house)
    page = client.get("/api/v1/broken", headers=PERSON)
    assert page.status_code == 500
    assert "服务器出错" in page.text
    assert 'http-equiv="refresh" content="15"' in page.text
    told = client.get("/api/v1/broken")
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["detail"] == "RuntimeError at GET /api/v1/broken; see the log"
    assert "secret" not in page.text + told.text


def test_while_the_database_is_away_nobody_is_taken_for_signed_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise StoreUnavailableError("the database is gone")

    client = house.signed_in()
    monkeypatch.setattr(house.desk.store, "session", gone)
    page = client.get("/wall", headers=PERSON)
    assert page.status_code == 503
    assert "暂时不可用" in page.text
    assert page.headers["retry-after"] == "15"
    told = client.get("/api/v1/segments")
    assert told.status_code == 503
    assert "the database is gone" in told.json()["detail"]


def test_a_page_that_is_not_there_says_so_within_dash_too(house: House) -> None:
    card = asked_of_dash(house, "/nowhere")
    assert "页面不存在" in card


def test_a_page_that_can_not_be_made_says_so_within_dash_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> html.Main:
        raise RuntimeError("no layout")

    monkeypatch.setattr("monitoring.web.ui.pages.segments.SegmentsPage.layout", broken)
    card = asked_of_dash(house, "/segments")
    assert "服务器出错" in card
    assert "data-passing" in card, "its script tries again"


def asked_of_dash(house: House, path: str) -> str:
    body = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [{"id": "url", "property": "pathname", "value": path}],
        "changedPropIds": ["url.pathname"],
        "state": [],
    }
    answer = visitor(house).post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    return str(answer.json())


@pytest.mark.parametrize("status", STATUSES)
def test_every_refusal_says_what_to_do_in_both_languages(status: int) -> None:
    for language in Language:
        card = one([refusal(status, "detail", "/x", language)])
        assert str(status) in words(card)
        assert title_of(status, language) in words(card)
        assert [a.get("href") for a in card.iter("a")][-2:] == ["/wall", "/alarms"]
    assert title_of(status, EN) != title_of(status, ZH)
    assert translate("To the wall", ZH) in words(one([refusal(status, "", "/x", ZH)]))
