"""The link on real brokers: what it is told, what it is told again, and what it says."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from monitoring.domain.brokers import LinkState
from tests.bench.blast import blast, observations
from tests.brokers import embedded, free_port, mosquitto, publish
from tests.sensors.listener import TOPIC, listening, wait_for

Broker = Callable[[Path, int], AbstractContextManager[str]]


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def broker(request: pytest.FixtureRequest) -> Broker:
    return embedded if request.param == "embedded" else mosquitto


def test_what_was_not_acknowledged_comes_again_and_nothing_else(
    broker: Broker, tmp_path: Path
) -> None:
    port = free_port()
    with broker(tmp_path, port) as url:
        with listening(url) as first:
            publish(port, TOPIC, b"safe")
            wait_for(lambda: first.has(b"safe"))
            time.sleep(0.3)  # until the acknowledgement has left
        with listening(url, acknowledges=False) as second:
            publish(port, TOPIC, b"unsafe")
            wait_for(lambda: second.has(b"unsafe"))
        publish(port, TOPIC, b"while away")
        with listening(url) as third:
            wait_for(lambda: len(third.payloads) >= 2)
            time.sleep(0.3)
            assert third.has(b"unsafe", b"while away")


def test_topics_of_device_profiles_are_heard_and_no_others(broker: Broker, tmp_path: Path) -> None:
    port, topics = free_port(), ["tele/+/SENSOR", "json/#"]
    with broker(tmp_path, port) as url, listening(url, topics=topics) as listener:
        publish(port, "tele/porch/STATE", b"nobody reads it")
        publish(port, "tele/porch/SENSOR", b"sensor")
        publish(port, "json/a/b", b"json")
        wait_for(lambda: listener.has(b"sensor", b"json"))


def test_a_payload_of_5_mb_arrives_whole(broker: Broker, tmp_path: Path) -> None:
    port = free_port()
    with broker(tmp_path, port) as url, listening(url) as listener:
        publish(port, TOPIC, b"x" * 5_000_000)
        wait_for(lambda: bool(listener.payloads))
        assert listener.has(b"x" * 5_000_000)


@pytest.mark.parametrize("version", ["mqttv311", "mqttv5"])
def test_devices_of_both_protocols_are_heard_on_one_port(
    broker: Broker, tmp_path: Path, version: str
) -> None:
    port = free_port()
    with broker(tmp_path, port) as url, listening(url) as listener:
        publish(port, TOPIC, b"hello", "-V", version)
        wait_for(lambda: listener.has(b"hello"))


def test_the_time_that_a_device_adds_arrives(broker: Broker, tmp_path: Path) -> None:
    port = free_port()
    with broker(tmp_path, port) as url, listening(url) as listener:
        stamp = ("-V", "mqttv5", "-D", "publish", "user-property", "time", "2026-07-07T00:00:00Z")
        publish(port, TOPIC, b"picture", *stamp)
        wait_for(lambda: listener.has(b"picture"))
        assert [m.time for m in listener.messages] == ["2026-07-07T00:00:00Z"]


def test_a_broker_that_waits_for_acknowledgements_waits_for_none(tmp_path: Path) -> None:
    """The embedded broker sends 100 messages ahead; a second for each hundred is for ever."""
    port = free_port()
    with embedded(tmp_path, port) as url, listening(url) as listener:
        blast(port, observations(2000, ["gauge"], 0))
        wait_for(lambda: len(listener.payloads) == 2000, 8)


@pytest.mark.mosquitto
def test_a_broker_that_is_down_at_the_start_and_later_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    with listening(f"mqtt://127.0.0.1:{port}", wait=False) as listener:
        wait_for(lambda: listener.is_(LinkState.DOWN))
        for payload in (b"one", b"two"):
            with mosquitto(tmp_path, port):
                wait_for(listener.is_connected)
                publish(port, TOPIC, payload)
                wait_for(lambda: payload in listener.payloads)  # noqa: B023
            wait_for(lambda: listener.is_(LinkState.DOWN))
        assert listener.has(b"one", b"two")


class Refusing:
    """Something that takes connections and hangs up, as a proxy without its broker does."""

    def __init__(self, answer: bytes = b"") -> None:
        self.openings: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.openings.append(connection.recv(1000))
                connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize("answer", [b"", b"\x20\x02\x00\x01"], ids=["hangs up", "refuses"])
def test_a_broker_that_knows_no_mqtt_5_is_asked_in_3_1_1(answer: bytes) -> None:
    broker = Refusing(answer)
    with listening(broker.url, wait=False):
        wait_for(lambda: len(broker.openings) >= 2)
    broker.close()
    versions = [opening[opening.index(b"MQTT") + 4] for opening in broker.openings[:2]]
    assert versions == [5, 4]
