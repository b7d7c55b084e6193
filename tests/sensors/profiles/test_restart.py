"""The whole way from a foreign message to the archive, over restarts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from monitoring.domain.instants import rfc3339, to_us
from monitoring.services.ports import ArchiveQuery
from monitoring.services.world import World
from monitoring.store.database import open_database
from sensors.packets import Message
from sensors.wire import SiteWire
from tests.engine.sites import CRITERIA, site
from tests.engine.timeline import START
from tests.sensors.profiles.bench import device, profiles
from tests.services.desk import HandClock, until

TOPIC = b"application/1/device/ab12/event/up"


class Line:
    """Stands for the broker's link: counts what is acknowledged."""

    def __init__(self) -> None:
        self.acknowledged = 0

    def acknowledge(self, messages: Sequence[Message]) -> None:
        self.acknowledged += len(messages)


class Station:
    """A world whose station is a WTS506."""

    def __init__(self, world: World[Message], line: Line) -> None:
        self.world, self.line = world, line

    def send(self, *totals: tuple[int, float], device: str = "ab12") -> None:
        """Total rain at minutes after the start, as one batch."""
        self.hand_over([_message(*total, device) for total in totals])

    def hand_over(self, messages: Sequence[Message]) -> None:
        """Offer messages and wait until they are acknowledged."""
        before = self.line.acknowledged
        self.world.intake.offer(messages)
        until(lambda: self.line.acknowledged == before + len(messages))

    def rain(self) -> list[tuple[int, float]]:
        """Minutes and increments in the archive."""
        start_us = to_us(START)
        query = ArchiveQuery(start_us, start_us + 10**12, "wts", "rainfall")
        return [
            ((o.observation.time_us - start_us) // 60_000_000, o.observation.value)
            for o in self.world.store.observations(query)
        ]


def _message(minute: int, total: float, device: str) -> Message:
    uplink = {
        "time": rfc3339(START + timedelta(minutes=minute)),
        "deviceInfo": {"devEui": device},
        "object": {"rainfall_total": total},
    }
    return Message(TOPIC, json.dumps(uplink).encode(), 1, 1, False, b"", 1)


@contextmanager
def station(folder: Path, now: datetime) -> Iterator[Station]:
    clock = HandClock(now)
    store = open_database(f"sqlite:///{folder / 'test.db'}", folder / "frames", clock, "real")
    wts = device("wts", {"profile": "milesight-wts506", "id": "ab12"})
    wire = SiteWire("donggang", {"wts": wts}, profiles().values(), folder / "births")
    line = Line()
    wire._links = line  # type: ignore[assignment]
    world = World(site(CRITERIA), clock, store, wire)
    world.open()
    try:
        yield Station(world, line)
    finally:
        world.close()
        store.close()


def test_rain_is_counted_once_over_restarts_and_redelivery(tmp_path: Path) -> None:
    with station(tmp_path, START + timedelta(minutes=30)) as first:
        first.send((0, 10.0), (5, 10.4))
        first.send((5, 10.4), (10, 11.0))
        assert first.rain() == [(5, 0.4), (10, 0.6)]
    # After the start the broker sends again what it had no acknowledgement of.
    with station(tmp_path, START + timedelta(minutes=60)) as second:
        second.send((5, 10.4), (10, 11.0), (15, 12.5))
        assert second.rain() == [(5, 0.4), (10, 0.6), (15, 1.5)]
        assert second.world.counters().rejects == 0


def test_a_stranger_is_quarantined_with_the_name_of_the_profile(tmp_path: Path) -> None:
    with station(tmp_path, START + timedelta(minutes=30)) as one:
        one.send((0, 10.0), device="ffff")
        until(lambda: one.world.counters().rejects == 1)
        (stored,) = one.world.store.rejects(None, 10)
        assert "profile milesight-wts506 knows no device 'ffff'" in stored.reject.detail
        one.hand_over([_message(0, 10.0, "ab12")._replace(payload=b'{"deviceInfo": {}}')])
        until(lambda: one.world.counters().rejects == 2)


def test_what_is_ignored_on_purpose_is_counted(tmp_path: Path) -> None:
    with station(tmp_path, START + timedelta(minutes=30)) as one:
        empty = _message(0, 10.0, "ab12")
        one.hand_over([empty._replace(payload=empty.payload.replace(b"10.0", b'""'))])
        until(lambda: one.world.counters().ignored == 1)
        assert one.world.counters().rejects == 0
