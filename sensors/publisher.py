"""A publishing client: what devices do, for the scenario player and for tests.

QoS 1 with a bounded window of unconfirmed messages; reconnects for ever.
"""

import threading
from typing import Final

import structlog
from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from monitoring.domain.brokers import Broker
from sensors.access import Access, access_to

WINDOW: Final = 2_000  # unconfirmed messages
_RETRY_S: Final = (1, 10)

log = structlog.get_logger(__name__)


class Publisher:
    """Publishes to a broker from any thread; what it was given survives a reconnection.

    Args:
        broker: Its URL, or how to come to it.
        window: Messages that may be unconfirmed.
    """

    def __init__(self, broker: str | Access, client_id: str, window: int = WINDOW) -> None:
        access = access_to(Broker.at(broker)) if isinstance(broker, str) else broker
        address = access.address
        self._free = threading.BoundedSemaphore(window)
        self._is_closed = threading.Event()
        self._idle = threading.Condition()
        self._unconfirmed = 0
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv5
        )
        client.suppress_exceptions = True
        client.max_inflight_messages_set(window)
        client.reconnect_delay_set(*_RETRY_S)
        access.prepare(client)
        client.on_publish = self._confirmed
        client.on_connect = lambda _c, _u, _f, reason, _p: log.info(
            "publisher connected", broker=str(address), answer=str(reason)
        )
        client.on_connect_fail = lambda _c, _u: log.warning(
            "the broker cannot be reached; trying again", broker=str(address)
        )
        client.connect_async(address.host, address.port)
        client.loop_start()
        self._client = client

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, time: str | None = None
    ) -> None:
        """Hand over one message; waits only while the window of unconfirmed ones is full.

        Args:
            topic: Full topic.
            payload: The message's bytes.
            retain: Whether the broker keeps it for later subscribers.
            time: MQTT 5 user property `time`, RFC 3339: what a frame's instant is.

        Raises:
            ConnectionError: The publisher has been closed.
        """
        while not self._free.acquire(timeout=0.2):
            if self._is_closed.is_set():
                raise ConnectionError("the publisher is closed; make a new one")
        properties = None
        if time is not None:
            properties = Properties(PacketTypes.PUBLISH)
            properties.UserProperty = ("time", time)
        with self._idle:
            self._unconfirmed += 1
        self._send(topic, payload, retain=retain, properties=properties)

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until the broker has confirmed everything; False where it did not in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._unconfirmed == 0, timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """Wait for confirmations, then disconnect."""
        self.flush(timeout_s)
        self._is_closed.set()
        self._client.disconnect()
        self._client.loop_stop()

    def _send(
        self, topic: str, payload: bytes, *, retain: bool, properties: Properties | None
    ) -> MQTTMessageInfo:
        return self._client.publish(topic, payload, 1, retain, properties)

    def _confirmed(
        self, _client: Client, _userdata: object, _mid: int, _reason: ReasonCode, _props: Properties
    ) -> None:
        with self._idle:
            self._unconfirmed -= 1
            self._idle.notify_all()
        self._free.release()
