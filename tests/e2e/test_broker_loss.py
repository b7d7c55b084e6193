"""The broker comes and goes; the program says so, waits, and loses nothing it held."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import free_port
from tests.e2e.served import Served, serve, wait_for

GAUGE = "donggang/obs/wg-underpass-chengdu-rizhao"


@contextmanager
def mosquitto(folder: Path, port: int) -> Iterator[None]:
    """Debian's Mosquitto with persistence, on loopback."""
    folder.mkdir(exist_ok=True)
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n"
        f"persistence true\npersistence_location {folder}/\nmax_queued_messages 0\n"
    )
    with (folder / "mosquitto.log").open("ab") as log:
        process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(config)], stderr=log)
    try:
        yield
    finally:
        process.terminate()  # an orderly end, at which it saves what it holds
        process.wait(timeout=10)


def broker_state(served: Served) -> str:
    try:
        with urllib.request.urlopen(served.url + "/readyz", timeout=5) as answer:  # noqa: S310
            return str(json.load(answer)["broker"])
    except urllib.error.HTTPError as error:
        with error:
            return str(json.load(error)["broker"])
    except OSError:
        return "no answer"


@pytest.mark.mosquitto
def test_a_broker_that_is_down_at_the_start_and_later_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    with serve(tmp_path / "state", mqtt=url, mqtt_port=port, wait=False) as served:
        wait_for("server", lambda: served.status("/healthz") == 200)
        assert served.status("/readyz") == 503
        assert broker_state(served) != "connected"
        with mosquitto(tmp_path / "broker", port):
            wait_for("connection", served.is_ready, 30)
            served.publish(GAUGE, '[{"n":"water_depth","u":"cm","v":21}]')
            wait_for("first value", lambda: depth(served) == 21)
        wait_for("lost link", lambda: broker_state(served) == "down", 30)
        assert served.status("/readyz") == 503
        with mosquitto(tmp_path / "broker", port):
            wait_for("connection again", served.is_ready, 30)
            served.publish(GAUGE, '[{"n":"water_depth","u":"cm","v":22}]')
            wait_for("second value", lambda: depth(served) == 22)


@pytest.mark.mosquitto
def test_what_the_broker_held_while_we_were_away_arrives(tmp_path: Path) -> None:
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    with mosquitto(tmp_path / "broker", port):
        with serve(tmp_path / "state", mqtt=url, mqtt_port=port) as served:
            served.publish(GAUGE, '[{"n":"water_depth","u":"cm","v":1}]')
            wait_for("first value", lambda: depth(served) == 1)
        for value in range(2, 12):
            served.publish(GAUGE, f'[{{"n":"water_depth","u":"cm","v":{value}}}]')
        with serve(tmp_path / "state", mqtt=url, mqtt_port=port) as served:
            wait_for("what was held", lambda: depth(served) == 11)


def depth(served: Served) -> float | None:
    segment = served.get("/api/v1/segments/underpass-chengdu-rizhao")
    values = segment["properties"]["values"]
    return values.get("water_depth", {}).get("value")  # type: ignore[no-any-return]
