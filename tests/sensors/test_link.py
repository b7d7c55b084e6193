"""The link on real brokers: what it is told, what it is told again, and what it says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sensors.link import MqttLink
from sensors.packets import Message
from tests.brokers import embedded, free_port, mosquitto, publish

TOPIC = "donggang/obs/gauge"
Broker = Callable[[Path, int], AbstractContextManager[str]]


class Listener:
    """Collects what a link brings; acknowledges only where told to."""

    def __init__(self, url: str, *, acknowledges: bool = True) -> None:
        self.payloads: list[bytes] = []
        self.times: list[str | None] = []
        self.states: list[str] = []
        self.has_room = True
        self._acknowledges = acknowledges
        self.link = MqttLink(
            url, "donggang", "test", self._take, lambda s, _: self.states.append(s),
            lambda: self.has_room, ["tele/+/SENSOR", "json/#"],
        )  # fmt: skip

    def _take(self, messages: Sequence[Message]) -> None:
        self.payloads += [m.payload for m in messages]
        self.times += [m.time for m in messages]
        if self._acknowledges:
            self.link.acknowledge(messages)

    def has(self, *payloads: bytes) -> bool:
        return self.payloads == list(payloads)

    def is_connected(self) -> bool:
        return self.states[-1:] == ["connected"]


@contextmanager
def listening(url: str, *, acknowledges: bool = True, wait: bool = True) -> Iterator[Listener]:
    listener = Listener(url, acknowledges=acknowledges)
    listener.link.start()
    try:
        if wait:
            wait_for(listener.is_connected)
            time.sleep(0.2)  # the subscription follows the connection
        yield listener
    finally:
        listener.link.close()


def wait_for(condition: Callable[[], bool], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
    port = free_port()
    with broker(tmp_path, port) as url, listening(url) as listener:
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
        assert listener.times == ["2026-07-07T00:00:00Z"]


@pytest.mark.mosquitto
def test_a_broker_that_is_down_at_the_start_and_later_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    with listening(f"mqtt://127.0.0.1:{port}", wait=False) as listener:
        wait_for(lambda: listener.states[-1:] == ["down"])
        for payload in (b"one", b"two"):
            with mosquitto(tmp_path, port):
                wait_for(listener.is_connected)
                time.sleep(0.2)
                publish(port, TOPIC, payload)
                wait_for(lambda: payload in listener.payloads)  # noqa: B023
            wait_for(lambda: listener.states[-1] == "down")
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
