"""The link where it is not wanted, and where we are not ready."""

import time
from pathlib import Path

from monitoring.domain.brokers import LinkState
from tests.brokers import embedded, free_port, publish
from tests.sensors.listener import TOPIC, listening, wait_for
from tests.sensors.test_link import Refusing


def test_a_broker_that_never_answers_is_not_stormed() -> None:
    broker = Refusing()
    with listening(broker.url, wait=False):
        time.sleep(2.5)
    broker.close()
    assert 2 <= len(broker.openings) <= 8


def test_a_long_pause_keeps_the_connection_and_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    with embedded(tmp_path, port) as url, listening(url) as listener:
        assert listener.link._client
        listener.link._client._keepalive = 1
        listener.has_room = False
        publish(port, TOPIC, b"waits")
        time.sleep(4)
        assert listener.payloads == []
        assert LinkState.DOWN not in listener.states
        listener.has_room = True
        wait_for(lambda: listener.has(b"waits"))
