"""The quarantine over HTTP: seen by everybody, played again by who may write."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Reason, Reject
from tests.engine.timeline import START, depth
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, WALL_TOKEN, House

TOPIC = "donggang/obs/wg-road-a"
REJECT = Reject(TOPIC, Reason.UNKNOWN_UNIT, "in furlongs", b"\xff", 1, to_us(START))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock) as one:
        one.send(REJECT, REJECT._replace(size=9), REJECT._replace(topic="else"))
        one.wire.mended = lambda _: (depth(0, 12),)
        yield House(one, clock)


@pytest.fixture
def client(house: House) -> TestClient:
    client = house.client()
    client.headers.update(BEARER)
    return client


def test_one_is_played_by_name_and_says_so_in_the_list(client: TestClient) -> None:
    *_, oldest = client.get("/api/v1/quarantine").json()["items"]
    assert (oldest["is_played"], oldest["tried_by"], oldest["is_cut"]) == (False, None, False)
    for _ in range(2):
        answer = client.post(f"/api/v1/quarantine/{oldest['id']}/replay")
        assert (answer.status_code, answer.json()["is_played"]) == (200, True)
    *_, oldest = client.get("/api/v1/quarantine").json()["items"]
    assert (oldest["is_played"], oldest["tried_by"]) == (True, "admin-token")
    assert oldest["tried_at"] == "2026-07-07T00:00:00Z"


def test_all_of_a_reason_are_played_and_cut_ones_are_counted(client: TestClient) -> None:
    asked = {"reason": "unknown_unit", "topic": TOPIC}
    done = client.post("/api/v1/quarantine/replay", json=asked).json()
    assert (done["played"], done["failed"], done["cut"], done["is_whole"]) == (1, 0, 1, True)
    assert client.post("/api/v1/quarantine/replay", json={}).json()["played"] == 1
    assert client.post("/api/v1/quarantine/replay", json={"reason": "x"}).status_code == 422


def test_what_can_not_be_played_is_refused_with_its_reason(client: TestClient) -> None:
    items = client.get("/api/v1/quarantine").json()["items"]
    (cut,) = (item["id"] for item in items if item["is_cut"])
    answer = client.post(f"/api/v1/quarantine/{cut}/replay")
    assert (answer.status_code, "let the device send it again" in answer.text) == (409, True)
    assert client.post("/api/v1/quarantine/77/replay").status_code == 404


def test_a_wall_plays_nothing(house: House) -> None:
    wall = house.client()
    wall.get(f"/wall?token={WALL_TOKEN}")
    assert wall.get("/api/v1/quarantine").status_code == 200
    for path in ("/api/v1/quarantine/1/replay", "/api/v1/quarantine/replay"):
        assert wall.post(path, json={}).status_code == 403
