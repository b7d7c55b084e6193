"""A world on a real SQLite database, fed by hand instead of from a broker."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from monitoring.domain.devices import NATIVE, Candidate
from monitoring.domain.observations import Observation, Reading, Reject
from monitoring.domain.plans import Plan
from monitoring.domain.site import Device, Site
from monitoring.services.inspection import Reference
from monitoring.services.world import World
from monitoring.store.database import Database, open_database
from tests.engine.sites import CRITERIA, PONDING, site
from tests.engine.timeline import START


class Parcel(NamedTuple):
    """A message that already knows what it says."""

    readings: tuple[Reading, ...]
    topic: bytes = b"donggang/obs/test"
    payload: bytes = b"x"


@dataclass
class HandWire:
    """Remembers what was acknowledged, and what the store held at that moment."""

    acknowledged: list[Parcel] = field(default_factory=list)
    on_acknowledge: Callable[[], None] = lambda: None
    announcements: list[Candidate] = field(default_factory=list)
    mended: Callable[[Reject], tuple[Reading, ...]] = lambda reject: (reject,)

    def resume(self, newest: Sequence[Observation]) -> None:
        pass

    def decode(self, message: Parcel, arrived_us: int) -> Sequence[Reading]:
        if message.topic == b"poison":
            raise RuntimeError(f"decoder fault at {arrived_us}")
        return message.readings

    def message(self, reject: Reject) -> Parcel:
        return Parcel(self.mended(reject), reject.topic.encode(), reject.payload)

    def announced(self) -> list[Candidate]:
        return self.announcements

    def strangers(self, reject: Reject) -> list[tuple[str, str]]:
        return [(NATIVE, reject.topic.rpartition("/")[2])]

    def sample(self, profile: str, external: str, reject: Reject) -> Candidate:
        sample = (("water_depth", 12.0),)
        return Candidate(profile, external, external, reject.time_us, ("water_depth",), sample)

    def acknowledge(self, messages: Sequence[Parcel]) -> None:
        self.on_acknowledge()
        self.acknowledged += messages


@dataclass
class HandClock:
    """A clock that somebody sets."""

    instant: datetime = START

    def now(self) -> datetime:
        return self.instant


@dataclass
class Desk:
    """A world with its hands."""

    world: World[Parcel]
    store: Database
    wire: HandWire
    clock: HandClock

    def send(self, *readings: Reading, topic: bytes = b"donggang/obs/test") -> Parcel:
        """Offer one message and wait until it has been acknowledged and shown."""
        parcel = Parcel(readings, topic)
        count = len(self.wire.acknowledged)
        shown = threading.Event()

        def look() -> None:  # the intake tells of a change last of all
            if len(self.wire.acknowledged) > count:
                shown.set()

        unwatch = self.world.watch(look)
        self.world.intake.offer([parcel])
        assert shown.wait(10), "it was never acknowledged"
        unwatch()
        return parcel


def until(condition: Callable[[], bool], timeout_s: float = 10) -> None:
    """Wait for a condition; fails the test where it never comes."""
    deadline = time.monotonic() + timeout_s
    gate = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        gate.wait(0.005)


@contextmanager
def desk(
    folder: Path,
    *plans: Plan,
    clock: HandClock | None = None,
    of: Site | None = None,
    cameras: Sequence[Device] = (),
    reference: Reference = lambda _: None,
) -> Iterator[Desk]:
    """An open world in `folder`; opened again there, it goes on where it stopped.

    Any value is plausible, unless a site says otherwise.
    """
    clock = clock or HandClock()
    store = open_database(f"sqlite:///{folder / 'test.db'}", folder / "frames", clock, "real")
    wire = HandWire()
    plain = of or site(*(plans or (CRITERIA, PONDING)))
    watched = plain.model_copy(update={"devices": (*plain.devices, *cameras)})
    world = World(watched, clock, store, wire, reference=reference)
    world.open()
    try:
        yield Desk(world, store, wire, clock)
    finally:
        world.close()
        store.close()
