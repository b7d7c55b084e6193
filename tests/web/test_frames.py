"""Pictures by API: the newest, of an instant, by hash, and only where they are not known."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from monitoring.domain.instants import rfc3339
from tests.engine.pictures import jpeg, plain, scene
from tests.engine.timeline import at, depth
from tests.services.cameras import camera, shot
from tests.services.desk import Desk, HandClock, desk, until
from tests.web.test_door import BEARER, House

URL = "/api/v1/cameras/cam-a/frame.jpg"
FIRST, SECOND = jpeg(scene(1)), jpeg(plain(2))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("frames")
    with desk(folder, cameras=[camera()]) as opened:
        opened.send(shot(0, FIRST))
        opened.send(depth(3, 27))
        until(lambda: opened.world.inspection.inspected().waiting == 0)
        opened.send(shot(5, SECOND))
        yield opened


@pytest.fixture
def client(one: Desk) -> TestClient:
    client = House(one, HandClock()).client()
    client.headers.update(BEARER)
    return client


def alarm_id(one: Desk) -> str:
    return one.world.alarms.holding()[0].raised.alarm_id


def test_the_newest_frame_and_those_as_of_an_instant(client: TestClient) -> None:
    assert client.get(URL).content == SECOND
    for minute, content in ((0, FIRST), (4.9, FIRST), (5, SECOND), (99, SECOND)):
        answer = client.get(URL, params={"at": rfc3339(at(minute))})
        assert answer.content == content
        assert answer.headers["x-frame-time"] == rfc3339(at(0 if content is FIRST else 5))
        assert answer.headers["cache-control"] == "no-cache"


def test_before_the_first_frame_there_is_none(client: TestClient) -> None:
    answer = client.get(URL, params={"at": rfc3339(at(0) - timedelta(microseconds=1))})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "of that time or before" in answer.json()["detail"]
    assert client.get(URL, params={"at": "2026-07-07T00:00:00"}).status_code == 422, "no zone"


@pytest.mark.parametrize("asked", [{}, {"at": rfc3339(at(1))}])
def test_who_has_a_picture_is_not_sent_it_again(client: TestClient, asked: dict[str, str]) -> None:
    tag = client.get(URL, params=asked).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(URL, params=asked, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    for other in ('"other"', tag.strip('"')):
        answer = client.get(URL, params=asked, headers={"If-None-Match": other})
        assert answer.status_code == 200


def test_a_head_has_what_a_get_has_but_the_picture(client: TestClient, one: Desk) -> None:
    by_hash = client.get(f"/api/v1/alarms/{alarm_id(one)}/frames").json()["items"][0]["url"]
    for url in (URL, by_hash):
        got, head = client.get(url), client.head(url)
        assert head.status_code == 200
        for name in ("etag", "content-length", "content-type", "cache-control"):
            assert head.headers[name] == got.headers[name]
    assert client.head(URL, params={"at": "2000-01-01T00:00:00Z"}).status_code == 404


def test_the_frames_of_an_alarm_are_listed_and_found_by_hash(client: TestClient, one: Desk) -> None:
    url = f"/api/v1/alarms/{alarm_id(one)}/frames"
    items = client.get(url).json()["items"]
    assert [(i["camera"], i["time"]) for i in items] == [
        ("cam-a", rfc3339(at(0))),
        ("cam-a", rfc3339(at(5))),
    ]
    for item, content in zip(items, (FIRST, SECOND), strict=True):
        answer = client.get(item["url"])
        assert answer.content == content
        assert answer.headers["etag"] == f'"{item["sha256"]}"'
        assert "immutable" in answer.headers["cache-control"]
        known = {"If-None-Match": answer.headers["etag"]}
        assert client.get(item["url"], headers=known).status_code == 304
    first = client.get(url, params={"limit": 1}).json()
    rest = client.get(url, params={"limit": 1, "cursor": first["next"]}).json()
    assert first["items"] + rest["items"] == items


def test_a_thumbnail_is_the_same_picture_smaller(client: TestClient, one: Desk) -> None:
    url = client.get(f"/api/v1/alarms/{alarm_id(one)}/frames").json()["items"][0]["url"]
    small = client.get(url, params={"width": 192})
    assert len(small.content) < len(FIRST) / 3
    assert small.headers["etag"] != client.get(url).headers["etag"]
    assert Image.open(BytesIO(small.content)).size == (192, 108)
    assert client.get(url, params={"width": 9}).status_code == 422


def test_what_is_not_there_is_a_problem_that_says_so(client: TestClient) -> None:
    for path, status in (
        ("/api/v1/alarms/nobody/frames", 404),
        (f"/api/v1/frames/{'0' * 64}.jpg", 404),
        ("/api/v1/frames/x.jpg", 422),
        (f"/api/v1/frames/{'A' * 64}.jpg", 422),
        ("/api/v1/frames/..%2f..%2fetc.jpg", 404),
    ):
        answer = client.get(path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_camera_says_what_its_picture_is_worth_and_others_nothing(
    client: TestClient, one: Desk
) -> None:
    until(lambda: client.get("/api/v1/devices/cam-a").json()["picture"]["verdict"] == "black")
    camera = client.get("/api/v1/devices/cam-a").json()
    assert camera["picture"] == {"verdict": "black", "since": rfc3339(at(5))}
    assert camera["state"] == "suspect"
    assert client.get("/api/v1/devices/wg-road-a").json()["picture"] is None
    told = client.get("/readyz").json()["pictures"]
    assert told == {"stored": 2, "looked_at": 2, "skipped": 0, "waiting": 0}
    assert one.world.counters().frames == 2
