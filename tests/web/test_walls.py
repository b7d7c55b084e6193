"""Walls and their remote controls: who may look, who may ask, and what a wall is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitoring.web.door import Tokens
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, WALL_TOKEN, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock) as one:
        yield House(one, clock)


def as_wall(house: House) -> TestClient:
    client = house.client()
    answer = client.get(f"/wall?token={WALL_TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/wall")
    return client


def csrf(client: TestClient) -> dict[str, str]:
    return {"X-CSRFToken": client.cookies["_csrf_token"]}


def test_a_wall_looks_with_its_token_and_the_token_leaves_the_address(house: House) -> None:
    with house.client() as _:
        wall = as_wall(house)
        assert wall.get("/api/v1/segments").status_code == 200


def test_the_rest_of_a_walls_address_stays_when_the_token_leaves_it(house: House) -> None:
    answer = house.client().get(f"/wall/duty?name=hall-left&token={WALL_TOKEN}")
    assert answer.headers["location"] == "/wall/duty?name=hall-left"


def test_another_token_opens_nothing(house: House) -> None:
    client = house.client()
    client.get("/wall?token=" + "x" * 32)
    assert client.get("/api/v1/segments").status_code == 401


def test_a_wall_can_not_acknowledge_silence_or_move_stock(house: House) -> None:
    wall = as_wall(house)
    for path in (
        "/api/v1/alarms/x/acknowledge",
        "/api/v1/sound/silence",
        "/api/v1/depot/movements",
    ):
        answer = wall.post(path, json={})
        assert answer.status_code == 403
        assert "only look" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["admin", "wall"])
def test_a_token_that_can_be_guessed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="it needs 32 characters"):
        Tokens(**{name: "short"})


def connected(client: TestClient) -> Any:
    return client.websocket_connect(
        "/ws/live?wall=w1&screen=duty", headers={**BEARER, "Origin": "http://testserver"}
    )


def command(socket: Any) -> dict[str, Any]:
    """The next command among what a wall hears."""
    while True:
        message: dict[str, Any] = json.loads(socket.receive_text())
        if "do" in message:
            return message


def test_a_remote_control_reaches_its_wall(house: House) -> None:
    with house.client() as client, connected(client) as socket:
        phone = house.signed_in()
        asked = {"do": "show", "segment": "road-b"}
        answer = client.post("/api/v1/walls/w1/commands", json=asked, headers=BEARER)
        assert answer.status_code == 202
        assert command(socket) == {"do": "show", "segment": 1}
        assert phone.get("/api/v1/walls/w1").json()["screen"] == "duty"


def test_a_wall_that_draws_proves_it(house: House) -> None:
    with house.client() as client, connected(client) as socket:
        socket.send_text(json.dumps({"applied": 7, "seq": 3}))
        socket.send_text("no json")
        client.post("/api/v1/walls/w1/commands", json={"do": "home"}, headers=BEARER)
        assert command(socket) == {"do": "home"}
        (wall,) = client.get("/api/v1/walls", headers=BEARER).json()["items"]
        assert (wall["id"], wall["applied"]) == ("w1", 7)
        assert wall["drawn_s_ago"] < 5


def test_a_wall_that_is_gone_is_told_to_who_asks(house: House) -> None:
    client = house.client()
    for answer in (
        client.get("/api/v1/walls/w1", headers=BEARER),
        client.post("/api/v1/walls/w1/commands", json={"do": "home"}, headers=BEARER),
    ):
        assert answer.status_code == 404
        assert "no wall 'w1' is connected" in answer.json()["detail"]


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "explode"},
        {"do": "zoom", "by": 9},
        {"do": "show", "segment": "nowhere"},
        {"do": "pin", "camera": "nowhere"},
        {"do": "home", "extra": 1},
    ],
)
def test_what_no_wall_can_do_is_refused(house: House, asked: dict[str, Any]) -> None:
    answer = house.client().post("/api/v1/walls/w1/commands", json=asked, headers=BEARER)
    assert answer.status_code == 422


def test_the_code_on_a_wall_is_a_picture(house: House) -> None:
    answer = house.client().get("/api/v1/walls/w1/qr.svg", headers=BEARER)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert b"<path" in answer.content


def test_sound_is_silenced_in_ones_own_name(house: House) -> None:
    client = house.signed_in()
    answer = client.post("/api/v1/sound/silence", json={"minutes": 10}, headers=csrf(client))
    assert answer.json()["silenced_by"] == "admin"
    assert house.desk.world.sound.state().by == "admin"
    answer = client.post("/api/v1/sound/restore", headers=csrf(client))
    assert answer.json()["until"] is None
    for minutes in (0, 61):
        asked = {"minutes": minutes}
        answer = client.post("/api/v1/sound/silence", json=asked, headers=csrf(client))
        assert answer.status_code == 422
