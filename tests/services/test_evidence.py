"""What cameras saw round an alarm's onset is pinned to it, once, whatever comes between."""

import hashlib
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.alarms import Alarm
from monitoring.domain.cameras import FrameLimits, PinnedFrame
from monitoring.domain.observations import Frame
from monitoring.services.evidence import STREAM
from monitoring.services.health import DatabaseState
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.retention import Retention
from tests.engine.timeline import at, depth, rain
from tests.services.cameras import camera, shot
from tests.services.desk import Desk, HandClock, Parcel, desk, until

CAMERAS = (camera(), camera("cam-b", "road-b"), camera("cam-c"))
DEEP = 27.0


def frame(minute: float, name: str = "cam-a") -> Frame:
    return shot(minute, f"\xff\xd8{name} {minute}\xff\xd9".encode("latin-1"), name)


def minutes(frames: tuple[PinnedFrame, ...], name: str = "cam-a") -> list[float]:
    return sorted((f.time - at(0)) / timedelta(minutes=1) for f in frames if f.camera == name)


def of(one: Desk, alarm: Alarm) -> tuple[PinnedFrame, ...]:
    return one.world.evidence.frames(alarm.raised.alarm_id)


def pinned(one: Desk, rule: str = "ponding/orange") -> tuple[PinnedFrame, ...]:
    (alarm,) = [a for a in one.world.alarms.alarms() if a.raised.rule == rule]
    return of(one, alarm)


def recorded(one: Desk) -> int:
    """How many pins the log tells of."""
    return sum(len(e.event.frames) for e in one.store.events(0, STREAM))


def await_fault(one: Desk) -> None:
    until(lambda: one.world.health().database is DatabaseState.UNAVAILABLE)


def test_frames_from_before_are_pinned_when_the_alarm_rises(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(*(frame(n) for n in (-20, -10.01, -10, -5, 0)), frame(-1, "cam-b"))
        one.send(depth(0, DEEP))
        assert minutes(pinned(one)) == [-10, -5, 0]
        assert minutes(pinned(one), "cam-b") == [], "it looks at another segment"
        for found in pinned(one):
            content = one.store.frames.picture(found.sha256)
            assert hashlib.sha256(content).hexdigest() == found.sha256
        assert one.store.verify_chain() > 0


def test_later_frames_are_pinned_as_they_come(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(depth(0, DEEP))
        assert pinned(one) == ()
        one.send(frame(1))
        assert minutes(pinned(one)) == [1]
        one.send(*(frame(n) for n in (5, 10, 10.01, 30)), frame(2, "cam-c"))
        assert minutes(pinned(one)) == [1, 5, 10]
        assert minutes(pinned(one), "cam-c") == [2]


def test_a_frame_in_the_same_message_as_the_alarm_is_pinned_once(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(frame(0), depth(0, DEEP), frame(0))
        assert minutes(pinned(one)) == [0]
        assert recorded(one) == len(one.world.alarms.alarms())


def test_a_frame_that_comes_much_later_but_is_of_that_time_is_evidence(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(depth(0, DEEP))
        one.clock.instant = at(300)
        one.send(frame(7))
        assert minutes(pinned(one)) == [7]


def test_an_alarm_that_late_data_raise_finds_its_frames(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(frame(-3), frame(60), depth(60, 0))
        one.clock.instant = at(61)
        one.send(depth(0, DEEP))
        assert minutes(pinned(one)) == [-3]


def test_an_alarm_whose_onset_is_revised_keeps_both_spans(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.clock.instant = at(31)
        one.send(frame(0), frame(30), depth(30, DEEP))
        assert minutes(pinned(one)) == [30]
        one.send(depth(2, DEEP))  # it has been deep since then
        one.send(frame(5))
        found = {m for a in one.world.alarms.alarms() for m in minutes(of(one, a))}
        assert found == {0, 5, 30}


def test_rain_on_a_station_pins_the_cameras_of_all_segments_it_speaks_for(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(frame(0), frame(0, "cam-b"), rain(0, 60))
        assert minutes(pinned(one, "criteria-rainstorm/blue")) == [0]
        assert minutes(pinned(one, "criteria-rainstorm/blue"), "cam-b") == []


def test_what_is_delivered_again_and_a_restart_pin_nothing_twice(tmp_path: Path) -> None:
    clock = HandClock()
    with desk(tmp_path, cameras=CAMERAS, clock=clock) as one:
        one.send(frame(-1), depth(0, DEEP))
        one.send(frame(1))
        one.send(frame(1))
        before, count = pinned(one), recorded(one)
    with desk(tmp_path, cameras=CAMERAS, clock=clock) as one:
        assert pinned(one) == before
        one.send(frame(-1), frame(1))
        one.send(depth(0, DEEP))
        assert pinned(one) == before
        assert recorded(one) == count
        one.send(frame(2))
        assert minutes(pinned(one)) == [-1, 1, 2], "the span is still open"


def test_evidence_survives_retention_and_the_rest_does_not(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(*(frame(n) for n in (-60, -5, 0, 60)), depth(0, DEEP))
        one.clock.instant = at(60) + timedelta(days=365)
        Retention(one.store.frames, FrameLimits(), one.clock).run()
        kept = one.store.frames.between("cam-a", 0, 2**60, 100)
        assert [row.sha256 for row in kept] == [f.sha256 for f in pinned(one)]
        assert minutes(pinned(one)) == [-5, 0]
        assert all(one.store.frames.picture(f.sha256) for f in pinned(one))


def test_while_the_database_is_locked_nothing_is_pinned_and_then_all_once(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        blocker = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        one.world.intake.offer([Parcel((frame(0), depth(0, DEEP), frame(1)))])
        await_fault(one)
        assert one.world.alarms.alarms() == []
        blocker.execute("COMMIT")
        blocker.close()
        until(lambda: len(one.wire.acknowledged) == 1)
        until(lambda: bool(one.world.alarms.alarms()))
        assert minutes(pinned(one)) == [0, 1]


def test_a_crash_at_any_point_of_a_batch_leaves_all_of_it_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm, its frames and its pins are one transaction; the broker delivers it again."""
    batch = (frame(-1), depth(0, DEEP), frame(1))
    for point in ("add_observations", "add_frames", "pin_frames", "append"):
        folder = tmp_path / point
        clock = HandClock()
        with desk(folder, cameras=CAMERAS, clock=clock) as one, monkeypatch.context() as broken:

            def crash(*_: object) -> None:
                raise StoreUnavailableError("as good as a crash")

            broken.setattr(f"monitoring.store.database.DatabaseTransaction.{point}", crash)
            one.world.intake.offer([Parcel(batch)])
            await_fault(one)
        with desk(folder, cameras=CAMERAS, clock=clock) as one:
            assert one.world.alarms.alarms() == []
            assert recorded(one) == 0
            one.send(*batch)
            assert minutes(pinned(one)) == [-1, 1]
            assert recorded(one) == 2 * len(one.world.alarms.alarms())


def test_frames_of_more_alarms_than_are_at_hand_are_read_from_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitoring.services.evidence._AT_HAND", 1)
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(frame(0), depth(0, DEEP))
        one.send(frame(1))
        ids = [a.raised.alarm_id for a in one.world.alarms.alarms()]
        assert len(ids) > 1
        for _ in range(2):
            assert [minutes(one.world.evidence.frames(i)) for i in ids] == [[0, 1]] * len(ids)
        assert len(one.world.evidence._frames) == 1


def test_of_an_alarm_that_nobody_knows_there_is_no_evidence(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        assert one.world.evidence.frames("nobody") == ()
