"""Whatever comes, it is counted and explained, and intake goes on."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Served, serve, wait_for

GAUGE = "donggang/obs/wg-underpass-chengdu-rizhao"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("bad-input")) as running:
        yield running


def pack(**record: object) -> str:
    return json.dumps([{"n": "water_depth", "u": "cm", "v": 1, **record}])


BAD = {
    "not_json": (GAUGE, "depth: twelve"),
    "not_senml": (GAUGE, '{"water_depth": 12}'),
    "unknown_device": ("donggang/obs/no-such-device", pack()),
    "unknown_quantity": (GAUGE, pack(n="wetness")),
    "unknown_unit": (GAUGE, pack(u="furlong")),
    "bad_value": (GAUGE, '[{"n":"water_depth","u":"cm","v":"deep"}]'),
    "future": (GAUGE, pack(t=time.time() + 3600)),
    "not_jpeg": ("donggang/frame/cam-underpass-chengdu-rizhao", "no picture"),
    "too_large": (GAUGE, "x" * 5_000_000),
    "bad_status": ("donggang/status/wg-underpass-chengdu-rizhao", "perhaps"),
}


@pytest.mark.mosquitto
@pytest.mark.parametrize("reason", BAD)
def test_a_bad_message_is_quarantined_with_its_reason(served: Served, reason: str) -> None:
    topic, payload = BAD[reason]
    served.publish(topic, payload)

    def found() -> dict[str, str] | None:
        items = served.get("/api/v1/quarantine")["items"]
        return next((i for i in items if i["reason"] == reason), None)

    item = wait_for(f"quarantine entry {reason}", found)
    assert item["topic"] == topic
    assert item["detail"]


@pytest.mark.mosquitto
def test_nan_is_no_number_and_never_reaches_the_archive(served: Served) -> None:
    served.publish(GAUGE, '[{"n":"water_depth","u":"cm","v":NaN}]')
    wait_for(
        "quarantined NaN",
        lambda: any("NaN" in i["payload"] for i in served.get("/api/v1/quarantine")["items"]),
    )


@pytest.mark.mosquitto
def test_intake_goes_on_after_all_of_it(served: Served) -> None:
    served.publish(GAUGE, pack(v=25))

    def level() -> bool:
        segment = served.get("/api/v1/segments/underpass-chengdu-rizhao")
        return bool(segment["properties"]["level"] == "orange")

    wait_for("orange segment", level)
    assert served.is_ready()


def test_a_broken_configuration_is_listed_and_nothing_starts(tmp_path: Path) -> None:
    broken = tmp_path / "config"
    broken.mkdir()
    (broken / "site.yaml").write_text("id: [\n")
    with serve(tmp_path / "state", "--config", str(broken), wait=False) as running:
        assert running.process.wait(timeout=20) == 1
        text = running.log.read_text()
        assert "site.yaml" in text
        assert "devices.yaml" in text, "every error at once"
        assert "Traceback" not in text
