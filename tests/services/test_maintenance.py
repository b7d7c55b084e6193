"""A device that is out is archived but not judged; nothing that it says looks live."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.levels import Freshness, Level
from monitoring.domain.observations import Observation, Quality
from monitoring.services.picture import DeviceState
from monitoring.services.ports import ArchiveQuery
from tests.engine.signals import checked_site
from tests.engine.sites import CRITERIA, PONDING
from tests.engine.timeline import at, depth
from tests.services.desk import Desk, HandClock, desk

GAUGE = "wg-road-b"  # the only device of its segment


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


def take_out(one: Desk, since: float, until: float) -> None:
    one.clock.instant = at(since)
    one.world.maintenance.begin(GAUGE, f"r{since}", "li", "cleaning", at(since), at(until))


def told(one: Desk, minute: float, value: float) -> None:
    one.clock.instant = at(minute)
    one.send(depth(minute, value, "road-b"))


def archived(one: Desk) -> list[Observation]:
    return [row.observation for row in one.store.observations(ArchiveQuery(0, 2**60))]


def stand(one: Desk) -> tuple[Level, Freshness]:
    view = one.world.picture.segment("road-b", one.clock.now())
    assert view is not None
    return view.level, view.freshness


def test_what_a_device_says_while_it_is_out_is_archived_and_raises_nothing(one: Desk) -> None:
    told(one, 0, 0.2)
    take_out(one, 1, 10)
    told(one, 2, 80)
    told(one, 10, 0.3)
    assert [o.quality for o in archived(one)] == [Quality.GOOD, Quality.MAINTENANCE, Quality.GOOD]
    assert one.world.alarms.alarms() == []


def test_a_segment_whose_only_gauge_is_out_is_unknown_not_green(one: Desk) -> None:
    told(one, 0, 0.2)
    assert stand(one) == (Level.NONE, Freshness.LIVE)
    take_out(one, 0.5, 10)
    told(one, 1, 0.2)
    assert stand(one) == (Level.UNKNOWN, Freshness.LOST)
    told(one, 10, 0.2)
    assert stand(one) == (Level.NONE, Freshness.LIVE)


def test_what_it_had_raised_is_not_cleared_by_it(one: Desk) -> None:
    told(one, 0, 30)
    take_out(one, 1, 30)
    for minute in range(2, 30):
        told(one, minute, 0)
    assert stand(one)[0] is Level.ORANGE
    told(one, 30, 0)
    assert stand(one)[0] is Level.YELLOW, "orange has no clear_for, yellow waits 15 min"


def test_its_newest_value_says_who_has_it_and_until_when(one: Desk) -> None:
    told(one, 0, 0.2)
    take_out(one, 1, 10)
    view = one.world.picture.device(GAUGE, at(1))
    assert view is not None
    assert view.state is DeviceState.SUSPECT
    value = view.values["water_depth"]
    assert value.quality is Quality.MAINTENANCE
    for held in (view.maintenance, value.maintenance):
        assert held is not None
        assert (held.by, held.until) == ("li", at(10))


def test_late_values_of_that_time_are_still_of_that_time(one: Desk) -> None:
    take_out(one, 1, 10)
    one.clock.instant = at(12)
    one.send(depth(12, 0, "road-b"), depth(5, 80, "road-b"), depth(0.5, 1, "road-b"))
    found = {o.value: o.quality for o in archived(one)}
    assert found == {0: Quality.GOOD, 80: Quality.MAINTENANCE, 1: Quality.GOOD}


def test_a_restart_knows_who_is_out(tmp_path: Path) -> None:
    clock = HandClock()
    with desk(tmp_path, clock=clock) as one:
        take_out(one, 1, 60)
        one.world.maintenance.begin(GAUGE, "r1", "li", "cleaning", at(1), at(60))  # again
    with desk(tmp_path, clock=clock) as one:
        told(one, 5, 80)
        assert archived(one)[-1].quality is Quality.MAINTENANCE
        one.world.maintenance.end(GAUGE, "r2", "wang", at(6))
        told(one, 7, 0)
        assert archived(one)[-1].quality is Quality.GOOD
        assert len(list(one.store.events(0, "maintenance/"))) == 2
        assert one.store.verify_chain() >= 2


def test_a_device_that_is_not_there_can_not_be_taken_out(one: Desk) -> None:
    with pytest.raises(KeyError):
        one.world.maintenance.begin("nobody", "r", "li", "x", at(0), at(0) + timedelta(hours=1))
    with pytest.raises(KeyError):
        one.world.maintenance.end("nobody", "r", "li", at(0))


def test_what_was_seen_while_it_was_out_is_not_what_is_compared_with(tmp_path: Path) -> None:
    """A calibration bucket of 80 cm is neither a jump nor the level that follows is."""
    with desk(tmp_path, of=checked_site(CRITERIA, PONDING)) as one:
        told(one, 0, 0.2)
        take_out(one, 1, 10)
        for minute in range(1, 10):
            told(one, minute, 80)
        told(one, 10, 0.4)
        assert archived(one)[-1].quality is Quality.GOOD
