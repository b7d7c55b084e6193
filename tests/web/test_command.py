"""Command over HTTP: warnings come in, people decide by name, and nobody overwrites anybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.engine.sites import CRITERIA, DISTRICT, PONDING
from tests.engine.timeline import at, depth, rain
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, WALL_TOKEN, House

WARNINGS, RESPONSES = "/api/v1/warnings", "/api/v1/responses"
RED = {
    "id": "37110041600000_20260707080000",
    "sender": "日照市气象台",
    "hazard": "rainstorm",
    "level": "red",
    "status": "actual",
    "effective": "2026-07-07T08:00:00+08:00",
    "expires": "2026-07-07T14:00:00+08:00",
    "area": "",
    "headline": "日照市气象台发布暴雨红色预警",
    "superseded_by": None,
}
II = {"hazard": "rainstorm", "level": "II", "area": "test", "reason": "heavy rain ahead"}
PROBLEM = "application/problem+json"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, CRITERIA, PONDING, DISTRICT, clock=clock) as one:
        yield House(one, clock)


@pytest.fixture
def client(house: House) -> TestClient:
    client = house.client()
    client.headers.update(BEARER)
    return client


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    detail: str = answer.json()["detail"]
    return detail


def test_a_warning_has_the_shape_that_is_relied_on(client: TestClient) -> None:
    answer = client.post(WARNINGS, json=RED)
    assert answer.status_code == 201, answer.text
    (known,) = client.get(WARNINGS).json()["items"]
    assert known == answer.json()
    assert {k: known[k] for k in RED} == {
        **RED, "effective": "2026-07-07T00:00:00Z", "expires": "2026-07-07T06:00:00Z",
    }  # fmt: skip
    assert (known["in_force"], known["is_ours"], known["received_by"]) == (
        True, True, "admin-token",
    )  # fmt: skip


def test_the_same_warning_twice_has_the_effect_of_once(client: TestClient) -> None:
    first = client.post(WARNINGS, json=RED).json()
    again = client.post(WARNINGS, json={**RED, "headline": "in other words"})
    assert (again.status_code, again.json()) == (201, first)
    other = client.post(WARNINGS, json={**RED, "level": "orange"})
    assert "known as red rainstorm" in refused(other, 409)
    assert len(client.get(WARNINGS).json()["items"]) == 1


def test_a_warning_without_identifier_counts_once_by_its_key(client: TestClient) -> None:
    entered = {"sender": "met", "hazard": "fog", "level": "yellow"}
    key = {"Idempotency-Key": "k1"}
    ids = {client.post(WARNINGS, json=entered, headers=key).json()["id"] for _ in range(2)}
    assert len(ids) == 1
    client.post(WARNINGS, json=entered)
    known = client.get(WARNINGS).json()["items"]
    assert len(known) == 2
    assert all(w["expires"] is None and w["effective"] == "2026-07-07T00:00:00Z" for w in known)


def test_an_update_and_a_cancellation_name_what_they_supersede(
    client: TestClient, house: House
) -> None:
    client.post(WARNINGS, json=RED)
    update = {**RED, "id": "u1", "kind": "update", "level": "orange", "references": [RED["id"]]}
    assert client.post(WARNINGS, json=update).json()["kind"] == "update"
    (old,) = (w for w in client.get(WARNINGS).json()["items"] if w["id"] == RED["id"])
    assert (old["superseded_by"], old["in_force"]) == ("u1", False)
    house.clock.instant = at(1)
    lift = {"kind": "cancel", "sender": "met", "references": ["u1"]}
    assert client.post(WARNINGS, json=lift).json()["references"] == ["u1"]
    assert client.get(WARNINGS, params={"state": "in_force"}).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"level": "purple"}, "level"),
        ({"hazard": " "}, "hazard"),
        ({"sender": ""}, "sender"),
        ({"id": "a b"}, "without spaces"),
        ({"expires": "2026-07-07T08:00:00+08:00"}, "expire before it takes effect"),
        ({"effective": "2026-07-07T08:00:00"}, "effective"),
        ({"kind": "update"}, "names what it supersedes"),
        ({"references": ["w0"]}, "an alert nothing"),
        ({"kind": "cancel"}, "Extra inputs"),
        ({"superseded_by": "w9"}, "superseded_by"),
        ({"polygon": [[[35.4, 119.5], [35.5, 119.5], [35.5, 119.6]]]}, "polygon"),
        ({"polygon": [[[119.5, 35.4], [119.6, 35.4]]]}, "at least 3"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_warning_that_is_none_is_refused_with_its_reason(
    client: TestClient, changes: dict[str, Any], said: str
) -> None:
    assert said in refused(client.post(WARNINGS, json={**RED, **changes}), 422)


def test_another_format_is_refused_for_now(client: TestClient) -> None:
    for kind in ("application/cap+xml", "text/xml", "application/x-www-form-urlencoded"):
        answer = client.post(WARNINGS, content="<alert/>", headers={"Content-Type": kind})
        assert "application/json only for now" in refused(answer, 415)


def test_a_warning_bears_its_outlines(client: TestClient) -> None:
    ring = [[119.4, 35.3], [119.6, 35.3], [119.6, 35.5], [119.4, 35.3]]
    known = client.post(WARNINGS, json={**RED, "area": "elsewhere", "polygon": [ring]}).json()
    assert known["polygon"] == [ring]
    assert known["is_ours"]
    other = client.post(WARNINGS, json={**RED, "id": "w2", "area": "五莲县"}).json()
    assert not other["is_ours"]


def test_a_response_is_activated_raised_lowered_and_ended_by_name(
    client: TestClient, house: House
) -> None:
    assert client.get("/api/v1/roster/now").json()["response_level"] is None
    answer = client.post(RESPONSES, json={**II, "level": "III"})
    assert answer.status_code == 201, answer.text
    one = answer.json()
    assert {"id", "hazard", "level", "area", "state", "activated_by", "activated_at", "ended_at",
            "tasks"} <= one.keys()  # fmt: skip
    assert (one["state"], one["activated_by"], one["area"]) == ("active", "admin-token", "test")
    assert client.get("/api/v1/roster/now").json()["response_level"] == "III"
    path = f"{RESPONSES}/{one['id']}"
    for verb, level in (("raise", "II"), ("lower", "III")):
        house.clock.instant = at(1)
        step = client.post(f"{path}/{verb}", json={"level": level, "reason": verb})
        assert (step.status_code, step.json()["level"]) == (200, level)
    ended = client.post(f"{path}/end", json={"reason": "dry again"}).json()
    assert (ended["state"], ended["ended_at"]) == ("ended", "2026-07-07T00:01:00Z")
    assert [(d["kind"], d["level"], d["reason"]) for d in ended["decisions"]] == [
        ("activated", "III", "heavy rain ahead"), ("raised", "II", "raise"),
        ("lowered", "III", "lower"), ("ended", None, "dry again"),
    ]  # fmt: skip
    assert client.get("/api/v1/roster/now").json()["response_level"] is None
    assert client.get(RESPONSES, params={"state": "active"}).json()["items"] == []
    assert client.get(RESPONSES).json()["items"] == [ended]


def test_the_second_of_two_who_decide_at_once_is_told_what_stands(client: TestClient) -> None:
    one = client.post(RESPONSES, json={**II, "level": "III"}).json()
    again = refused(client.post(RESPONSES, json=II), 409)
    assert "level III for rainstorm in test is in force, set by admin-token" in again
    path = f"{RESPONSES}/{one['id']}"
    client.post(f"{path}/raise", json={"level": "II", "reason": "x", "seen": "III"})
    for verb, body in (
        ("raise", {"level": "II", "reason": "x"}),
        ("end", {"reason": "x", "seen": "III"}),
        ("lower", {"level": "III", "reason": "x", "seen": "III"}),
    ):
        assert "level II for rainstorm" in refused(client.post(f"{path}/{verb}", json=body), 409)
    client.post(f"{path}/end", json={"reason": "x"})
    assert "was ended by" in refused(client.post(f"{path}/end", json={"reason": "y"}), 409)


def test_the_same_key_twice_has_the_effect_of_once(client: TestClient) -> None:
    ids = {
        client.post(RESPONSES, json=II, headers={"Idempotency-Key": "a"}).json()["id"]
        for _ in range(2)
    }
    (response_id,) = ids
    path = f"{RESPONSES}/{response_id}/end"
    for _ in range(2):
        answer = client.post(path, json={"reason": "x"}, headers={"Idempotency-Key": "b"})
        assert answer.json()["state"] == "ended"
    assert len(client.get(RESPONSES).json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hazard": "snowstorm"}, "no response plan for 'snowstorm'; hazards with: rainstorm"),
        ({"hazard": "ponding"}, "no response plan"),
        ({"level": "I"}, "plan 'district' has no level I; it has III, II"),
        ({"level": "V"}, "level"),
        ({"area": "moon"}, "there is no area 'moon'; use one of test, old"),
        ({"reason": "  "}, "reason"),
        ({"reason": None}, "reason"),
    ],
)
def test_what_no_plan_provides_is_refused(
    client: TestClient, changes: dict[str, Any], said: str
) -> None:
    assert said in refused(client.post(RESPONSES, json={**II, **changes}), 422)
    assert client.get(RESPONSES).json()["items"] == []


@pytest.mark.parametrize(
    ("asked", "area"), [(None, "test"), ("name", "old"), ("old", "old"), ("in 名", "test")]
)
def test_an_area_is_known_by_its_id_or_its_name(
    client: TestClient, asked: str | None, area: str
) -> None:
    assert client.post(RESPONSES, json={**II, "area": asked}).json()["area"] == area


def test_a_warning_is_declined_once_and_with_a_reason(client: TestClient) -> None:
    client.post(WARNINGS, json=RED)
    path = f"{WARNINGS}/{RED['id']}/decline"
    refused(client.post(path, json={"reason": " "}), 422)
    declined = client.post(path, json={"reason": "sea only"}).json()["declined"]
    assert declined == {"by": "admin-token", "at": "2026-07-07T00:00:00Z", "reason": "sea only"}
    assert "already: sea only" in refused(client.post(path, json={"reason": "again"}), 409)
    (known,) = client.get(WARNINGS).json()["items"]
    assert known["declined"] == declined
    refused(client.post(f"{WARNINGS}/nowhere/decline", json={"reason": "x"}), 404)


def test_what_is_over_or_only_an_exercise_is_not_declined(client: TestClient, house: House) -> None:
    client.post(WARNINGS, json=RED)
    client.post(WARNINGS, json={**RED, "id": "x1", "status": "exercise"})
    refused(client.post(f"{WARNINGS}/x1/decline", json={"reason": "x"}), 409)
    house.clock.instant = at(6 * 60)
    refused(client.post(f"{WARNINGS}/{RED['id']}/decline", json={"reason": "x"}), 409)


def test_the_engines_proposal_is_declined_by_name(client: TestClient, house: House) -> None:
    house.desk.send(rain(0, 31), depth(0, 30))
    alarms = client.get("/api/v1/alarms").json()["items"]
    (proposal,) = (a for a in alarms if a["plan"] == "district")
    answer = client.post(f"/api/v1/alarms/{proposal['id']}/decline", json={"reason": "brief"})
    assert answer.json()["by"] == "admin-token"
    (decision,) = house.desk.world.responses.declines()
    assert (decision.cause_id, decision.hazard) == (proposal["id"], "rainstorm")
    other = next(a for a in alarms if a["plan"] != "district")
    said = refused(client.post(f"/api/v1/alarms/{other['id']}/decline", json={"reason": "x"}), 422)
    assert "proposes no response" in said
    refused(client.post("/api/v1/alarms/nowhere/decline", json={"reason": "x"}), 404)


def test_lists_come_in_pages(client: TestClient) -> None:
    for number in range(3):
        client.post(WARNINGS, json={**RED, "id": f"w{number}"})
    first = client.get(WARNINGS, params={"limit": 2}).json()
    rest = client.get(WARNINGS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [w["id"] for w in first["items"] + rest["items"]] == ["w2", "w1", "w0"]
    assert rest["next"] is None
    assert client.get(RESPONSES).json() == {"items": [], "next": None}


def test_a_wall_can_look_and_decide_nothing(house: House) -> None:
    wall = house.client()
    wall.get(f"/wall?token={WALL_TOKEN}")
    assert wall.get(WARNINGS).status_code == wall.get(RESPONSES).status_code == 200
    decline, step = f"{WARNINGS}/x/decline", f"{RESPONSES}/x"
    for path in (WARNINGS, decline, RESPONSES, f"{step}/raise", f"{step}/lower", f"{step}/end"):
        assert "only look" in refused(wall.post(path, json={}), 403)


def test_a_response_that_is_not_there_is_404(client: TestClient) -> None:
    for verb, body in (("raise", {"level": "I"}), ("lower", {"level": "IV"}), ("end", {})):
        answer = client.post(f"{RESPONSES}/x/{verb}", json={"reason": "x", **body})
        assert "there is no response 'x'" in refused(answer, 404)


def test_command_is_described_with_the_rest(house: House) -> None:
    described = house.server.openapi()["paths"].keys()
    assert {WARNINGS, RESPONSES, RESPONSES + "/{response_id}/raise"} <= described
