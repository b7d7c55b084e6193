"""The bulk reader against paho's own, packet for packet, wherever the network cuts."""

import struct
import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import paho.mqtt
from hypothesis import assume, given
from hypothesis import strategies as st
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from sensors.bulk import PAHO, BulkClient
from sensors.packets import Message

V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
Told = tuple[bytes, bytes, int, int, bool]


class Wire:
    """A socket that gives bytes in pieces that somebody chose."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = [piece for piece in pieces if piece]

    def recv(self, size: int) -> bytes:
        if not self.pieces:
            raise BlockingIOError
        piece, rest = self.pieces[0][:size], self.pieces[0][size:]
        self.pieces[:1] = [rest] if rest else []
        return piece

    def setsockopt(self, *_: Any) -> None: ...

    def close(self) -> None: ...


def vary(number: int) -> bytes:
    out = b""
    while True:
        number, digit = divmod(number, 128)
        out += bytes([digit | (128 if number else 0)])
        if not number:
            return out


@st.composite
def publishes(draw: st.DrawFn, *, is_v5: bool) -> bytes:
    qos = draw(st.sampled_from([0, 1]))
    topic = draw(st.binary(min_size=1, max_size=20))
    body = struct.pack("!H", len(topic)) + topic
    if qos:
        body += struct.pack("!H", draw(st.integers(1, 65535)))
    if is_v5:
        pairs = draw(st.lists(st.sampled_from([b"time", b"x"]), max_size=2))
        properties = b"".join(
            b"\x26" + struct.pack("!H", len(name)) + name + b"\x00\x01v" for name in pairs
        )
        body += vary(len(properties)) + properties
    body += draw(st.binary(max_size=10)) * draw(st.sampled_from([0, 1, 20, 2000]))
    head = 0x30 | draw(st.booleans()) << 3 | qos << 1 | draw(st.booleans())
    return bytes([head]) + vary(len(body)) + body


@st.composite
def streams(draw: st.DrawFn) -> tuple[bool, list[bytes]]:
    is_v5 = draw(st.booleans())
    packets = st.one_of(publishes(is_v5=is_v5), st.just(b"\xd0\x00"))
    stream = b"".join(draw(st.lists(packets, max_size=8)))
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    bounds = [0, *cuts, len(stream)]
    return is_v5, [stream[a:b] for a, b in pairwise(bounds)]


def told_by_paho(pieces: Sequence[bytes], *, is_v5: bool) -> tuple[list[Told], bool]:
    client = Client(CallbackAPIVersion.VERSION2, protocol=V5 if is_v5 else V311, manual_ack=True)
    told: list[Told] = []
    client.on_message = lambda _c, _u, m: told.append(
        (m._topic, bytes(m.payload), m.qos, m.mid, bool(m.retain))
    )
    wire: Any = Wire(pieces)
    client._sock = wire
    while wire.pieces:
        if client._packet_read() > MQTTErrorCode.MQTT_ERR_SUCCESS:
            return told, True
    client._sock = None
    return told, False


def told_by_us(pieces: Sequence[bytes], *, is_v5: bool) -> tuple[list[Told], bool]:
    told: list[Told] = []

    def take(messages: Sequence[Message]) -> None:
        told.extend((m.topic, m.payload, m.qos, m.mid, m.is_retained) for m in messages)

    client = BulkClient("test", V5 if is_v5 else V311, take, lambda: True)
    wire: Any = Wire(pieces)
    client._sock = wire
    while wire.pieces:
        if client.loop_read() > MQTTErrorCode.MQTT_ERR_SUCCESS:
            return told, True
    client._sock = None
    return told, False


def test_paho_is_the_version_whose_private_names_we_use() -> None:
    assert paho.mqtt.__version__ == PAHO


@given(streams())
def test_wherever_the_network_cuts_both_readers_tell_the_same(
    stream: tuple[bool, list[bytes]],
) -> None:
    is_v5, pieces = stream
    assert told_by_us(pieces, is_v5=is_v5) == told_by_paho(pieces, is_v5=is_v5)


@given(streams(), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7)), max_size=4))
def test_of_damaged_bytes_both_readers_tell_the_same(
    stream: tuple[bool, list[bytes]], flips: list[tuple[int, int]]
) -> None:
    """In 3.1.1: of MQTT 5 we leave the properties of a message to whoever reads them."""
    pieces = [bytearray(piece) for piece in stream[1] if piece]
    for place, bit in flips if pieces else ():
        piece = pieces[place % len(pieces)]
        piece[place % len(piece)] ^= 1 << bit
    damaged = [bytes(piece) for piece in pieces]
    told, is_over = told_by_us(damaged, is_v5=False)
    assume(all(qos < 2 for _, _, qos, _, _ in told))  # which no broker sends us
    assert (told, is_over) == told_by_paho(damaged, is_v5=False)


@given(st.booleans(), st.lists(st.binary(max_size=300), max_size=20))
def test_whatever_bytes_come_the_reader_goes_on_or_ends(is_v5: bool, pieces: list[bytes]) -> None:
    told_by_us(pieces, is_v5=is_v5)


@given(streams(), st.data())
def test_a_stream_that_is_cut_off_and_goes_on_elsewhere_never_raises(
    stream: tuple[bool, list[bytes]], data: st.DataObject
) -> None:
    is_v5, pieces = stream
    whole = b"".join(pieces)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(0, len(whole)))
    told_by_us([whole[start:], whole[:end], whole], is_v5=is_v5)


def test_what_came_before_a_fault_is_told_even_in_one_read() -> None:
    good = b"\x30\x05\x00\x01tab"
    assert told_by_us([good + b"\x30\x04\x00\x09ab"], is_v5=False) == (
        [(b"t", b"ab", 0, 0, False)], True,
    )  # fmt: skip


def test_a_length_of_five_bytes_ends_the_connection_as_with_paho() -> None:
    pieces = [b"\x30\xff\xff\xff\xff\x01" + b"x" * 20]
    assert told_by_us(pieces, is_v5=True)[1]
    assert told_by_paho(pieces, is_v5=True)[1]


def test_a_topic_longer_than_its_packet_ends_the_connection_as_with_paho() -> None:
    for is_v5 in (False, True):
        pieces = [b"\x30\x04\x00\x09ab"]
        assert told_by_us(pieces, is_v5=is_v5)[1]
        assert told_by_paho(pieces, is_v5=is_v5)[1]


def message(mid: int, link: int = 0, qos: int = 1) -> Message:
    return Message(b"t", b"", qos, mid, False, b"", link)


def test_messages_are_acknowledged_in_one_packet_and_only_on_their_own_connection() -> None:
    client = BulkClient("test", V5, lambda _: None, lambda: True)
    client._thread = threading.current_thread()  # so that nobody writes in this one
    other = BulkClient("test", V5, lambda _: None, lambda: True)
    own, foreign = client.number, other.number
    client.acknowledge(
        [message(7, own), message(8, own, qos=0), message(258, own), message(9, foreign)]
    )
    (packet,) = client._out_packet
    assert packet["packet"] == b"\x40\x02\x00\x07\x40\x02\x01\x02"


def test_the_user_property_time_is_read_from_the_raw_properties() -> None:
    raw = b"\x0d\x26\x00\x04time\x00\x042026"
    assert Message(b"t", b"", 0, 0, False, raw, 1).time == "2026"
    assert message(1).time is None
