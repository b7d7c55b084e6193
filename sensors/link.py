"""The link to the broker: connects, stays, comes back, and says how it stands."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.address import Address, parse
from sensors.bulk import BulkClient, OnMessages
from sensors.packets import Message

_QOS: Final = 1
_KEEP_ALIVE_S: Final = 20
_SESSION_S: Final = 7 * 24 * 3600  # how long the broker keeps what waits for us
_RECEIVE_MAXIMUM: Final = 65_535  # messages that may be under way unacknowledged
_RETRY_S: Final = (1, 8)

OnState = Callable[[str, str], None]

log = structlog.get_logger(__name__)


class MqttLink:
    """A persistent session with the broker, MQTT 5 where it has it, else 3.1.1.

    Args:
        url: mqtt://[user:password@]host[:port] or mqtts://….
        root: First level of the native topics.
        client_id: Names the session; the same one finds what the broker kept for it.
        on_state: Called with connecting, connected or down, and a sentence.
        others: Filters of what else is subscribed.
        dropped: Filters that the session may still have from before, and that nobody needs.
    """

    def __init__(
        self, url: str, root: str, client_id: str, on_messages: OnMessages, on_state: OnState,
        has_room: Callable[[], bool], others: Sequence[str] = (), dropped: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._address = parse(url)
        native = [f"{root}/{kind}/#" for kind in ("obs", "frame", "status")]
        self._topics = [(topic, _QOS) for topic in (*native, *others)]
        self._dropped = list(dropped)
        self._client_id = client_id
        self._on_messages, self._on_state = on_messages, on_state
        self._has_room = has_room
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._rounds = 0  # through both protocols without an answer
        self._is_known = False  # which protocol the broker speaks
        self._client = self._new_client(MQTTProtocolVersion.MQTTv5)

    def start(self) -> None:
        """Connect and stay connected until `close`; a broker that is down is waited for."""
        self._on_state("connecting", f"connecting to {self._address}")
        self._connect()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are safe."""
        self._client.acknowledge(messages)

    def close(self) -> None:
        """Disconnect; the session stays with the broker."""
        with self._lock:
            self._closing.set()
            client = self._client
        client.disconnect()
        client.loop_stop()

    def _new_client(self, protocol: MQTTProtocolVersion) -> BulkClient:
        client = BulkClient(self._client_id, protocol, self._guarded, self._has_room)
        address: Address = self._address
        if address.user is not None:
            client.username_pw_set(address.user, address.password)
        if address.is_tls:
            client.tls_set()
        client.suppress_exceptions = True  # an exception would end paho's thread unseen
        client.reconnect_delay_set(*_RETRY_S)
        client.on_connect = self._connected
        client.on_connect_fail = self._failed
        client.on_disconnect = self._disconnected
        return client

    def _connect(self) -> None:
        client, address = self._client, self._address
        options: dict[str, Any] = {}
        if client.protocol is MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = _SESSION_S
            properties.ReceiveMaximum = _RECEIVE_MAXIMUM
            options = {"clean_start": False, "properties": properties}
        client.connect_async(address.host, address.port, _KEEP_ALIVE_S, **options)
        client.loop_start()

    def _guarded(self, messages: Sequence[Message]) -> None:
        try:
            self._on_messages(messages)
        except Exception:  # the network thread must live
            log.exception("messages could not be handed over", count=len(messages))

    def _connected(
        self,
        client: Client,
        _userdata: Any,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _props: Any,
    ) -> None:
        if reason.is_failure:
            self._on_state("down", f"{self._address} refused us: {reason}")
            return
        self._is_known = True
        # The embedded broker ends only what the same connection has subscribed.
        client.subscribe([*self._topics, *((topic, _QOS) for topic in self._dropped)])
        if self._dropped:
            client.unsubscribe(self._dropped)
        self._on_state("connected", f"connected to {self._address}")

    def _failed(self, _client: Any, _userdata: Any) -> None:
        self._on_state("down", f"{self._address} cannot be reached; trying again")

    def _disconnected(
        self, _client: Any, _userdata: Any, _flags: DisconnectFlags, reason: ReasonCode, _props: Any
    ) -> None:
        if self._closing.is_set():
            return
        self._on_state("down", f"the link to {self._address} broke: {reason}; trying again")
        if not self._is_known:
            threading.Thread(target=self._try_other, name="mqtt-protocol", daemon=True).start()

    def _try_other(self) -> None:
        """Go on in the other protocol with a broker that hung up before it had answered."""
        former = self._client
        former.disconnect()
        former.loop_stop()
        is_v5 = former.protocol is MQTTProtocolVersion.MQTTv5
        other = MQTTProtocolVersion.MQTTv311 if is_v5 else MQTTProtocolVersion.MQTTv5
        if not is_v5:  # neither protocol was answered: a wrong password, a proxy without broker
            self._closing.wait(min(_RETRY_S[0] * 2**self._rounds, _RETRY_S[1]))
            self._rounds = min(self._rounds + 1, _RETRY_S[1])
        with self._lock:
            if self._closing.is_set():
                return
            self._client = self._new_client(other)
        log.info("trying the other protocol", broker=str(self._address), protocol=other.name)
        self._connect()
