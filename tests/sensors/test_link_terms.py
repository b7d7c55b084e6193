"""On what terms a broker lets us in: topics, sessions, turns, and who took over."""

import json
import socket
import struct
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.brokers import Broker, LinkState
from sensors.link import delay_s
from tests.brokers import embedded, free_port, mosquitto, publish
from tests.sensors.listener import TOPIC, listening, told, wait_for


def strict(folder: Path, *allowed: str) -> tuple[str, ...]:
    """Settings of a Mosquitto in which nobody may subscribe to more than these filters."""
    (plugin,) = Path("/usr/lib").glob("**/mosquitto_dynamic_security.so")
    folder.mkdir(exist_ok=True)
    rights = folder / "rights.json"
    acls = [
        {"acltype": "subscribePattern", "topic": topic, "priority": 0, "allow": True}
        for topic in allowed
    ]
    rights.write_text(
        json.dumps(
            {
                "defaultACLAccess": {
                    "publishClientSend": True, "publishClientReceive": True,
                    "subscribe": False, "unsubscribe": True,
                },
                "anonymousGroup": "all",
                "clients": [],
                "groups": [{"groupname": "all", "roles": [{"rolename": "all"}]}],
                "roles": [{"rolename": "all", "acls": acls}],
            }
        )
    )  # fmt: skip
    rights.chmod(0o600)
    return f"plugin {plugin}", f"plugin_opt_config_file {rights}"


@pytest.mark.mosquitto
@pytest.mark.parametrize("version", [5, 4])
def test_a_topic_that_may_not_be_read_is_named_and_the_others_are_read(
    tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if version == 4:
        monkeypatch.setattr("sensors.link._VERSIONS", [4])
    port = free_port()
    settings = strict(tmp_path / "broker", "donggang/obs/#", "donggang/status/#")
    with (
        mosquitto(tmp_path / "broker", port, *settings) as url,
        listening(url, wait=False) as listener,
    ):
        detail = told(listener, LinkState.LIMITED)
        assert "does not let us read donggang/frame/#; allow it in its ACL" in detail
        publish(port, TOPIC, b"all the same")
        wait_for(lambda: listener.has(b"all the same"))


@pytest.mark.mosquitto
def test_a_topic_that_was_allowed_later_is_read_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sensors.link._AGAIN_S", 0.5)
    port = free_port()
    folder = tmp_path / "broker"
    with listening(f"mqtt://127.0.0.1:{port}", wait=False) as listener:
        with mosquitto(folder, port, *strict(folder, "donggang/obs/#")):
            wait_for(lambda: listener.states.count(LinkState.LIMITED) >= 2)
        with mosquitto(folder, port, *strict(folder, "donggang/#")):
            wait_for(listener.is_connected)


@pytest.mark.mosquitto
def test_a_session_that_was_kept_leaves_no_gap_and_one_that_was_not_does(tmp_path: Path) -> None:
    memory, port = tmp_path / "session", free_port()
    broker = Broker(id="main", url=f"mqtt://127.0.0.1:{port}", session_expiry=timedelta(seconds=1))
    with mosquitto(tmp_path / "broker", port):
        with listening(broker, memory=memory) as first:
            assert [r.has_gap for r in first.reports] == [False, False], "there never was one"
        with listening(broker, memory=memory) as second:
            assert not any(r.has_gap for r in second.reports)
        time.sleep(3)  # longer than the session is kept
        with listening(broker, memory=memory) as third:
            assert [r.has_gap for r in third.reports] == [False, True]


def test_an_embedded_broker_that_was_lost_leaves_a_gap(tmp_path: Path) -> None:
    memory, port = tmp_path / "session", free_port()
    with (
        listening(f"mqtt://127.0.0.1:{port}", memory=memory, wait=False) as listener,
    ):
        for _ in range(2):
            with embedded(tmp_path, port):
                wait_for(listener.is_connected)
            wait_for(lambda: listener.is_(LinkState.DOWN))
    assert [r.has_gap for r in listener.reports if r.state is LinkState.CONNECTED] == [False, True]


@pytest.mark.mosquitto
def test_another_program_with_our_client_id_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sensors.link._FIRST_S", 0.01)
    port = free_port()
    with mosquitto(tmp_path, port) as url, listening(url) as first:
        with listening(url, wait=False):
            detail = told(first, LinkState.REFUSED)
        assert "give each a client_id of its own" in detail


@pytest.mark.mosquitto
def test_a_client_id_and_user_properties_are_what_the_broker_sees(tmp_path: Path) -> None:
    port = free_port()
    settings = ("log_type all",)
    with mosquitto(tmp_path, port, *settings) as url:
        named = Broker(id="city", url=url, client_id="gangan-desk-2")
        with listening(named):
            pass
    log = (tmp_path / "mosquitto.log").read_text()
    assert "as gangan-desk-2 (p5, c0" in log, "MQTT 5, and the session is kept"


class Brief:
    """A broker that keeps sessions for ten minutes only, and says so (MQTT 5, 3.2.2.3.2)."""

    CONNACK = b"\x20\x08\x00\x00\x05\x11" + struct.pack("!I", 600)

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(self.CONNACK)
            subscribe = connection.recv(1000)
            connection.sendall(b"\x90\x06" + subscribe[2:4] + b"\x00\x01\x01\x01")
            connection.recv(1000)

    def close(self) -> None:
        self._socket.close()


def test_a_broker_that_keeps_less_than_asked_for_is_told_of() -> None:
    broker = Brief()
    with listening(broker.url) as listener:
        assert "keeps what waits for us for 600 s only" in told(listener, LinkState.CONNECTED)
    broker.close()


def test_attempts_are_spread_below_a_ceiling_that_doubles() -> None:
    ceilings = [delay_s(failures, 8, 1) for failures in range(6)]
    assert ceilings == [1, 2, 4, 8, 8, 8]
    assert delay_s(10, 60, 1) == 60
    assert delay_s(3, 8, 0.25) == 2
    assert delay_s(3, 8, 0) == 0
