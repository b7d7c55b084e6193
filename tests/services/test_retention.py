"""Pictures are deleted by age and by size, in steps that let others write."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.cameras import FrameLimits
from monitoring.domain.observations import Frame
from monitoring.services import retention
from monitoring.services.frame_ports import FOLDERS, Forgotten, StoredFrame
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.retention import STEP, Retention
from monitoring.store.database import Database, open_database
from tests.store.material import NOON, NOON_US, FixedClock
from tests.store.test_frames import files, frame, kept, pin


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def database(tmp_path: Path, clock: FixedClock) -> Iterator[Database]:
    one = open_database(f"sqlite:///{tmp_path / 'test.db'}", tmp_path / "frames", clock, "real")
    yield one
    one.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_PAUSE_S", 0.0)


def retain(database: Database, clock: FixedClock, *, days: int = 30, gb: float = 20) -> Retention:
    limits = FrameLimits(keep=timedelta(days=days), at_most_gb=gb)
    return Retention(database.frames, limits, clock)


def keep(database: Database, *frames: Frame) -> None:
    with database.transaction() as transaction:
        transaction.add_frames(frames)


def test_a_picture_is_kept_to_the_last_microsecond_of_its_time(
    database: Database, clock: FixedClock
) -> None:
    keep(database, frame(0), frame(1))
    one = retain(database, clock)
    clock.time = NOON + timedelta(days=30)
    one.run()
    assert kept(database) == [0, 1]
    clock.time += timedelta(microseconds=1)
    one.run()
    assert kept(database) == [1]


def test_more_than_one_step_is_done_in_one_run(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    keep(database, *(frame(n) for n in range(3 * STEP)))
    clock.time = NOON + timedelta(days=31)
    retain(database, clock).run()
    assert kept(database) == []
    assert files(tmp_path) == set()


def test_the_oldest_make_room_for_the_new(database: Database, clock: FixedClock) -> None:
    keep(database, *(frame(n) for n in range(10)))  # of 100 bytes each
    retain(database, clock, gb=6e-7).run()
    assert kept(database) == [4, 5, 6, 7, 8, 9]


def test_evidence_takes_no_room_from_what_is_new(database: Database, clock: FixedClock) -> None:
    keep(database, *(frame(n) for n in range(10)))
    pin(database, *database.frames.between("cam-1", 0, NOON_US, 9))
    retain(database, clock, gb=6e-7).run()
    assert kept(database) == [0, 4, 5, 6, 7, 8, 9]


def test_files_that_nobody_knows_are_gone_after_a_round(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    for name in ("00", "7f", "ff"):
        folder = tmp_path / "frames" / name
        folder.mkdir(parents=True)
        (folder / f"{'0' * 62}.jpg").write_bytes(b"lost")
    one = retain(database, clock)
    for _ in range(FOLDERS):
        one.run()
    assert files(tmp_path) == set()


@dataclass
class Busy:
    """A store that fails at first, and always has more to delete."""

    faults: list[Exception]
    steps: int = 0
    swept: list[int] = field(default_factory=list)

    def newest(self, camera: str, at_us: int | None = None) -> StoredFrame | None:
        raise NotImplementedError

    def between(self, camera: str, start_us: int, end_us: int, most: int) -> list[StoredFrame]:
        raise NotImplementedError

    def picture(self, sha256: str) -> bytes:
        raise NotImplementedError

    def size(self) -> int:
        if self.faults:
            raise self.faults.pop()
        return 10**12

    def forget(self, before_us: int, excess: int, most: int) -> Forgotten:
        del before_us, excess
        self.steps += 1
        return Forgotten(most, 1)

    def sweep(self, folder: int) -> int:
        self.swept.append(folder)
        return 0


def test_a_database_that_is_locked_is_tried_again_at_the_next_run(clock: FixedClock) -> None:
    store = Busy([StoreUnavailableError("locked"), OSError("read-only")])
    one = Retention(store, FrameLimits(), clock)
    one.run()
    one.run()
    assert (store.steps, store.swept) == (0, [])
    one.run()
    assert store.swept == [2], "a folder that could not be swept is not waited for"


def test_a_run_has_an_end_however_much_there_is(clock: FixedClock) -> None:
    store = Busy([])
    Retention(store, FrameLimits(), clock).run()
    assert store.steps == retention._STEPS


def test_a_run_ends_after_its_step_when_we_stop(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PAUSE_S", 60.0)
    store = Busy([])
    one = Retention(store, FrameLimits(), clock)
    run = threading.Thread(target=one.run)
    run.start()
    one.stop()
    run.join(10)
    assert not run.is_alive()
    assert store.steps == 1
