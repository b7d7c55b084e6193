"""Pictures are looked at beside the intake; what they are worth is recorded, then shown."""

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

import pytest

from monitoring.domain.cameras import PictureJudged, Sight, Verdict
from monitoring.engine.lookout import Lookout
from monitoring.engine.sight import Luma
from monitoring.services import inspection
from monitoring.services.inspection import STREAM, Inspected
from monitoring.services.luma import luma
from monitoring.services.picture import DeviceState, DeviceView
from tests.engine.pictures import jpeg, moved, plain, scene
from tests.engine.timeline import at
from tests.services.cameras import camera, shot
from tests.services.desk import Desk, HandClock, desk, until

LUMA = "monitoring.services.inspection.luma"
CAMERAS = (camera(), camera("cam-b", "road-b"))


def view(one: Desk, name: str = "cam-a") -> DeviceView:
    found = one.world.picture.device(name, one.clock.now())
    assert found is not None
    return found


def expect(one: Desk, verdict: Verdict, name: str = "cam-a") -> Sight:
    """Wait for a verdict."""

    def sight() -> Sight | None:
        return view(one, name).picture

    until(lambda: (known := sight()) is not None and known.verdict is verdict)
    known = sight()
    assert known is not None
    return known


def recorded(one: Desk) -> list[tuple[str, str]]:
    return [(e.stream, e.event.verdict.value) for e in one.store.events(0, STREAM)]


def test_a_black_picture_is_recorded_and_shown_and_so_is_the_next_good_one(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        assert view(one).picture is None
        one.send(shot(0, scene(1)))
        assert expect(one, Verdict.OK) == Sight(Verdict.OK, at(0))
        assert view(one).state is DeviceState.LIVE
        one.clock.instant = at(5)
        one.send(shot(5, plain(2)))
        assert expect(one, Verdict.BLACK) == Sight(Verdict.BLACK, at(5))
        assert view(one).state is DeviceState.SUSPECT
        one.send(shot(6, plain(2, 2)), shot(0, scene(1), "cam-b"))
        expect(one, Verdict.OK, "cam-b")
        one.clock.instant = at(10)
        one.send(shot(10, scene(2)))
        expect(one, Verdict.OK)
        stream = STREAM + "cam-a"
        mine = [e for e in recorded(one) if e[0] == stream]
        assert mine == [(stream, "ok"), (stream, "black"), (stream, "ok")], "only changes are told"
        assert one.store.verify_chain() >= 4


def test_what_was_known_at_an_instant_can_be_told_from_the_log(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        for minute, picture in ((0, scene(1)), (5, plain(2)), (10, scene(2))):
            one.clock.instant = at(minute)
            one.send(shot(minute, picture))
            expect(one, Verdict.BLACK if minute == 5 else Verdict.OK)
            until(lambda: one.world.inspection.inspected().waiting == 0)
        until(lambda: len(recorded(one)) == 3)
        then = [e.event for e in one.store.events(0, STREAM) if e.recorded_at <= at(6)][-1]
        assert isinstance(then, PictureJudged)
        assert (then.verdict, then.since) == (Verdict.BLACK, at(5))
        assert one.store.frames.picture(then.sha256) == jpeg(plain(2))


def test_a_lost_camera_is_lost_whatever_its_last_picture_was(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(shot(0, plain(2)))
        expect(one, Verdict.BLACK)
        one.clock.instant = at(60)
        assert view(one).state is DeviceState.LOST


def test_after_a_restart_verdict_and_age_are_known_before_a_picture_comes(tmp_path: Path) -> None:
    clock = HandClock()
    with desk(tmp_path, cameras=CAMERAS, clock=clock) as one:
        for minute in (0, 5, 10, 15):
            one.send(shot(minute, scene(1)))
            until(lambda: one.world.inspection.inspected().waiting == 0)
        frozen = expect(one, Verdict.FROZEN)
        assert frozen.since == at(0)
    clock.instant = at(16)
    with desk(tmp_path, cameras=CAMERAS, clock=clock) as one:
        assert view(one).picture == frozen
        assert view(one).last_seen == at(15)
        one.send(shot(20, scene(1)))
        until(lambda: one.world.inspection.inspected() == Inspected(looked_at=1))
        assert expect(one, Verdict.FROZEN) == frozen, "nothing has changed"
        one.send(shot(25, scene(2)))
        assert expect(one, Verdict.OK).since == at(25)
        assert [v for _, v in recorded(one)] == ["ok", "frozen", "ok"]


def test_a_camera_is_compared_with_its_reference(tmp_path: Path) -> None:
    places = {"cam-a": jpeg(scene(9)), "cam-b": b"no picture"}
    with desk(tmp_path, cameras=CAMERAS, reference=places.get) as one:
        for minute in (0, 5):
            turned = moved(scene(minute), 100)
            one.send(shot(minute, turned), shot(minute, turned, "cam-b"))
            until(lambda: one.world.inspection.inspected().waiting == 0)
        assert expect(one, Verdict.SHIFTED).since == at(0)
        assert expect(one, Verdict.OK, "cam-b").since == at(0), "it can't be told"


def test_of_pictures_that_come_too_fast_the_newest_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, looked = threading.Event(), []
    look = Lookout.look

    def slow(self: Lookout, luma: Luma | None, at: datetime) -> Sight:
        looked.append(at)
        assert gate.wait(10)
        return look(self, luma, at)

    with desk(tmp_path, cameras=CAMERAS) as one:
        monkeypatch.setattr(Lookout, "look", slow)
        one.send(shot(0, scene(1)))
        until(lambda: len(looked) == 1)
        for minute in (1, 3, 2, 4, 4):
            one.send(shot(minute, scene(minute)))
        one.send(shot(0, scene(1)))
        assert one.world.inspection.inspected() == Inspected(looked_at=1, skipped=4, waiting=1)
        assert one.world.counters().frames == 7
        gate.set()
        until(lambda: one.world.inspection.inspected().waiting == 0)
        expect(one, Verdict.OK)
    assert looked == [at(0), at(4)]
    assert one.world.inspection.inspected().looked_at == 2


def test_a_verdict_waits_for_a_locked_database_and_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_RETRY_S", 0.01)
    seen = threading.Event()
    read = threading.Event()

    def held(jpeg: bytes) -> object:
        seen.set()
        assert read.wait(10)
        return luma(jpeg)

    monkeypatch.setattr(LUMA, held)
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(shot(0, plain(2)))
        assert seen.wait(10)
        blocker = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        read.set()
        until(lambda: one.world.inspection.inspected().waiting == 0)
        assert view(one).picture is None, "what is not recorded is not known"
        blocker.execute("COMMIT")
        blocker.close()
        assert expect(one, Verdict.BLACK).since == at(0)


def test_a_picture_that_makes_the_check_fail_stops_neither_it_nor_the_intake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        with monkeypatch.context() as broken:
            broken.setattr(LUMA, lambda _: 1 / 0)
            one.send(shot(0, scene(1)))
            until(lambda: one.world.inspection.inspected() == Inspected(skipped=1))
            one.send(shot(1, scene(2)))
            until(lambda: one.world.inspection.inspected() == Inspected(skipped=2))
        one.send(shot(2, scene(3)))
        expect(one, Verdict.OK)


def test_bytes_that_are_no_picture_are_unreadable(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(shot(0, b"\xff\xd8\xff\xd9"))
        expect(one, Verdict.UNREADABLE)


def test_pictures_of_a_camera_that_is_configured_no_longer_are_let_be(tmp_path: Path) -> None:
    with desk(tmp_path, cameras=CAMERAS) as one:
        one.send(shot(0, plain(2)))
        expect(one, Verdict.BLACK)
    with desk(tmp_path) as one:
        one.send(shot(5, plain(2)))
        assert one.world.inspection.inspected() == Inspected()
