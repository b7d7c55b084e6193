"""Binding over HTTP: an administrator by name; everybody else may look."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Reason, Reject
from monitoring.services.ports import Account
from tests.engine.timeline import START
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, WALL_TOKEN, House

ASKED = {
    "profile": "", "external": "new", "id": "new", "kind": "gauge", "name_zh": "新",
    "name_en": "new", "segment": "road-b", "cadence": "5min", "quantities": "water_depth, battery",
}  # fmt: skip
STRANGER = Reject("donggang/obs/new", Reason.UNKNOWN_DEVICE, "who", b"[]", 2, to_us(START))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = HandClock()
    with desk(tmp_path, clock=clock) as one:
        one.send(STRANGER)
        yield House(one, clock)


@pytest.fixture
def client(house: House) -> TestClient:
    client = house.client()
    client.headers.update(BEARER)
    return client


def test_a_candidate_is_bound_by_name_and_says_when_it_takes_effect(client: TestClient) -> None:
    (known,) = client.get("/api/v1/candidates").json()["items"]
    assert (known["external"], known["sample"], known["seen"]) == (
        "new", {"water_depth": 12.0}, "2026-07-07T00:00:00Z",
    )  # fmt: skip
    for _ in range(2):
        answer = client.post("/api/v1/devices", json=ASKED)
        assert answer.status_code == 201, answer.text
        assert answer.json() == {"id": "new", "takes_effect": "at the next start"}
    assert client.get("/api/v1/candidates").json()["items"] == []
    (bound,) = client.get("/api/v1/bound-devices").json()["items"]
    assert (bound["by"], bound["cadence_s"], bound["quantities"], bound["is_joined"]) == (
        "admin-token", 300, ["water_depth", "battery"], False,
    )  # fmt: skip
    assert client.post("/api/v1/devices/new/unbind").status_code == 200
    assert client.post("/api/v1/devices/new/unbind").status_code == 404
    assert len(client.get("/api/v1/candidates").json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"id": "Not An Id"}, 422, "id"),
        ({"cadence": "5"}, 422, "cadence"),
        ({"kind": "boat"}, 422, "kind"),
        ({"name_zh": " "}, 422, "name_zh"),
        ({"mount_height_cm": "tall"}, 422, "mount_height_cm"),
        ({"mount_height_cm": "412"}, 409, "means nothing"),
        ({"segment": "nowhere"}, 409, "no segment"),
        ({"external": "unheard"}, 404, "no candidate"),
    ],
)
def test_what_can_not_be_bound_is_refused_with_its_reason(
    client: TestClient, changes: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post("/api/v1/devices", json={**ASKED, **changes})
    assert answer.status_code == status, answer.text
    assert said in answer.text


def test_a_wall_only_looks(house: House) -> None:
    wall = house.client()
    wall.get(f"/wall?token={WALL_TOKEN}")
    assert wall.get("/api/v1/candidates").status_code == 200
    assert wall.post("/api/v1/devices", json=ASKED).status_code == 403
    assert wall.post("/api/v1/devices/new/unbind").status_code == 403


def test_somebody_who_is_no_administrator_binds_nothing(house: House) -> None:
    known = house.desk.store.account("admin")
    assert known
    house.desk.store.save_account(Account("admin", "officer", known.password_hash))
    client = house.signed_in()
    client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
    answer = client.post("/api/v1/devices", json=ASKED)
    assert (answer.status_code, "only an administrator" in answer.text) == (403, True)
    assert client.get("/api/v1/bound-devices").json()["items"] == []
