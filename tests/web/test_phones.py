"""Telephone numbers: whole for who has signed in, never for a wall, whatever it asks for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitoring.domain.entries import Text
from monitoring.domain.site import Card, Pump, Site
from monitoring.web.door import User
from monitoring.web.hub import Hubs
from monitoring.web.language import Language
from monitoring.web.ui.components.desks import masked
from monitoring.web.ui.views import Views
from tests.engine.sites import CRITERIA, NAME, PONDING, site
from tests.services.desk import HandClock, desk
from tests.web.test_door import WALL_TOKEN, House, paths

GROUP, WARDEN = "0633-8220000", "13800138000"
PAGES = ("/wall", "/wall/duty", "/alarms", "/segments", "/segments/under", "/design", "/remote/x")
TELLING = {"/alarms": [GROUP], "/segments/under": [GROUP, WARDEN]}


def site_with_phones() -> Site:
    plain = site(CRITERIA, PONDING)
    groups = tuple(g.model_copy(update={"phone": GROUP}) for g in plain.rotation.groups)
    card = Card(
        warden=Text(zh="责任人", en="Warden"), phone=WARDEN, pumps=(Pump(name=NAME),), detour=NAME
    )
    segments = tuple(s.model_copy(update={"card": card}) for s in plain.segments)
    rotation = plain.rotation.model_copy(update={"groups": groups})
    return plain.model_copy(update={"rotation": rotation, "segments": segments})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock, of=site_with_phones()) as one:
        yield House(one, clock)


def wall_of(house: House) -> TestClient:
    client = house.client()
    client.get(f"/wall?token={WALL_TOKEN}")
    return client


def heard(client: TestClient, page: str) -> str:
    """What a socket hears until the page is whole."""
    own = {"Origin": "http://testserver"}
    with client.websocket_connect(f"/ws/live?view={page}&lang=en", headers=own) as socket:
        texts: list[str] = []
        while not any("page-counts" in text for text in texts):
            texts.append(socket.receive_text())
    return "".join(texts)


def laid_out(client: TestClient, page: str) -> str:
    """What Dash answers for a page."""
    body = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [{"id": "url", "property": "pathname", "value": page}],
        "changedPropIds": ["url.pathname"],
        "state": [],
    }
    csrf = {"X-CSRFToken": client.cookies.get("_csrf_token") or ""}
    return json.dumps(client.post("/_dash-update-component", json=body, headers=csrf).json())


@pytest.mark.parametrize("page", PAGES)
def test_no_number_reaches_a_wall_even_while_a_desk_looks_at_the_same(
    house: House, page: str
) -> None:
    wall, person = wall_of(house), house.signed_in()
    with house.client() as _:  # runs the presenter
        told = heard(person, page) + laid_out(person, page)
        shown = heard(wall, page) + laid_out(wall, page)
    for number in (GROUP, WARDEN):
        assert number not in shown
        assert (number in told) is (number in TELLING.get(page, [])), number
    for number in TELLING.get(page, []):
        assert masked(number) in shown


def test_no_route_of_the_api_tells_a_wall_a_number(house: House) -> None:
    wall = wall_of(house)
    looked = [p for p in paths(house.server) if p.startswith("/api/") and "qr.svg" not in p]
    assert len(looked) > 10
    for path in looked:
        text = wall.get(path.replace("segment_id", "under")).text
        assert GROUP not in text, path
        assert WARDEN not in text, path


def test_a_hub_is_never_shared_between_who_may_see_numbers_and_who_may_not() -> None:
    hubs = Hubs()
    open_one = hubs.hub("/alarms", Language.ZH, is_masked=False)
    assert hubs.hub("/alarms", Language.ZH) is not open_one
    assert hubs.hub("/alarms", Language.ZH, is_masked=False) is open_one


@pytest.mark.parametrize(("role", "sees"), [("administrator", True), ("wall", False)])
def test_only_a_wall_is_kept_from_numbers(role: str, sees: bool) -> None:
    assert User("x", role, None).sees_phones is sees


def test_a_page_is_masked_unless_it_is_asked_for_otherwise(house: House) -> None:
    views = Views(house.desk.world, {})
    for page in TELLING:
        view: Any = views.view(page)
        assert view._frame.is_masked
        assert views.tells_phones(page)
    assert not any(views.tells_phones(page) for page in PAGES if page not in TELLING)
