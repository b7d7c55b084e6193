"""The embedded broker forgets what is too much; its front lets nobody send so much."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitoring.domain.brokers import NATIVE, Broker, LinkReport, LinkState
from sensors.links import Links
from sensors.native import native_topics
from sensors.packets import Message
from tests.bench.blast import Blasted, blast, packet, text
from tests.brokers import free_port
from tests.sensors.listener import TOPIC, wait_for

NUMBER = 30_000
BODY = b"x" * 4_000  # so that all of them are more than it can hold


class Reader:
    """All that the links of a program bring, acknowledged at once."""

    def __init__(self, port: int, folder: Path) -> None:
        self.numbers: set[int] = set()
        self.reports: list[LinkReport] = []
        brokers = (Broker.at(f"embedded://127.0.0.1:{port}"),)
        self.links = Links(brokers, "test", {NATIVE: native_topics("donggang")}, folder)

    def take(self, messages: Sequence[Message]) -> None:
        self.numbers |= {int(message.payload[:8]) for message in messages}
        self.links.acknowledge(messages)

    def crash(self) -> None:
        """Leave without a word to the broker's process."""
        self.links._is_over.set()
        for link in self.links._links.values():
            link.close()


@contextmanager
def reading(port: int, folder: Path) -> Iterator[Reader]:
    reader = Reader(port, folder)
    reader.links.open()
    reader.links.connect(reader.take, lambda _, report: reader.reports.append(report), lambda: True)
    wait_for(lambda: reader.reports[-1].state is LinkState.CONNECTED)
    yield reader


def packets() -> Iterator[bytes]:
    for n in range(NUMBER):
        yield packet(0x32, text(TOPIC) + (n % 65535 + 1).to_bytes(2, "big") + b"%08d" % n + BODY)


def test_devices_wait_with_what_the_embedded_broker_could_not_hold(tmp_path: Path) -> None:
    port = free_port()
    done: list[Blasted] = []
    with reading(port, tmp_path) as first:
        first.crash()
    device = threading.Thread(target=lambda: done.append(blast(port, packets())))
    device.start()
    time.sleep(4)
    assert not done, "the device has to wait"
    with reading(port, tmp_path) as second:
        assert not second.reports[-1].has_gap
        device.join(60)
        assert done[0].confirmed == NUMBER
        wait_for(lambda: len(second.numbers) == NUMBER)
        second.links.close()
        second.links.stop()
    left = first.links._embedded["main"]._process
    assert left
    left.wait(10)
    assert second.numbers == set(range(NUMBER))
