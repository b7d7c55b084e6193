"""A publisher that costs next to nothing: packets made beforehand, written in bulk.

A client library would be the bottleneck of every measurement. This speaks just enough
MQTT 3.1.1 to publish at QoS 1 with a bounded number of messages under way.
"""

import contextlib
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

WINDOW = 8000  # unconfirmed messages
CHUNK = 200  # messages a write


def text(value: str) -> bytes:
    """A length-prefixed UTF-8 string."""
    encoded = value.encode()
    return struct.pack("!H", len(encoded)) + encoded


def packet(kind: int, body: bytes) -> bytes:
    """A control packet with its remaining length."""
    length, header = len(body), bytes([kind])
    while True:
        length, digit = length >> 7, length & 127
        header += bytes([digit | (128 if length else 0)])
        if not length:
            return header + body


def connect(port: int, client_id: str) -> socket.socket:
    """A connection with a clean session."""
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(
        packet(0x10, text("MQTT") + b"\x04\x02" + struct.pack("!H", 300) + text(client_id))
    )
    assert link.recv(4) == b"\x20\x02\x00\x00", "the broker refused the connection"
    return link


def observations(count: int, devices: list[str], start_ms: int) -> Iterator[bytes]:
    """PUBLISH packets of one observation each, round the devices, a millisecond apart each."""
    for n in range(count):
        device = devices[n % len(devices)]
        at_s = (start_ms + n // len(devices)) / 1000
        depth_cm = abs(n // len(devices) % 20 - 10) / 10  # as water moves: no rule doubts it
        body = f'[{{"n":"water_depth","u":"cm","v":{depth_cm},"t":{at_s:.3f}}}]'.encode()
        yield packet(0x32, text(f"donggang/obs/{device}") + struct.pack("!H", n % 65535 + 1) + body)


class Blasted(NamedTuple):
    """What was published: all of it confirmed, unless the broker broke the connection."""

    took_s: float
    sent: int
    confirmed: int


def blast(port: int, messages: Iterator[bytes], rate: float = 0.0) -> Blasted:
    """Publish everything, `rate` a second or as fast as the broker confirms."""
    link = connect(port, "blast")
    began = time.monotonic()
    sent = confirmed = 0
    rest = b""
    ended = False
    with contextlib.suppress(ConnectionError):  # the broker may send us away
        while not ended or confirmed < sent:
            allowed = WINDOW - (sent - confirmed)
            if rate:
                allowed = min(allowed, int((time.monotonic() - began) * rate) - sent)
            if allowed >= CHUNK or (allowed > 0 and (rate or ended)):
                chunk = list(islice(messages, min(allowed, CHUNK)))
                ended = not chunk
                link.sendall(b"".join(chunk))
                sent += len(chunk)
            patience = 0.0 if allowed >= CHUNK and not ended else 0.002
            if select.select([link], [], [], patience)[0]:
                heard = link.recv(1 << 18)
                if not heard:
                    break
                rest += heard
                confirmed += len(rest) // 4  # every PUBACK has four bytes
                rest = rest[len(rest) // 4 * 4 :]
    link.close()
    return Blasted(time.monotonic() - began, sent, confirmed)


def main() -> None:
    """`python -m tests.bench.blast PORT COUNT START_MS RATE DEVICE…` in a process of its own."""
    port, count, start_ms, rate = (int(v) for v in sys.argv[1:5])
    # Made beforehand, so that making them costs the measured time nothing.
    messages = list(observations(count, sys.argv[5:], start_ms))
    print("ready", flush=True)
    sys.stdin.readline()
    print(blast(port, iter(messages), float(rate)).took_s, flush=True)


if __name__ == "__main__":
    main()
