"""MQTT PUBLISH packets: bytes of the network cut into messages, a whole read at a time.

Pure. It accepts and refuses what paho's own decoder accepts and refuses; a test holds the
two against each other.
"""

from typing import Final, NamedTuple

from paho.mqtt._packet import DECODE_ERRORS  # held to one version, see `bulk.PAHO`
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

_PUBLISH: Final = 0x30
_MORE: Final = 0x80  # the length goes on in the next byte
_LONGEST: Final = 4  # bytes of a length (MQTT 5, 1.5.5)


class Message(NamedTuple):
    """One PUBLISH as it came.

    Attributes:
        topic: Bytes, because devices do send what is no UTF-8.
        payload: The message's body.
        qos: 0 or 1; we subscribe at 1.
        mid: The broker's number for it; 0 at QoS 0.
        is_retained: Whether it is what the broker had kept from before.
        properties: MQTT 5 properties as they came; empty in MQTT 3.1.1.
        link: Number of the connection that brought it; only there it can be acknowledged. No two
            have the same, whatever their brokers.
    """

    topic: bytes
    payload: bytes
    qos: int
    mid: int
    is_retained: bool
    properties: bytes
    link: int

    @property
    def time(self) -> str | None:
        """The MQTT 5 user property `time`, the first where there are several.

        Raises:
            ValueError: The properties can't be read.
        """
        if not self.properties:
            return None
        found = Properties(PacketTypes.PUBLISH)
        try:
            found.unpack(self.properties)
        except DECODE_ERRORS as error:
            raise ValueError(f"the MQTT 5 properties are malformed: {error}") from error
        pairs = getattr(found, "UserProperty", [])
        return next((value for name, value in pairs if name == "time"), None)


class Cut(NamedTuple):
    """What one call of `cut` found.

    Attributes:
        messages: In order of arrival.
        other: Another packet that ended the run of messages: its first byte and its body.
        end: Where the first packet begins that is not complete, or has not been read.
        missing: How many bytes that packet still needs at least; 0 where unknown.
    """

    messages: list[Message]
    other: tuple[int, bytes] | None
    end: int
    missing: int


def cut(data: bytes | bytearray, *, is_v5: bool, link: int, start: int = 0) -> Cut:
    """Read PUBLISH packets from `start` on, up to another packet or the end of the bytes.

    Raises:
        MalformedPacket: Nothing from `start` on can be understood; the connection must end. What
            comes before such a packet is found first.
    """
    messages: list[Message] = []
    total = len(data)
    try:
        while start + 1 < total:
            head = data[start]
            size, body = data[start + 1], start + 2
            if size >= _MORE:
                length = _length(data, start + 1)
                if length is None:
                    break
                size, body = length
            end = body + size
            if end > total:
                return Cut(messages, None, start, end - total)
            if head & 0xF0 != _PUBLISH:
                return Cut(messages, (head, bytes(data[body:end])), end, 0)
            messages.append(_message(data, head, body, end, is_v5=is_v5, link=link))
            start = end
    except MalformedPacket:
        if not messages:
            raise
    return Cut(messages, None, start, 0)


def _message(
    data: bytes | bytearray, head: int, body: int, end: int, *, is_v5: bool, link: int
) -> Message:
    at = body + 2
    if at > end:
        raise MalformedPacket("the topic's length is cut off")
    after = at + (data[body] << 8 | data[body + 1])
    topic = bytes(data[at:after])
    qos = head >> 1 & 3
    mid = 0
    if qos:
        at, after = after, after + 2
        if after > end:
            raise MalformedPacket("the message id is cut off")
        mid = data[at] << 8 | data[at + 1]
    elif after > end:
        raise MalformedPacket("the topic is cut off")
    properties = b""
    if is_v5:
        length = _length(data, after) if after < end else None
        if length is None or length[1] + length[0] > end:
            raise MalformedPacket("the properties are cut off")
        if length[0]:
            properties = bytes(data[after : length[1] + length[0]])
        after = length[1] + length[0]
    return Message(topic, bytes(data[after:end]), qos, mid, bool(head & 1), properties, link)


def _length(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A variable-length number and where it ends; None where it is not complete yet."""
    size = 0
    for n in range(_LONGEST):
        if at + n >= len(data):
            return None
        digit = data[at + n]
        size |= (digit & 0x7F) << (7 * n)
        if digit < _MORE:
            return size, at + n + 1
    raise MalformedPacket("a length has more than four bytes")
