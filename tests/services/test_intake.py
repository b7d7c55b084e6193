"""Stored, judged, shown, and only then acknowledged."""

import sqlite3
from pathlib import Path

import pytest

from monitoring.domain.alarms import AlarmState
from monitoring.domain.instants import to_us
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.observations import DeviceStatus, Observation, Quality, Reason, Reject
from monitoring.services.health import DatabaseState, EngineState
from monitoring.services.picture import DeviceState
from monitoring.services.ports import ArchiveQuery
from tests.engine.timeline import at, depth, rain
from tests.services.desk import Desk, HandWire, Parcel, desk, until

EVERYTHING = ArchiveQuery(0, 2**60)


def archived(one: Desk) -> list[Observation]:
    return [row.observation for row in one.store.observations(EVERYTHING)]


def level(one: Desk, segment: str) -> Level:
    view = one.world.picture.segment(segment, one.clock.now())
    assert view is not None
    return view.level


def test_a_message_is_acknowledged_only_after_it_is_stored(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        seen: list[int] = []
        one.wire.on_acknowledge = lambda: seen.append(len(archived(one)))
        one.send(depth(0, 1))
        assert seen == [1]


def test_a_deep_reading_colours_its_segment_and_is_recorded(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(depth(0, 27))
        assert level(one, "road-a") is Level.ORANGE
        assert {a.raised.level for a in one.world.alarms.holding()} == {Level.ORANGE, Level.BLUE}
        assert one.store.verify_chain() >= 2


def test_the_same_message_again_is_counted_and_changes_nothing(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(rain(0, 30))
        one.send(rain(0, 30))
        one.send(rain(1, 0), rain(0, 30))
        assert one.world.counters().observations == 2
        assert one.world.counters().duplicates == 2
        assert [v for _, v in one.world.picture.trend("ws-1", "rainfall")] == [30, 0]
        assert one.world.alarms.alarms() == []


def test_a_restart_goes_on_with_the_same_windows_and_alarms(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(rain(0, 30), depth(0, 27))
        before = one.world.alarms.alarms()
    with desk(tmp_path) as one:
        assert one.world.alarms.alarms() == before
        assert level(one, "road-a") is Level.ORANGE
        assert [v for _, v in one.world.picture.trend("ws-1", "rainfall")] == [30]
        one.clock.instant = at(1)
        one.send(rain(0, 30))
        assert one.world.counters().duplicates == 1
        one.send(rain(1, 20), depth(1, 5))
        states = {a.raised.rule: a.state for a in one.world.alarms.alarms()}
        assert states["criteria-rainstorm/orange"] is AlarmState.ACTIVE
        assert states["ponding/orange"] is AlarmState.RETURNED


def test_while_the_database_is_locked_nothing_is_acknowledged_and_nothing_lost(
    tmp_path: Path,
) -> None:
    with desk(tmp_path) as one:
        blocker = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        one.clock.instant = at(1)
        sent = depth(1, 27)
        one.world.intake.offer([Parcel((sent,))])
        until(lambda: one.world.health().database is DatabaseState.UNAVAILABLE)
        assert not one.world.health().is_ready
        assert one.wire.acknowledged == []
        blocker.execute("COMMIT")
        blocker.close()
        until(lambda: len(one.wire.acknowledged) == 1)
        assert archived(one) == [sent]
        assert one.world.health().database is DatabaseState.OK
        assert level(one, "road-a") is Level.ORANGE


def test_a_fault_of_the_decoder_is_quarantined_and_intake_goes_on(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(topic=b"poison")
        one.send(depth(0, 27))
        (stored,) = one.store.rejects(None, 10)
        assert stored.reject.reason is Reason.FAULT
        assert level(one, "road-a") is Level.ORANGE


def test_a_fault_of_the_engine_is_shown_and_storing_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk(tmp_path) as one:
        monkeypatch.setattr(one.world._judge, "step", lambda *_: 1 / 0)
        one.send(depth(0, 27))
        assert one.world.health().engine is EngineState.FAILED
        assert len(archived(one)) == 1
    with desk(tmp_path) as one:
        assert level(one, "road-a") is Level.ORANGE, "a restart judges what was only stored"
        assert one.world.health().engine is EngineState.OK


def test_what_came_too_late_is_kept_with_that_mark(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.clock.instant = at(1000)
        one.send(depth(1000, 0), rain(1000, 0))
        one.send(depth(0, 27))
        assert [o.quality for o in archived(one)] == [Quality.TOO_LATE, Quality.GOOD, Quality.GOOD]
        assert level(one, "road-a") is Level.NONE


def test_rejects_are_kept_and_counted(tmp_path: Path) -> None:
    reject = Reject("t", Reason.NOT_JSON, "no JSON", b"\xff\x00", 2, to_us(at(0)))
    with desk(tmp_path) as one:
        one.send(reject)
        assert [s.reject for s in one.store.rejects(None, 10)] == [reject]
        assert one.world.counters().rejects == 1


def test_a_last_will_loses_the_device_until_it_speaks_again(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(depth(0, 1))
        one.clock.instant = at(1)
        one.send(DeviceStatus("wg-road-a", to_us(at(1)), is_online=False))
        view = one.world.picture.device("wg-road-a", at(1))
        assert view is not None
        assert view.state is DeviceState.LOST
        one.clock.instant = at(2)
        one.send(depth(2, 1))
        view = one.world.picture.device("wg-road-a", at(2))
        assert view is not None
        assert view.state is DeviceState.LIVE


def test_a_segment_that_nothing_is_known_of_is_unknown_not_green(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        assert level(one, "road-b") is Level.UNKNOWN


def test_a_silent_segment_keeps_its_alarm_and_says_that_it_is_old(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(depth(0, 27), rain(0, 0))
        later = at(30)
        one.clock.instant = later
        view = one.world.picture.segment("road-a", later)
        assert view is not None
        assert view.freshness is Freshness.LOST
        assert view.level is Level.ORANGE


def test_an_alarm_is_acknowledged_once_by_name(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(depth(0, 27))
        alarm_id = one.world.alarms.holding()[0].raised.alarm_id
        one.world.alarms.acknowledge(alarm_id, "admin", at(1))
        again = one.world.alarms.acknowledge(alarm_id, "other", at(2))
        assert again.state is AlarmState.ACKNOWLEDGED
        assert again.acknowledged_by == "admin"
        with pytest.raises(KeyError):
            one.world.alarms.acknowledge("no-such-alarm", "admin", at(1))


def test_messages_without_a_time_are_each_of_their_own_instant(tmp_path: Path) -> None:
    """As a broker hands over what it held: many at once, none of which may be lost."""

    class Timeless(HandWire):
        def decode(self, message: Parcel, arrived_us: int) -> list[Observation]:
            (reading,) = message.readings
            assert isinstance(reading, Observation)
            return [reading._replace(time_us=arrived_us)]

    with desk(tmp_path) as one:
        timeless = Timeless()
        one.world.intake._wire = timeless
        one.world.intake.offer([Parcel((depth(0, value),)) for value in range(10)])
        until(lambda: len(timeless.acknowledged) == 10)
        assert [o.value for o in archived(one)] == list(range(10))
