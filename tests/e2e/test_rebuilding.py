"""Binding puts everything together anew without a start by hand, and loses nothing meanwhile."""

import json
import subprocess
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.served import Served, serve, wait_for

pytestmark = pytest.mark.mosquitto

GAUGE = "wg-underpass-chengdu-rizhao"
CONFIG = {"stat_t": "yard/1", "uniq_id": "us1", "dev_cla": "temperature", "unit_of_meas": "°C"}
ASKED = {
    "profile": "homeassistant", "external": "us1", "id": "ws-yard", "kind": "station",
    "name_zh": "院", "name_en": "Yard", "segment": "underpass-chengdu-rizhao", "cadence": "60s",
    "quantities": "air_temperature",
}  # fmt: skip
COUNT = 400
BEGAN = 1_780_000_000  # well in the past


def stream(served: Served, stop: threading.Event) -> int:
    """Publish one observation after the other until told to stop; how many."""
    command = ["mosquitto_pub", "-p", str(served.mqtt_port), "-q", "1", "-l",
               "-t", f"donggang/obs/{GAUGE}"]  # fmt: skip
    sent = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin
        while not stop.is_set() and sent < COUNT:
            pack = [{"n": "water_depth", "u": "cm", "v": 1, "t": BEGAN + sent}]
            process.stdin.write(json.dumps(pack) + "\n")
            process.stdin.flush()
            sent += 1
            time.sleep(0.005)
    return sent


def archived(served: Served) -> int:
    query = "start=2026-05-01T00:00:00Z&end=2026-07-01T00:00:00Z&limit=1000"
    path = f"/api/v1/observations?device={GAUGE}&{query}"
    return len(served.get(path)["items"])


def has_yard(served: Served, *, is_there: bool) -> bool:
    """Whether the server is ready again and has the device, or has it no longer."""
    try:
        return served.is_ready() and is_there is any(
            device["id"] == "ws-yard" for device in served.get("/api/v1/devices")["items"]
        )
    except OSError:  # just between the two
        return False


def may_be(served: Served, step: str) -> bool:
    """Whether a step can be taken: who is to be bound has announced itself again."""
    return step == "unbind" or bool(served.get("/api/v1/candidates")["items"])


def test_what_comes_while_devices_are_bound_is_kept_and_the_server_is_back_at_once(
    tmp_path: Path,
) -> None:
    with serve(tmp_path) as served:
        served.publish("homeassistant/sensor/us1/config", json.dumps(CONFIG), "-r")
        wait_for("candidate", lambda: served.get("/api/v1/candidates")["items"])
        stop, sent = threading.Event(), [0]
        sender = threading.Thread(target=lambda: sent.append(stream(served, stop)))
        sender.start()
        time.sleep(0.3)
        for step in ("bind", "unbind", "bind"):
            path = "/api/v1/devices" if step == "bind" else "/api/v1/devices/ws-yard/unbind"
            wait_for("candidate", partial(may_be, served, step))
            served.post(path, ASKED if step == "bind" else {})
            began = time.monotonic()
            wait_for(f"site after {step}", partial(has_yard, served, is_there=step == "bind"), 5)
            assert time.monotonic() - began < 5
        stop.set()
        sender.join()
        wait_for("every observation", lambda: archived(served) == sent[-1])
        assert sent[-1] > 50
        assert served.process.poll() is None


def test_who_is_unbound_is_heard_no_longer(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        served.publish("homeassistant/sensor/us1/config", json.dumps(CONFIG), "-r")
        wait_for("candidate", lambda: served.get("/api/v1/candidates")["items"])
        served.post("/api/v1/devices", ASKED)
        wait_for("device", partial(has_yard, served, is_there=True))
        served.publish("yard/1", "21.5")
        wait_for("value", lambda: served.get("/api/v1/devices/ws-yard")["values"])
        served.post("/api/v1/devices/ws-yard/unbind", {})
        wait_for("site without it", partial(has_yard, served, is_there=False))
        served.publish("yard/1", "22")
        served.publish(f"donggang/obs/{GAUGE}", '[{"n":"water_depth","u":"cm","v":1}]')
        wait_for("the next message", lambda: served.get(f"/api/v1/devices/{GAUGE}")["values"])
        assert served.get("/api/v1/quarantine")["items"] == []


def test_a_bound_device_is_there_after_a_start(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        served.publish("homeassistant/sensor/us1/config", json.dumps(CONFIG), "-r")
        wait_for("candidate", lambda: served.get("/api/v1/candidates")["items"])
        served.post("/api/v1/devices", ASKED)
        wait_for("device", partial(has_yard, served, is_there=True))
    with serve(tmp_path) as served:
        assert served.get("/api/v1/devices/ws-yard")["segment"] == ASKED["segment"]
        served.publish("yard/1", "21.5")
        wait_for("value", lambda: served.get("/api/v1/devices/ws-yard")["values"])
