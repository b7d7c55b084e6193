"""Devices over HTTP: how well they do, and how a person takes one out and gives it back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitoring.domain.instants import rfc3339
from tests.engine.signals import checked_site
from tests.engine.sites import CRITERIA, PONDING
from tests.engine.timeline import at, depth
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, House

DEVICE = "/api/v1/devices/wg-road-a"
OUT = DEVICE + "/maintenance"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock, of=checked_site(CRITERIA, PONDING)) as one:
        yield House(one, clock)


@pytest.fixture
def client(house: House) -> TestClient:
    client = house.client()
    client.headers.update(BEARER)
    return client


def asked(until: datetime, reason: str = "cleaning") -> dict[str, Any]:
    return {"reason": reason, "until": rfc3339(until)}


def test_a_device_tells_its_qualities_and_its_clock(house: House, client: TestClient) -> None:
    for minute, value in enumerate((0, 0.2, 60, 0.1, 0, 0.1)):
        house.clock.instant = at(minute + 20)
        house.desk.send(depth(minute, value))
    device = client.get(DEVICE).json()
    assert device["qualities_24h"] == {"water_depth": {"good": 5, "jump": 1}}
    assert (device["clock_lag_s"], device["is_clock_off"]) == (1200, True)
    assert device["maintenance"] is None
    untold = client.get("/api/v1/devices/ws-1").json()
    assert (untold["clock_lag_s"], untold["is_clock_off"], untold["qualities_24h"]) == (
        None, False, {},
    )  # fmt: skip
    query = "/api/v1/observations?start=2026-07-07T00:00:00Z&end=2026-07-08T00:00:00Z"
    qualities = [row["quality"] for row in client.get(query).json()["items"]]
    assert qualities == ["good", "good", "jump", "good", "good", "good"]


def test_a_device_is_taken_out_and_given_back_by_name(house: House, client: TestClient) -> None:
    house.desk.send(depth(0, 0.2))
    answer = client.post(OUT, json=asked(at(60)))
    assert answer.status_code == 200
    held = answer.json()["maintenance"]
    assert held == {
        "by": "admin-token", "reason": "cleaning", "since": rfc3339(at(0)),
        "until": rfc3339(at(60)),
    }  # fmt: skip
    device = client.get(DEVICE).json()
    assert device["maintenance"] == held
    assert device["state"] == "suspect"
    assert device["values"]["water_depth"]["quality"] == "maintenance"
    assert client.post(OUT + "/end").json() == {"id": "wg-road-a", "maintenance": None}
    assert client.get(DEVICE).json()["state"] == "live"


def test_the_same_key_twice_takes_out_once(house: House, client: TestClient) -> None:
    key = {"Idempotency-Key": "k"}
    client.post(OUT, json=asked(at(60)), headers=key)
    client.post(OUT + "/end")
    house.clock.instant = at(1)
    again = client.post(OUT, json=asked(at(60)), headers=key)
    assert again.status_code == 200
    assert again.json()["maintenance"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "x"},
        asked(at(60), ""),
        asked(at(60), " "),
        asked(at(-1)),
        asked(at(0) + timedelta(days=31)),
        {"reason": "x", "until": "2026-07-07T08:00:00"},
        {**asked(at(60)), "by": "somebody else"},
    ],
)
def test_what_is_not_whole_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(OUT, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(DEVICE).json()["maintenance"] is None


def test_a_device_that_is_not_there_is_404(client: TestClient) -> None:
    for path in ("/maintenance", "/maintenance/end"):
        answer = client.post(f"/api/v1/devices/nobody{path}", json=asked(at(60)))
        assert answer.status_code == 404
