"""Pictures of dry places: sent once, and said to be missing where nobody has set one."""

from pathlib import Path

import pytest

from monitoring.domain.site import Device
from tests.services.desk import HandClock, desk
from tests.web.test_door import BEARER, MINIMAL_JPEG, House

URL = "/api/v1/cameras/cam-1/reference.jpg"


def test_a_reference_is_sent_once_and_anew_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "cam-1.jpg"
    file.write_bytes(MINIMAL_JPEG)
    with desk(tmp_path) as one:
        gauge = one.world.site.device["wg-road-a"].model_dump()
        for name in ("cam-1", "cam-2"):
            camera = {**gauge, "id": name, "kind": "camera", "quantities": ()}
            one.world.site.device[name] = Device.model_validate(camera)
        client = House(one, HandClock(), references={"cam-1": file}).client()
        client.headers.update(BEARER)
        first = client.get(URL)
        assert first.content == MINIMAL_JPEG
        assert first.headers["content-type"] == "image/jpeg"
        tag = {"If-None-Match": first.headers["etag"]}
        assert client.get(URL, headers=tag).status_code == 304
        file.write_bytes(MINIMAL_JPEG + b"more")
        assert client.get(URL, headers=tag).status_code == 200
        file.unlink()
        assert client.get(URL).status_code == 404
        missing = client.get("/api/v1/cameras/cam-2/reference.jpg")
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/problem+json"
        assert "config/references/cam-2.jpg" in missing.json()["detail"]
        for name in ("wg-road-a", "..%2F..%2Fetc"):
            assert client.get(f"/api/v1/cameras/{name}/reference.jpg").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_can_change_a_reference_from_outside(tmp_path: Path, method: str) -> None:
    with desk(tmp_path) as one:
        client = House(one, HandClock()).client()
        client.headers.update(BEARER)
        assert getattr(client, method)(URL).status_code == 405
