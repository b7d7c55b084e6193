"""The link to one broker: connects, stays, comes back, and says how it stands.

One thread, and one client for each connection. MQTT 5 is asked for each time anew, and 3.1.1
where that was not answered.
"""

import random
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from monitoring.domain.brokers import LinkReport, LinkState
from sensors.access import Access
from sensors.bulk import BulkClient, OnMessages
from sensors.causes import HUNG_UP, HUNG_UP_TLS, SHARED, of_error, of_reason
from sensors.packets import Message
from sensors.sessions import SessionMemory

_VERSIONS: Final = (MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311)
_QOS: Final = 1
_KEEP_ALIVE_S: Final = 20
_RECEIVE_MAXIMUM: Final = 65_535  # messages that may be under way unacknowledged
_STEADY_S: Final = 10.0  # a connection that held so long was a good one
_SUSPICIOUS: Final = 3  # times in a row that we were let in and cut off at once
_FIRST_S: Final = 1.0
_LONGEST_S: Final = 8.0
_LONGEST_REFUSED_S: Final = 60.0  # somebody must mend something first
_AGAIN_S: Final = 60.0  # until refused topics are asked for again
_UNSUPPORTED_VERSION: Final = 0x84  # MQTT 5, 2.4

OnReport = Callable[[LinkReport], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """What we ask of a broker.

    Attributes:
        client_id: Names the session; the same one finds what the broker kept for it.
        expiry: How long the broker shall keep it (MQTT 5); a 3.1.1 broker decides by itself.
        topics: Filters of the topics that are read.
        memory: Remembers over restarts that there was a session.
    """

    client_id: str
    expiry: timedelta
    topics: Sequence[str]
    memory: SessionMemory


@dataclass(slots=True)
class _Talk:
    """What was said on one connection."""

    since: float = 0.0  # when we were let in, monotonic; 0 where we were not
    farewell: ReasonCode | None = None  # why we were not, or why the broker took leave
    terms: str = ""  # on which it let us in
    has_gap: bool = False
    asked: Sequence[str] = ()  # topics whose subscription has not been answered


def delay_s(failures: int, longest_s: float, share: float) -> float:
    """Seconds until the next attempt: full jitter, so that many clients don't come at once.

    Args:
        failures: Attempts in a row that failed; 0 after a good connection.
        share: Random, from 0 to 1.
    """
    ceiling_s: float = min(_FIRST_S * 2 ** min(failures, 16), longest_s)
    return ceiling_s * share


class MqttLink:
    """A persistent session with a broker, MQTT 5 where it has it, else 3.1.1.

    Args:
        on_report: Called from the link's thread whenever how it stands has changed.
        has_room: Whether more messages may be read.
    """

    def __init__(
        self, access: Access, session: Session, on_messages: OnMessages, on_report: OnReport,
        has_room: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._access, self._session = access, session
        self._on_messages, self._on_report = on_messages, on_report
        self._has_room = has_room
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._client: BulkClient | None = None
        self._talk = _Talk()
        self._again = threading.Timer(0, lambda: None)
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Connect and stay connected until `close`; a broker that is down is waited for."""
        self._on_report(LinkReport(LinkState.CONNECTING, f"connecting to {self._access.address}"))
        self._thread.start()

    @property
    def is_connected(self) -> bool:
        """Whether the broker can bring us what it has."""
        return self._client is not None and self._client.is_connected()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are safe; those of other connections are left out."""
        client = self._client
        if client is not None:
            client.acknowledge(messages)

    def close(self) -> None:
        """Disconnect; the session stays with the broker."""
        with self._lock:
            self._closing.set()
            client = self._client
        if client is not None:
            client.disconnect()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        former: LinkReport | None = None
        failures = cuts = 0
        while not self._closing.is_set():
            try:
                report = self._connection()
            except Exception as error:  # outermost loop of the thread
                log.exception("the link failed", broker=str(self._access.address))
                report = LinkReport(LinkState.DOWN, f"our link failed ({error!r}); report it")
            if self._closing.is_set():
                return
            held_s = time.monotonic() - self._talk.since if self._talk.since else 0.0
            former = None if held_s else former
            failures = 0 if held_s > _STEADY_S else failures + 1
            cuts = cuts + 1 if 0 < held_s <= _STEADY_S else 0
            if cuts >= _SUSPICIOUS:
                report = SHARED
            told = LinkReport(report.state, f"{self._access.address}: {report.detail}")
            if told != former:  # the same again and again would fill the log
                log.warning("link down", state=told.state.value, detail=told.detail)
            self._on_report(told)
            former = told
            longest_s = _LONGEST_REFUSED_S if report.state is LinkState.REFUSED else _LONGEST_S
            self._closing.wait(delay_s(failures, longest_s, random.random()))  # noqa: S311 - no secret

    def _connection(self) -> LinkReport:
        """Connect, stay until it ends, and say why it ended."""
        for protocol in _VERSIONS:
            client = self._new_client(protocol)
            with self._lock:
                if self._closing.is_set():
                    break
                self._talk, self._client = _Talk(), client
            try:
                self._begin(client)
            except (ConnectionResetError, ssl.SSLEOFError):
                break
            except OSError as error:
                return of_error(error)
            client.run()
            self._again.cancel()
            if self._talk.farewell is not None:
                return of_reason(self._talk.farewell)
            if isinstance(client.fault, ssl.SSLError) or (client.fault and self._talk.since):
                return of_error(client.fault)
            if self._talk.since:
                return LinkReport(LinkState.DOWN, "the connection broke; trying again")
            # It has not answered, or that it has no such version: it may have the other.
        return LinkReport(LinkState.DOWN, HUNG_UP_TLS if self._access.tls else HUNG_UP)

    def _new_client(self, protocol: MQTTProtocolVersion) -> BulkClient:
        client = BulkClient(self._session.client_id, protocol, self._guarded, self._has_room)
        self._access.prepare(client)
        client.suppress_exceptions = True  # an exception would end the connection unseen
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        return client

    def _begin(self, client: BulkClient) -> None:
        options: dict[str, Any] = {}
        if client.protocol is MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = round(self._session.expiry.total_seconds())
            properties.ReceiveMaximum = _RECEIVE_MAXIMUM
            properties.UserProperty = ("program", "gangan")  # for whoever looks at the broker
            options = {"clean_start": False, "properties": properties}
        address = self._access.address
        client.connect(address.host, address.port, _KEEP_ALIVE_S, **options)

    def _guarded(self, messages: Sequence[Message]) -> None:
        try:
            self._on_messages(messages)
        except Exception:  # the network thread must live
            log.exception("messages could not be handed over", count=len(messages))

    def _connected(
        self,
        client: Client,
        _userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            if reason.value != _UNSUPPORTED_VERSION:
                self._talk.farewell = reason
            return
        self._talk.since = time.monotonic()
        memory = self._session.memory
        self._talk.has_gap = memory.is_held() and not flags.session_present
        memory.hold()
        self._talk.terms = self._terms(client, properties)
        self._subscribe(client, self._session.topics)

    def _terms(self, client: Client, properties: Properties | None) -> str:
        """What the broker and we agreed on, for people."""
        if client.protocol is not MQTTProtocolVersion.MQTTv5:
            return "MQTT 3.1.1"
        asked_s = round(self._session.expiry.total_seconds())
        granted_s = getattr(properties, "SessionExpiryInterval", asked_s)
        if granted_s < asked_s:
            return f"MQTT 5; it keeps what waits for us for {granted_s} s only"
        return "MQTT 5"

    def _subscribe(self, client: Client, topics: Sequence[str]) -> None:
        self._talk.asked = topics
        client.subscribe([(topic, _QOS) for topic in topics])

    def _subscribed(
        self, client: Client, _userdata: Any, _mid: int, reasons: list[ReasonCode], _props: Any
    ) -> None:
        talk, address = self._talk, self._access.address
        answers = zip(talk.asked, reasons, strict=False)
        refused = [topic for topic, reason in answers if reason.is_failure]
        if refused:
            detail = f"{address} does not let us read {', '.join(refused)}; allow it in its ACL"
            report = LinkReport(LinkState.LIMITED, detail, talk.has_gap)
            log.warning("topics refused", broker=str(address), topics=refused)
            self._again = threading.Timer(_AGAIN_S, self._subscribe, (client, refused))
            self._again.daemon = True
            self._again.start()
        else:
            detail = f"connected to {address} by {talk.terms}"
            report = LinkReport(LinkState.CONNECTED, detail, talk.has_gap)
            log.info("link up", broker=str(address), terms=talk.terms)
        if talk.has_gap:
            log.warning("the broker had kept nothing; messages may be missing", broker=str(address))
            talk.has_gap = False
        self._on_report(report)

    def _disconnected(
        self,
        _client: Client,
        _userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        _props: Any,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._talk.farewell = reason
