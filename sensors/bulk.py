"""A paho client that takes all PUBLISH packets of one socket read at once.

paho reads the socket a few bytes at a time, and that is its whole cost. Here one read of
up to 256 KiB is cut into messages and handed over as a list. Everything else (connecting,
TLS, subscribing, keep-alive, packets that are not PUBLISH) stays paho's. It relies on
private names of one paho version, which a test holds.

Nothing is acknowledged by itself: `acknowledge` is called when the messages are safe.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MessageType, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket

from sensors.packets import Message, cut

PAHO: Final = "2.2.0"  # the version whose private names are used here
_READ: Final = 256 << 10  # bytes
_PAUSE_S: Final = 0.01  # how often a full intake is asked again
_QUICKACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)  # Linux only
# Numbers of connections, of all brokers together: a message is acknowledged where it came from.
_NUMBERS: Final = count(1)

OnMessages = Callable[[Sequence[Message]], None]


class BulkClient(Client):
    """One connection: hands over messages in lists, and acknowledges them when told to.

    Args:
        on_messages: Called on the network thread; must not block.
        has_room: Whether more may be read; while it may not, the broker keeps what comes.

    Attributes:
        number: What its messages bear as their `link`.
        fault: The error that ended the connection, where one did.
    """

    def __init__(
        self,
        client_id: str,
        protocol: MQTTProtocolVersion,
        on_messages: OnMessages,
        has_room: Callable[[], bool],
    ) -> None:
        is_v5 = protocol is MQTTProtocolVersion.MQTTv5
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=protocol,
            clean_session=None if is_v5 else False,
            reconnect_on_failure=False,
        )
        self.number = next(_NUMBERS)
        self.fault: OSError | None = None
        self._is_v5 = is_v5
        self._on_messages = on_messages
        self._has_room = has_room
        self._rest = b""
        self._more: list[bytes] = []
        self._missing = 0

    def run(self) -> None:
        """Serve a connection that was begun, on this thread, until it ends."""
        self._thread = threading.current_thread()  # so that others leave the writing to it
        self._sockpairR, self._sockpairW = socket.socketpair()  # by which they wake it
        self._sockpairR.settimeout(0)
        self._sockpairW.settimeout(0)
        try:
            self.loop_forever()
        finally:
            self._thread = None

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are safe, in one write; from any thread.

        Those of another connection are left out: their broker sends them again.
        """
        acks = b"".join(
            b"\x40\x02" + m.mid.to_bytes(2, "big")
            for m in messages
            if m.qos and m.link == self.number
        )
        if acks:
            self._packet_queue(MessageType.PUBACK, acks, 0, 0)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002 - paho's signature
        """Take whatever the socket has; paho's loop calls it when there is something."""
        if self._sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        if not self._has_room():
            time.sleep(_PAUSE_S)  # paho's loop comes back at once, and keep-alives go on
            self._excuse_silence()
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            data = self._sock_recv(_READ)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError as error:
            self.fault, data = error, b""
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        self._answer_quickly()
        return self._feed(data)

    def _excuse_silence(self) -> None:
        """While we don't read, the answer to a ping can't be expected."""
        self._ping_t = 0.0
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()

    def _feed(self, data: bytes) -> MQTTErrorCode:
        """Take what one read brought, wherever the network has cut it."""
        self._more.append(data)
        self._missing -= len(data)
        if self._missing > 0:  # a large packet goes on; it is put together once
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            return self._take(b"".join([self._rest, *self._more]))
        except MalformedPacket:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)

    def _take(self, data: bytes) -> MQTTErrorCode:
        """Hand over every complete packet; keep what is left."""
        start = 0
        while True:
            found = cut(data, is_v5=self._is_v5, link=self.number, start=start)
            start = found.end
            if found.messages:
                self._on_messages(found.messages)
            if found.other is not None:
                result = self._as_paho(*found.other)
                if result > 0:
                    return self._loop_rc_handle(result)
            elif not found.messages:
                break
        self._rest, self._more, self._missing = data[start:], [], found.missing
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _as_paho(self, command: int, body: bytes) -> MQTTErrorCode:
        """Let paho handle a packet that is not PUBLISH."""
        packet: Any = {
            "command": command,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(body),
            "packet": bytearray(body),
            "to_process": 0,
            "pos": 0,
        }
        self._in_packet = packet
        return self._packet_handle()

    def _ssl_wrap_socket(self, tcp_sock: Any) -> ssl.SSLSocket:
        """Greet by TLS; paho's own would leave the socket open where that fails."""
        assert self._ssl_context  # noqa: S101 - paho asks only where TLS was set
        sock = self._ssl_context.wrap_socket(
            tcp_sock, server_hostname=self._host, do_handshake_on_connect=False
        )
        try:
            sock.settimeout(self._connect_timeout)
            sock.do_handshake()
        except OSError:
            sock.close()
            raise
        return sock

    def _create_socket(self) -> Any:
        sock: Any = super()._create_socket()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def _answer_quickly(self) -> None:
        """Ask for TCP acknowledgements at once; the kernel forgets it after each read."""
        sock: Any = self._sock
        if _QUICKACK is not None and sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
