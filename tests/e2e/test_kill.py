"""kill -9 at random moments of a storm: nothing missing, nothing doubled, the same alarms.

GANGAN_KILLS=50 kills as often as the platform is meant to bear; the suite is content with less.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitoring.domain.alarms import AlarmEvent
from monitoring.domain.observations import Observation
from monitoring.domain.site import Site
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from monitoring.services.alarms import STREAM
from monitoring.services.clock import SystemClock
from monitoring.services.ports import ArchiveQuery
from monitoring.site import load
from monitoring.store.database import Database, open_database
from sensors.broker import EmbeddedBroker
from tests.brokers import free_port, mosquitto
from tests.e2e.served import ROOT, serve, wait_for
from tests.e2e.storm import observation, storm
from tests.engine.timeline import Period, periods

RATE = 5000
KILLS = int(os.environ.get("GANGAN_KILLS", "12"))
PAST = timedelta(days=30)  # how far back the storm begins; its clock is faster than ours
BATCH = 5000

Broker = Callable[[Path, int], AbstractContextManager[str]]


@contextmanager
def own(folder: Path, port: int) -> Iterator[str]:
    """The embedded broker, which the program itself starts, and leaves where it is killed."""
    try:
        yield f"embedded://127.0.0.1:{port}"
    finally:
        left = EmbeddedBroker(port, folder.parent / "state" / "broker")
        left._child = left._left_over()
        left.stop()


@pytest.fixture(scope="module")
def site() -> Site:
    return load(ROOT / "config")


@pytest.fixture(scope="module")
def gauges(site: Site) -> list[str]:
    return [d.id for d in site.devices if "water_depth" in d.quantities]


@pytest.mark.mosquitto
@pytest.mark.timeout(120 + 30 * KILLS)
@pytest.mark.parametrize("broker", [mosquitto, own])
def test_nothing_is_lost_or_doubled_by_kills_at_five_thousand_a_second(
    broker: Broker, site: Site, gauges: list[str], tmp_path: Path
) -> None:
    chance, state, port = random.Random(KILLS), tmp_path / "state", free_port()  # noqa: S311 - no secret
    start_ms = int((datetime.now(UTC) - PAST).timestamp()) * 1000
    with broker(tmp_path / "broker", port) as url:
        with serve(state, mqtt=url) as first:  # so that the broker knows who listens
            first.kill()
        with storm(port, RATE, start_ms, gauges) as running:
            for _ in range(KILLS):
                kill_somewhere(state, url, chance)
            with serve(state, mqtt=url) as last:
                sent, confirmed = running.stop()
                wait_for("complete archive", lambda: count(state) >= sent, 300)
                assert not any(link["gap_at"] for link in last.get("/readyz")["brokers"])
    assert confirmed == sent
    told = [observation(n, gauges, start_ms) for n in range(sent)]
    with opened(state) as store:
        assert archived(store, gauges) == by_device(told)
        events = [recorded.event for recorded in store.events(stream_prefix=STREAM)]
    alarms = periods(events)
    assert alarms == undisturbed(site, told)
    assert len(alarms) > KILLS
    print(f"{KILLS} kills, {sent} observations, {len(alarms)} alarms")


def test_an_orderly_end_in_a_storm_loses_nothing_that_the_embedded_broker_confirmed(
    gauges: list[str], tmp_path: Path
) -> None:
    state, port = tmp_path / "state", free_port()
    url = f"embedded://127.0.0.1:{port}"
    start_ms = int((datetime.now(UTC) - PAST).timestamp()) * 1000
    with serve(state, mqtt=url) as first, storm(port, 4 * RATE, start_ms, gauges) as running:
        time.sleep(3)
        first.process.terminate()
        assert first.process.wait(timeout=30) == 0
        sent, confirmed = running.stop()
    with serve(state, mqtt=url) as again:
        assert again.get("/readyz")["brokers"][0]["gap_at"] is None
    told = by_device([observation(n, gauges, start_ms) for n in range(sent)])
    sure = by_device([observation(n, gauges, start_ms) for n in range(confirmed)])
    with opened(state) as store:
        found = archived(store, gauges)
    for gauge in gauges:
        assert found[gauge][: len(sure[gauge])] == sure[gauge]
        assert found[gauge] == told[gauge][: len(found[gauge])]


def kill_somewhere(state: Path, url: str, chance: random.Random) -> None:
    """Start the program and kill it: as it starts, or as it works."""
    with serve(state, mqtt=url, wait=chance.random() < 0.7) as served:
        time.sleep(chance.uniform(0.1, 3.0))
        served.kill()


@contextmanager
def opened(state: Path) -> Iterator[Database]:
    store = open_database(
        f"sqlite:///{state / 'gangan.db'}", state / "frames", SystemClock(), "real"
    )
    try:
        yield store
    finally:
        store.close()


def count(state: Path) -> int:
    """How many observations the archive holds."""
    with sqlite3.connect(f"file:{state / 'gangan.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM observations").fetchone()[0])


def archived(store: Database, devices: Sequence[str]) -> dict[str, list[Observation]]:
    """Every observation of the archive, by device and in order of time."""
    return {
        device: [
            row.observation
            for row in store.observations(ArchiveQuery(0, 2**60, device, limit=10**7))
        ]
        for device in devices
    }


def by_device(told: Sequence[Observation]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for one in told:
        found.setdefault(one.device, []).append(one)
    return found


def undisturbed(site: Site, told: Sequence[Observation]) -> list[Period]:
    """The alarms of a run without a fault."""
    judge = Judge(compile_site(site), site.lateness)
    now = datetime.now(UTC)
    events: list[AlarmEvent] = []
    for start in range(0, len(told), BATCH):
        events += judge.step(told[start : start + BATCH], now).events
    return periods(events + judge.step([], now).events)
