"""Whatever comes is counted as accepted or quarantined: no crash, no stall, nothing forgotten.

GANGAN_FUZZ=10000000 sends as many as the platform is meant to bear; the suite is content with less.
"""

import math
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path

import pytest

from monitoring.domain.brokers import Broker, LinkState
from monitoring.domain.instants import to_us
from monitoring.domain.observations import (
    DeviceStatus,
    Frame,
    Observation,
    Quality,
    Reading,
    Reason,
    Reject,
)
from monitoring.domain.quantities import QUANTITIES
from monitoring.services.health import DatabaseState, EngineState
from monitoring.services.intake import BATCH
from monitoring.services.world import World
from monitoring.site import load
from monitoring.store.database import Database, open_database
from sensors.links import Links
from sensors.native import NativeDecoder
from sensors.packets import Message
from sensors.rejects import AHEAD, LARGEST
from sensors.wire import SiteWire
from tests.bench.blast import blast, packet, text
from tests.brokers import embedded, free_port, mosquitto
from tests.scenario.played import CONFIG, START, HandClock
from tests.sensors.fuzz import Fuzz
from tests.services.desk import until

NUMBER = int(os.environ.get("GANGAN_FUZZ", "200000"))
SAMPLE = min(NUMBER, 20_000)  # that goes through a broker, the intake and the database
SLOW_S = 1.0
LONGEST_DETAIL = 1_000
SITE = load(CONFIG)
NOW_US = to_us(START)

Kinds = Counter[str]
Fetched = Callable[[Path, int], AbstractContextManager[str]]


def kind(reading: Reading) -> str:
    """What a reading is, after making sure that it may be stored and shown."""
    match reading:
        case Observation(device, quantity, time_us, value, quality):
            assert device in SITE.device
            assert quantity in QUANTITIES
            assert math.isfinite(value)
            assert type(value) is float
            assert 0 <= time_us <= NOW_US + AHEAD.total_seconds() * 1e6
            assert quality in Quality
            return "accepted"
        case Frame(camera, time_us, jpeg):
            assert camera in SITE.device
            assert 0 <= time_us <= NOW_US + AHEAD.total_seconds() * 1e6
            assert len(jpeg) <= LARGEST
            return "accepted"
        case DeviceStatus(device, _, is_online):
            assert device in SITE.device
            assert isinstance(is_online, bool)
            return "accepted"
        case Reject(topic, reason, detail, _, size, _):
            assert reason is not Reason.FAULT
            assert topic.isprintable()
            assert 0 < len(detail) <= LONGEST_DETAIL
            assert size >= 0
            return "quarantined"


@pytest.mark.timeout(60 + NUMBER // 2_000)
def test_every_hostile_message_is_accepted_or_quarantined_at_once() -> None:
    decoder = NativeDecoder(SITE.mqtt_root, SITE.device)
    counted: Kinds = Counter()
    longest_s = 0.0
    for message in Fuzz(SITE, seed=1).messages(NUMBER):
        began = time.perf_counter()
        readings = decoder.decode(message, NOW_US)
        longest_s = max(longest_s, time.perf_counter() - began)
        kinds = {kind(reading) for reading in readings}
        assert kinds, f"{message} was forgotten"
        counted["both" if len(kinds) > 1 else kinds.pop()] += 1
    print(f"{NUMBER} messages, {dict(counted)}, the longest took {longest_s * 1e3:.0f} ms")
    assert counted.total() == NUMBER
    assert min(counted.values()) > NUMBER // 1_000, "there is something of each"
    assert longest_s < SLOW_S


@contextmanager
def desk(folder: Path) -> Iterator[tuple["World[Message]", Database, SiteWire]]:
    """The shipped site's world on a database, with the wire of the real program."""
    clock = HandClock(START)
    store = open_database(f"sqlite:///{folder / 'test.db'}", folder / "frames", clock, "real")
    wire = SiteWire(SITE.mqtt_root, SITE.device, (), folder / "births")
    world: World[Message] = World(SITE, clock, store, wire)
    world.open()
    try:
        yield world, store, wire
    finally:
        world.close()
        store.close()


def expected(messages: Sequence[Message]) -> Kinds:
    """How many readings of each kind the messages hold, as the decoder alone sees them."""
    decoder = NativeDecoder(SITE.mqtt_root, SITE.device)
    counted: Kinds = Counter()
    for message in messages:
        for reading in decoder.decode(message, NOW_US):
            counted[type(reading).__name__] += 1
    return counted


def check(world: "World[Message]", store: Database, counted: Kinds) -> None:
    """Everything was stored or put into quarantine, and nothing of ours has failed."""
    counters = world.counters()
    assert counters.observations + counters.duplicates == counted["Observation"]
    assert counters.frames == counted["Frame"]
    assert counters.rejects == counted["Reject"] == store.reject_count()
    assert world.health().engine is EngineState.OK
    assert world.health().database is DatabaseState.OK
    assert not any(s.reject.reason is Reason.FAULT for s in store.rejects(None, SAMPLE * 20))


@pytest.mark.timeout(120 + NUMBER // 1_000)
def test_the_intake_stores_or_quarantines_all_of_it(tmp_path: Path) -> None:
    acknowledged = 0

    def acknowledge(messages: Sequence[Message]) -> None:
        nonlocal acknowledged
        acknowledged += len(messages)

    counted: Kinds = Counter()
    with desk(tmp_path) as (world, store, wire):
        wire.acknowledge = acknowledge  # type: ignore[method-assign]
        hostile = Fuzz(SITE, seed=2).messages(SAMPLE)
        offered = 0
        while messages := list(islice(hostile, BATCH)):
            world.intake.offer(messages)
            offered += len(messages)
            counted += expected(messages)
            until(lambda: acknowledged == offered, 60)  # noqa: B023
        until(lambda: not world.intake.lag().waiting)
        check(world, store, counted)


@pytest.mark.mosquitto
@pytest.mark.parametrize("broker", [embedded, mosquitto])
def test_a_broker_that_is_sent_it_brings_all_of_it(broker: Fetched, tmp_path: Path) -> None:
    hostile = list(Fuzz(SITE, seed=3).messages(SAMPLE, is_publishable=True))
    counted, port = expected(hostile), free_port()
    with broker(tmp_path / "broker", port) as url, desk(tmp_path) as (world, store, wire):
        links = Links((Broker.at(url),), "fuzz", wire.topics, tmp_path)
        links.open()
        wire.attach(links)
        links.connect(world.intake.offer, world.link, world.intake.has_room)
        until(lambda: world.health().broker is LinkState.CONNECTED)
        done = blast(port, (published(message) for message in hostile))
        assert done.confirmed == SAMPLE
        until(lambda: world.counters().rejects >= counted["Reject"], 60)
        links.close(lambda: not world.intake.lag().waiting)
        check(world, store, counted)


def published(message: Message) -> bytes:
    """The PUBLISH packet of a message, without its properties, which 3.1.1 does not have."""
    head = text(message.topic.decode()) + message.mid.to_bytes(2, "big")
    return packet(0x32, head + message.payload)
