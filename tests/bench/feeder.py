"""A peer that feeds one subscriber as fast as it acknowledges, in place of a broker.

A broker's own limit hides ours: Mosquitto hands on some 50,000 messages a second at QoS 1. This
speaks just enough MQTT 5 to be connected to and to publish, with a bounded number of messages
under way, and counts what comes back.
"""

import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from itertools import islice

from tests.bench.blast import packet, text

WINDOW = 20_000  # unacknowledged messages
CHUNK = 500  # messages a write
_PUBACK = 4  # bytes
_PUBACK_HEAD = 0x40
_PINGREQ = 0xC0


def messages(count: int, devices: list[str], start_ms: int, pack: int) -> Iterator[bytes]:
    """PUBLISH packets of `pack` observations each, round the devices, a millisecond apart each."""
    for n in range(count):
        first = n // len(devices) * pack
        records = ",".join(
            f'{{"n":"water_depth","u":"cm","v":{(first + i) % 20 / 10},'
            f'"t":{(start_ms + first + i) / 1000:.3f}}}'
            for i in range(pack)
        )
        head = text(f"donggang/obs/{devices[n % len(devices)]}") + struct.pack("!H", n % 65535 + 1)
        yield packet(0x32, head + b"\x00" + f"[{records}]".encode())


class Feeder:
    """One subscriber's connection."""

    def __init__(self, link: socket.socket) -> None:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link = link
        self._rest = b""
        assert link.recv(4096)[8] == 5, "the subscriber does not speak MQTT 5"
        link.sendall(b"\x20\x03\x00\x00\x00")
        asked = link.recv(4096)  # SUBSCRIBE; short enough for one byte of length
        filters = asked.count(b"\x01", 5)  # each ends with the QoS asked for
        link.sendall(packet(0x90, asked[2:4] + b"\x00" + b"\x01" * filters))

    def feed(self, packets: Iterator[bytes], count: int) -> float:
        """Seconds until all is acknowledged."""
        began = time.monotonic()
        sent = confirmed = 0
        while confirmed < count:
            room = min(WINDOW - (sent - confirmed), count - sent)
            if room >= CHUNK or (room and room == count - sent):
                chunk = list(islice(packets, min(room, CHUNK)))
                self._link.sendall(b"".join(chunk))
                sent += len(chunk)
            patience = 0.0 if room >= CHUNK else 0.002
            if select.select([self._link], [], [], patience)[0]:
                confirmed += self._acknowledged()
        return time.monotonic() - began

    def _acknowledged(self) -> int:
        data = self._rest + self._link.recv(1 << 18)
        whole = len(data) // _PUBACK
        if data[: whole * _PUBACK : _PUBACK] == b"\x40" * whole:
            self._rest = data[whole * _PUBACK :]
            return whole
        at = count = 0  # something else is among them
        while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
            if data[at] == _PINGREQ:
                self._link.sendall(b"\xd0\x00")
            count += data[at] == _PUBACK_HEAD
            at += 2 + data[at + 1]
        self._rest = data[at:]
        return count


def main() -> None:
    """`python -m tests.bench.feeder PORT COUNT START_MS PACK DEVICE…` in a process of its own."""
    port, count, start_ms, pack = (int(v) for v in sys.argv[1:5])
    packets = list(messages(count, sys.argv[5:], start_ms, pack))
    with socket.create_server(("127.0.0.1", port)) as server:
        print("ready", flush=True)
        feeder = Feeder(server.accept()[0])
        sys.stdin.readline()
        print(feeder.feed(iter(packets), count), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
