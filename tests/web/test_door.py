"""Nobody gets in who has not signed in; who has gets exactly what is theirs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Frame, Reason, Reject
from monitoring.domain.site import Device
from monitoring.web.door import Tokens
from monitoring.web.passwords import Throttle, ensure_administrator
from monitoring.web.server import create_server
from tests.engine.timeline import START, at, depth, rain
from tests.services.desk import Desk, HandClock, desk

TOKEN = "t" * 32
WALL_TOKEN = "w" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}
MINIMAL_JPEG = b"\xff\xd8\xff\xd9"


class House:
    """A server on a real world and database, with the administrator's password."""

    def __init__(
        self, one: Desk, clock: HandClock, references: Mapping[str, Path] = MappingProxyType({})
    ) -> None:
        @asynccontextmanager
        async def nothing(_: FastAPI) -> Any:
            yield

        self.desk = one
        self.clock = clock
        self.password = ensure_administrator(one.store) or ""
        self.server = create_server(
            one.world,
            one.store,
            clock,
            tokens=Tokens(TOKEN, WALL_TOKEN),
            lifespan=nothing,
            base_map={"type": "FeatureCollection", "features": []},
            references=references,
        )

    def client(self) -> TestClient:
        return TestClient(self.server, base_url="http://testserver", follow_redirects=False)

    def signed_in(self) -> TestClient:
        client = self.client()
        form = {"name": "admin", "password": self.password}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with desk(tmp_path_factory.mktemp("house")) as one:
        yield House(one, HandClock(START))


def paths(server: FastAPI) -> list[str]:
    found = [r.path for r in server.routes if isinstance(r, APIRoute)]
    found += server.openapi()["paths"]
    return sorted({p.replace("{", "").replace("}", "").replace(":path", "") for p in found})


def test_every_route_but_the_public_ones_is_refused(house: House) -> None:
    client = house.client()
    public = {"/sign-in", "/healthz", "/readyz"}
    known = paths(house.server)
    assert "/api/v1/segments" in known
    assert "/_dash-layout" in known
    extra = ["/assets/live.js", "/tiles/x/1/0/0.png", "/nowhere", "//healthz/x"]
    for path in [*known, *extra]:
        if path not in public:
            assert client.get(path).status_code == 401, path
            assert client.post(path).status_code == 401, path
    assert client.get("/assets/sign-in.css").status_code == 200


def test_every_socket_is_refused_without_session_or_with_a_foreign_origin(house: House) -> None:
    sockets = [r.path for r in house.server.routes if isinstance(r, APIWebSocketRoute)]
    assert sockets == ["/ws/live"]
    signed_in = house.signed_in()
    for client, headers in (
        (house.client(), {"Origin": "http://testserver"}),
        (signed_in, {"Origin": "http://elsewhere"}),
        (signed_in, {}),
    ):
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/ws/live", headers=headers),
        ):
            pass
    own = {"Origin": "http://testserver"}
    with signed_in.websocket_connect("/ws/live", headers=own) as socket:
        assert json.loads(socket.receive_text())["full"]


def test_a_person_is_sent_to_the_sign_in_page_and_back(house: House) -> None:
    answer = house.client().get("/wall?x=1", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fwall%3Fx%3D1"
    form = {"name": "admin", "password": house.password, "next": "/wall"}
    assert house.client().post("/sign-in", data=form).headers["location"] == "/wall"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"]
)
def test_nobody_is_sent_elsewhere(house: House, target: str) -> None:
    form = {"name": "admin", "password": house.password, "next": target}
    assert house.client().post("/sign-in", data=form).headers["location"] == "/"
    switched = house.signed_in().get("/language/en", params={"back": target})
    assert switched.headers["location"] == "/"


def test_a_wrong_password_and_a_forged_cookie_open_nothing(house: House) -> None:
    client = house.client()
    assert client.post("/sign-in", data={"name": "nobody", "password": "x"}).status_code == 401
    client.cookies.set("gangan_session", "forged")
    assert client.get("/api/v1/segments").status_code == 401


def test_a_write_needs_the_token_that_only_our_pages_can_read(house: House) -> None:
    client = house.signed_in()
    body = {"item": "sandbag", "kind": "issue", "quantity": 1}
    assert client.post("/api/v1/depot/movements", json=body).status_code == 403
    csrf = {"X-CSRFToken": client.cookies["_csrf_token"]}
    assert client.post("/api/v1/depot/movements", json=body, headers=csrf).status_code == 201


def test_signing_out_kills_the_session(house: House) -> None:
    client = house.signed_in()
    session = client.cookies["gangan_session"]
    csrf = {"X-CSRFToken": client.cookies["_csrf_token"]}
    assert client.post("/sign-out", headers=csrf).status_code == 303
    again = house.client()
    again.cookies.set("gangan_session", session)
    assert again.get("/api/v1/segments").status_code == 401


def test_a_session_ends_by_itself(house: House) -> None:
    client = house.signed_in()
    assert client.get("/api/v1/segments").status_code == 200
    house.clock.instant += timedelta(hours=12)
    assert client.get("/api/v1/segments").status_code == 401


def test_the_bearer_token_is_an_administrator_and_a_wrong_one_is_nobody(house: House) -> None:
    client = house.client()
    assert client.get("/api/v1/segments", headers=BEARER).status_code == 200
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert client.get("/api/v1/segments", headers=wrong).status_code == 401


def test_guessing_takes_longer_and_longer() -> None:
    throttle, keys = Throttle(), ("name:admin",)
    for _ in range(5):
        assert throttle.wait(keys, START) == timedelta(0)
        throttle.failed(keys, START)
    assert throttle.wait(keys, START) == timedelta(seconds=1)
    throttle.failed(keys, START)
    assert throttle.wait(keys, START) == timedelta(seconds=2)
    assert throttle.wait(keys, START + timedelta(seconds=2)) == timedelta(0)
    throttle.succeeded(keys)
    assert throttle.wait(keys, START) == timedelta(0)


def test_pages_may_load_nothing_from_elsewhere(house: House) -> None:
    policy = house.client().get("/sign-in").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_answers_have_the_shapes_that_are_relied_on(house: House) -> None:
    house.desk.send(depth(0, 21), rain(0, 1))
    client = house.client()
    client.headers.update(BEARER)
    segments = client.get("/api/v1/segments").json()
    assert segments["type"] == "FeatureCollection"
    properties = segments["features"][0]["properties"]
    assert {"id", "name", "level", "passability", "freshness", "time", "values", "causes"} <= (
        properties.keys()
    )
    device = client.get("/api/v1/devices/wg-road-a").json()
    assert {"id", "kind", "segment", "area", "quantities", "state", "last_seen", "cadence_s"} <= (
        device.keys()
    )
    (alarm, *_) = client.get("/api/v1/alarms?state=active").json()["items"]
    assert {
        "id", "plan", "rule", "level", "segment", "device", "state", "raised_at", "onset",
        "acknowledged_at", "returned_at", "value", "threshold", "explanation",
    } <= alarm.keys()  # fmt: skip
    noted = client.post(f"/api/v1/alarms/{alarm['id']}/acknowledge").json()
    assert noted["state"] == "acknowledged"
    assert noted["acknowledged_by"] == "admin-token"
    now = client.get("/api/v1/roster/now").json()
    assert {"group", "leader", "members", "shift_start", "shift_end", "next_group"} <= now.keys()
    assert len(client.get("/api/v1/roster?start=2026-07-07&days=8").json()["items"]) == 8
    (item,) = client.get("/api/v1/depot/items").json()["items"]
    assert {"id", "name", "unit", "on_hand", "reserved", "available", "minimum"} <= item.keys()
    assert client.get("/readyz").status_code == 503, "no broker and no scheduler in this house"


def test_observations_come_in_pages_and_as_csv(house: House) -> None:
    house.desk.send(*(depth(minute, 1, "under") for minute in range(1, 6)))
    client = house.client()
    client.headers.update(BEARER)
    query = (
        "/api/v1/observations?device=wg-under&start=2026-07-07T00:00:00Z&end=2026-07-08T00:00:00Z"
    )
    times: list[str] = []
    cursor = ""
    while True:
        answer = client.get(f"{query}&limit=2{cursor}").json()
        times += [row["time"] for row in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert times == [f"2026-07-07T00:0{minute}:00Z" for minute in range(1, 6)]
    rows = client.get(f"{query}&format=csv&limit=2").text.splitlines()
    assert rows[0].startswith("time,device,quantity,value,unit")
    assert len(rows) == 6
    assert client.get(f"{query}&cursor=rubbish").status_code == 422
    assert client.get("/api/v1/observations?limit=1001").status_code == 422


def test_a_movement_below_zero_changes_nothing_and_a_repeated_one_counts_once(house: House) -> None:
    client = house.client()
    client.headers.update(BEARER)
    before = client.get("/api/v1/depot/items").json()["items"][0]["on_hand"]
    too_much = {"item": "sandbag", "kind": "issue", "quantity": before + 1}
    refused = client.post("/api/v1/depot/movements", json=too_much)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    one = {"item": "sandbag", "kind": "issue", "quantity": 1}
    for _ in range(2):
        answer = client.post(
            "/api/v1/depot/movements", json=one, headers={"Idempotency-Key": "same"}
        )
        assert answer.status_code == 201
        assert answer.json()["balance"] == before - 1
    assert client.post("/api/v1/depot/movements", json={**one, "item": "gold"}).status_code == 422


def test_the_quarantine_tells_how_a_payload_is_written(house: House) -> None:
    house.desk.send(Reject("t", Reason.NOT_JSON, "why", b"\xff", 1, to_us(at(0))))
    client = house.client()
    (row,) = client.get("/api/v1/quarantine", headers=BEARER).json()["items"]
    assert (row["payload"], row["encoding"]) == ("/w==", "base64")


def test_unknown_paths_and_things_are_404_problems(house: House) -> None:
    client = house.client()
    client.headers.update(BEARER)
    for path in ("/api/typo", "/api/v1/segments/x", "/tiles/1/2/3.png", "/assets/x.js", "/typo",
                 "/api/v1/cameras/wg-road-a/frame.jpg"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_the_api_describes_itself_without_help_from_outside(house: House) -> None:
    client = house.client()
    client.headers.update(BEARER)
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/alarms/{alarm_id}/acknowledge" in described["paths"]
    docs = client.get("/api/docs").text
    assert "http://" not in docs
    assert "https://" not in docs


def test_a_picture_is_sent_once(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        house = House(one, HandClock(START))
        client = house.client()
        client.headers.update(BEARER)
        gauge = one.world.site.device["wg-road-a"].model_dump()
        camera = {**gauge, "id": "cam-1", "kind": "camera", "quantities": ()}
        one.world.site.device["cam-1"] = Device.model_validate(camera)
        url = "/api/v1/cameras/cam-1/frame.jpg"
        assert client.get(url).status_code == 404, "none has come yet"
        one.send(Frame("cam-1", to_us(at(0)), MINIMAL_JPEG))
        first = client.get(url)
        assert first.content == MINIMAL_JPEG
        assert first.headers["cache-control"] == "no-cache"
        tag = {"If-None-Match": first.headers["etag"]}
        assert client.get(url, headers=tag).status_code == 304
        final = client.get(f"{url}?v={to_us(at(0))}")
        assert "immutable" in final.headers["cache-control"]
        early = client.get(url, params={"at": "2026-07-06T23:59:59Z"})
        assert early.status_code == 404
