"""Every value is stamped before it is archived and judged, and a restart goes on with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.instants import to_us
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.observations import Observation, Quality
from monitoring.services.health import EngineState
from monitoring.services.picture import DeviceState, SegmentView
from monitoring.services.ports import ArchiveQuery
from tests.engine.signals import checked_site
from tests.engine.sites import CRITERIA, PONDING
from tests.engine.timeline import at, depth, rain
from tests.services.desk import Desk, HandClock, desk

MINUTE = timedelta(minutes=1)
GAUGE = "wg-road-b"  # the only device of its segment


def archived(one: Desk) -> list[Observation]:
    query = ArchiveQuery(0, 2**60)
    return [row.observation for row in one.store.observations(query)]


def told(one: Desk, minute: float, value: float, segment: str = "road-b") -> Observation:
    """One value of a gauge at its own minute; what was archived of it."""
    one.clock.instant = at(minute)
    one.send(depth(minute, value, segment))
    return next(o for o in reversed(archived(one)) if o.device == f"wg-{segment}")


def seen(one: Desk, segment: str = "road-b") -> SegmentView:
    view = one.world.picture.segment(segment, one.clock.now())
    assert view is not None
    return view


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, of=checked_site(CRITERIA, PONDING)) as opened:
        yield opened


def test_a_spike_is_shown_and_archived_as_a_jump_and_raises_nothing(one: Desk) -> None:
    told(one, 0, 0.2)
    spike = told(one, 1, 62.8)
    assert (spike.value, spike.quality) == (62.8, Quality.JUMP)
    assert seen(one).level is Level.NONE
    assert seen(one).values["water_depth"].quality is Quality.JUMP
    view = one.world.picture.device(GAUGE, at(1))
    assert view is not None
    assert view.state is DeviceState.SUSPECT
    assert told(one, 2, 0.1).quality is Quality.GOOD
    assert one.world.alarms.alarms() == []


def test_a_real_rise_raises_with_its_third_sample(one: Desk) -> None:
    told(one, 0, 0)
    levels = []
    for minute, value in enumerate((12, 24, 36), 1):
        told(one, minute, value)
        levels.append(seen(one).level)
    assert levels == [Level.NONE, Level.NONE, Level.ORANGE]
    assert [o.quality for o in archived(one)] == [
        Quality.GOOD, Quality.JUMP, Quality.JUMP, Quality.GOOD,
    ]  # fmt: skip


def test_a_restart_in_the_middle_of_a_rise_delays_it_no_further(tmp_path: Path) -> None:
    clock = HandClock()
    site = checked_site(CRITERIA, PONDING)
    qualities = []
    for minute, value in enumerate((0, 12, 24, 36)):
        with desk(tmp_path, clock=clock, of=site) as one:
            qualities.append(told(one, minute, value).quality)
    assert qualities == [Quality.GOOD, Quality.JUMP, Quality.JUMP, Quality.GOOD]


def test_a_gauge_that_only_sends_what_cant_be_leaves_its_segment_unknown(one: Desk) -> None:
    told(one, 0, 0.2)
    for minute in range(1, 12):
        told(one, minute, -225)
    assert seen(one).freshness is Freshness.LOST
    assert seen(one).level is Level.UNKNOWN
    view = one.world.picture.device(GAUGE, at(11))
    assert view is not None
    assert view.state is DeviceState.SUSPECT, "the device itself is heard"


def test_a_suspect_gauge_keeps_what_it_has_raised(one: Desk) -> None:
    for minute, value in enumerate((27, 27.2, 27.5)):
        told(one, minute, value)
    for minute in range(3, 30):
        told(one, minute, -225)
    assert seen(one).level is Level.ORANGE


def test_qualities_of_a_day_are_counted_also_across_a_restart(tmp_path: Path) -> None:
    site = checked_site(CRITERIA, PONDING)
    counted = {Quality.GOOD: 2, Quality.JUMP: 1, Quality.RANGE: 1}
    with desk(tmp_path, of=site) as one:
        for minute, value in enumerate((0.2, 62.8, -225, 0.1)):
            told(one, minute, value)
        one.send(depth(3, 0.1, "road-b"))  # again
        record = one.world.signals.record(site.device[GAUGE], at(3))
        assert record.qualities == {"water_depth": counted}
    with desk(tmp_path, of=site) as one:
        later = one.world.signals.record(site.device[GAUGE], at(60))
        assert later.qualities == {"water_depth": counted}
        gone = one.world.signals.record(site.device[GAUGE], at(60 * 26))
        assert gone.qualities == {}


@pytest.mark.parametrize(("behind_min", "is_off"), [(0, False), (2, False), (20, True), (-4, True)])
def test_a_clock_that_is_off_is_told(one: Desk, behind_min: int, *, is_off: bool) -> None:
    for minute in range(30, 36):
        one.clock.instant = at(minute)
        one.send(depth(minute - behind_min, 0.1, "road-b"))
    clock = one.world.signals.record(one.world.site.device[GAUGE], at(36)).clock
    assert clock is not None
    assert clock.median == behind_min * MINUTE
    assert clock.is_off is is_off


def test_what_was_held_back_once_does_not_make_a_clock_wrong(one: Desk) -> None:
    one.clock.instant = at(60)
    one.send(*[depth(minute, 0.1, "road-b") for minute in range(58)])
    for minute in range(60, 66):
        one.clock.instant = at(minute)
        one.send(depth(minute, 0.1, "road-b"))
    clock = one.world.signals.record(one.world.site.device[GAUGE], at(66)).clock
    assert clock is not None
    assert not clock.is_off


def test_after_a_fault_of_the_checker_storing_goes_on_and_nothing_is_judged(
    one: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one.world.signals, "stamp", lambda *_: 1 / 0)
    told(one, 0, 80)
    assert [o.value for o in archived(one)] == [80]
    assert one.world.alarms.alarms() == []
    health = one.world.health()
    assert health.engine is EngineState.FAILED
    assert "signals are not checked" in health.engine_detail


def test_stations_are_heard_apart_from_each_other(one: Desk) -> None:
    one.send(rain(0, 3), rain(0, 0, "ws-2"), depth(0, 1))
    assert {o.quality for o in archived(one)} == {Quality.GOOD}
    assert to_us(at(0)) == archived(one)[0].time_us
