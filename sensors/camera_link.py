"""The camera's link: what a camera that speaks MQTT would say, said for one that does not.

Its pictures, and `online` or `offline`, retained and as last will. While the broker is away
only the newest picture waits.
"""

import threading
from typing import Any, Final

import structlog
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from monitoring.domain.brokers import Broker
from sensors.access import access_to
from sensors.patience import Patience

_QOS: Final = 1
_KEEP_ALIVE_S: Final = 20
_STEP_S: Final = 0.1  # how soon what is handed over goes out
_FAREWELL_S: Final = 3.0  # for the last confirmations
_RETRY_S: Final = (1.0, 30.0)
_V5: Final = MQTTProtocolVersion.MQTTv5
_V311: Final = MQTTProtocolVersion.MQTTv311

log = structlog.get_logger(__name__)


class CameraLink:
    """Publishes for one camera, MQTT 5 where the broker has it, else 3.1.1.

    A thread of its own owns the client; what others hand over it sends when it can.
    """

    def __init__(self, url: str, root: str, camera: str) -> None:
        self._access = access_to(Broker.at(url))
        self._address = self._access.address
        self._frame_topic, self._status_topic = f"{root}/frame/{camera}", f"{root}/status/{camera}"
        self._client_id = f"gangan-gateway-{camera}"
        self._lock = threading.Lock()
        self._waiting: tuple[bytes, str] | None = None
        self._is_online = False
        self._closing = threading.Event()
        self._protocol = _V5
        self._patience = Patience(*_RETRY_S)
        # Of the present connection: whether the broker has accepted us, what it knows, and
        # what it has not confirmed yet.
        self._is_accepted = False
        self._told: bool | None = None
        self._sent: dict[int, tuple[bytes, str] | None] = {}
        self._thread = threading.Thread(target=self._run, name="camera-link", daemon=True)

    def start(self) -> None:
        """Connect and stay connected until `close`."""
        self._thread.start()

    def publish(self, jpeg: bytes, time: str) -> None:
        """A picture that was taken at `time` (RFC 3339); one that still waits gives way."""
        with self._lock:
            self._waiting = (jpeg, time)
            self._is_online = True

    def offline(self) -> None:
        """The camera is not there."""
        with self._lock:
            self._is_online = False

    def close(self) -> None:
        """Send what waits, say offline, and disconnect."""
        self._closing.set()
        self._thread.join(timeout=2 * _FAREWELL_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._connected()
            except OSError as error:
                log.warning("the broker cannot be reached", broker=str(self._address), why=error)
            except Exception:  # outermost loop of the thread
                log.exception("the link failed", broker=str(self._address))
            if not self._closing.is_set():
                self._closing.wait(self._patience.next_s())

    def _connected(self) -> None:
        """One connection, for as long as it lasts."""
        client = self._client()
        client.connect(self._address.host, self._address.port, _KEEP_ALIVE_S)
        self._is_accepted, self._told = False, None
        with self._lock:  # what the former connection did not confirm is sent again
            lost = [sent for sent in self._sent.values() if sent]
            self._waiting = self._waiting or (lost[-1] if lost else None)
            self._sent = {}
        while client.loop(_STEP_S) is MQTTErrorCode.MQTT_ERR_SUCCESS:
            if self._closing.is_set():
                self._part(client)
                return
            if self._is_accepted:
                self._send(client)
        if not self._is_accepted:  # perhaps it speaks the other protocol
            self._protocol = _V311 if self._protocol is _V5 else _V5
        log.warning("the link to the broker broke", broker=str(self._address))

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=self._client_id, protocol=self._protocol
        )
        self._access.prepare(client)
        client.will_set(self._status_topic, b"offline", _QOS, retain=True)
        client.on_connect = self._answered
        client.on_publish = self._confirmed
        return client

    def _answered(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            log.error("the broker refuses us", broker=str(self._address), answer=str(reason))
            return
        self._is_accepted = True
        self._patience.reset()
        log.info("connected", broker=str(self._address), protocol=self._protocol.name)

    def _confirmed(self, _client: Client, _userdata: Any, mid: int, _reason: Any, _p: Any) -> None:
        self._sent.pop(mid, None)

    def _send(self, client: Client) -> None:
        """What is to be said, one message at a time."""
        if self._sent:
            return
        with self._lock:
            is_online, waiting = self._is_online, self._waiting
            self._waiting = None
        if is_online is not self._told:
            word = b"online" if is_online else b"offline"
            self._sent[client.publish(self._status_topic, word, _QOS, retain=True).mid] = None
            self._told = is_online
        if waiting is None:
            return
        properties = None
        if self._protocol is _V5:
            properties = Properties(PacketTypes.PUBLISH)
            properties.UserProperty = ("time", waiting[1])
        told = client.publish(self._frame_topic, waiting[0], _QOS, properties=properties)
        self._sent[told.mid] = waiting

    def _part(self, client: Client) -> None:
        """Send what waits, say offline last, and wait a little for the broker to have heard it."""
        for is_last in (False, True):
            if is_last:
                self.offline()
            for _ in range(round(_FAREWELL_S / _STEP_S)):
                if self._is_accepted:
                    self._send(client)
                if not self._sent or client.loop(_STEP_S) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    break
        client.disconnect()
        client.loop(_STEP_S)
