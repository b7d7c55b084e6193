"""Pictures are kept within limits, pinned ones for ever, and a row never lacks its file."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from monitoring.domain.observations import Frame
from monitoring.services.frame_ports import FOLDERS, Forgotten, StoredFrame
from monitoring.store.database import Database, open_database
from monitoring.store.frames import Frames
from tests.store.material import MINUTE_US, NOON_US, FixedClock

OpenDatabase = Callable[[], Database]
SIZE = 100
FOR_EVER = 10**17


def frame(minute: float, camera: str = "cam-1", content: str | None = None) -> Frame:
    jpeg = f"\xff\xd8{content or (camera, minute)}".encode("latin-1").ljust(SIZE, b".")
    return Frame(camera, NOON_US + int(minute * MINUTE_US), jpeg)


def keep(database: Database, *frames: Frame) -> list[StoredFrame]:
    with database.transaction() as transaction:
        return transaction.add_frames(frames)


def pin(database: Database, *frames: StoredFrame) -> None:
    with database.transaction() as transaction:
        transaction.pin_frames(frames)


def kept(database: Database, *cameras: str) -> list[float]:
    rows = [r for c in cameras or ("cam-1",) for r in database.frames.between(c, 0, FOR_EVER, 1000)]
    return [(r.time_us - NOON_US) / MINUTE_US for r in rows]


def files(folder: Path) -> set[str]:
    return {p.parent.name + p.stem for p in (folder / "frames").rglob("*.jpg")}


def is_whole(database: Database, cameras: Sequence[str] = ("cam-1", "cam-2")) -> bool:
    """Whether every row has its file, with the content that its hash says."""
    rows = [r for c in cameras for r in database.frames.between(c, 0, FOR_EVER, 1000)]
    return all(len(database.frames.picture(r.sha256)) == r.size for r in rows)


def sweep(database: Database) -> int:
    return sum(database.frames.sweep(folder) for folder in range(FOLDERS))


def test_a_frame_that_is_kept_says_where(database: Database) -> None:
    (row,) = keep(database, frame(0))
    assert (row.camera, row.time_us, row.size) == ("cam-1", NOON_US, SIZE)
    assert database.frames.newest("cam-1") == row
    assert keep(database, frame(0)) == [row], "the same once more is the same"


def test_frames_of_a_span_are_the_newest_in_order_of_time(database: Database) -> None:
    keep(database, *(frame(n) for n in (3, 1, 2, 0)), frame(1, "cam-2"))

    def found(start: int, end: int, most: int = 9) -> list[float]:
        span = (NOON_US + start * MINUTE_US, NOON_US + end * MINUTE_US)
        rows = database.frames.between("cam-1", *span, most)
        return [(r.time_us - NOON_US) / MINUTE_US for r in rows]

    assert found(1, 2) == [1, 2]
    assert found(0, 9) == [0, 1, 2, 3]
    assert found(0, 9, 2) == [2, 3]
    assert found(4, 9) == []


def test_what_is_too_old_goes_first_and_its_files_with_it(
    database: Database, tmp_path: Path
) -> None:
    keep(database, *(frame(n) for n in range(5)))
    gone = database.frames.forget(NOON_US + 3 * MINUTE_US, 0, 2)
    assert gone == Forgotten(2, 2 * SIZE)
    assert kept(database) == [2, 3, 4]
    assert database.frames.forget(NOON_US + 3 * MINUTE_US, 0, 2) == Forgotten(1, SIZE)
    assert database.frames.forget(NOON_US + 3 * MINUTE_US, 0, 2) == Forgotten(0, 0)
    assert len(files(tmp_path)) == 2
    assert is_whole(database)


def test_the_last_picture_of_a_camera_goes_by_age_but_not_for_want_of_room(
    database: Database,
) -> None:
    keep(database, frame(0, "cam-2"), frame(1), frame(2), frame(3))
    assert database.frames.size() == 4 * SIZE
    assert database.frames.forget(0, SIZE + 1, 10) == Forgotten(2, 2 * SIZE)
    assert database.frames.forget(0, 10 * SIZE, 10) == Forgotten(0, 0)
    assert kept(database, "cam-1", "cam-2") == [3, 0]
    assert database.frames.forget(NOON_US + 1, 0, 10) == Forgotten(1, SIZE)
    assert kept(database, "cam-2") == []


def test_a_pinned_frame_stays_and_does_not_count(database: Database) -> None:
    rows = keep(database, *(frame(n) for n in range(4)))
    pin(database, rows[1], rows[1], rows[0]._replace(camera="nobody"))
    assert database.frames.size() == 3 * SIZE
    database.frames.forget(FOR_EVER, 10 * SIZE, 100)
    assert kept(database) == [1]
    assert is_whole(database)


def test_a_file_stays_for_as_long_as_any_row_names_it(database: Database, tmp_path: Path) -> None:
    keep(database, frame(0, content="same"), frame(5, "cam-2", content="same"))
    database.frames.forget(NOON_US + 1, 0, 100)
    assert kept(database, "cam-1", "cam-2") == [5]
    assert is_whole(database)
    database.frames.forget(FOR_EVER, 0, 100)
    assert files(tmp_path) == set()


def test_a_crash_between_rows_and_files_leaves_files_which_are_swept_away(
    database: Database, reopen: OpenDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(database, *(frame(n) for n in range(4)))
    with monkeypatch.context() as broken:
        broken.setattr(Frames, "_drop", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            database.frames.forget(NOON_US + 2 * MINUTE_US, 0, 100)
    again = reopen()
    assert kept(again) == [2, 3]
    assert len(files(tmp_path)) == 4
    assert is_whole(again)
    assert sweep(again) == 2
    assert len(files(tmp_path)) == 2
    assert sweep(again) == 0
    assert is_whole(again)


def test_a_crash_before_a_frame_is_committed_leaves_a_file_which_is_used_or_swept_away(
    database: Database, tmp_path: Path
) -> None:
    def fail() -> None:
        with database.transaction() as transaction:
            transaction.add_frames([frame(0), frame(1)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert kept(database) == []
    assert len(files(tmp_path)) == 2
    keep(database, frame(0))  # the broker delivers it again
    assert sweep(database) == 1
    assert kept(database) == [0]
    assert is_whole(database)


def test_a_half_written_file_is_swept_away_when_nobody_can_be_writing_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "frames" / "00" / "xyz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    other = part.with_name("note.txt")
    other.write_text("of somebody else")
    assert sweep(database) == 0
    monkeypatch.setattr("monitoring.store.frames._GIVEN_UP_S", -1)
    assert sweep(database) == 1
    assert not part.exists()
    assert other.exists()


def test_what_was_pinned_meanwhile_is_not_deleted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alarm rises after a frame was found to be old, and before it is deleted."""
    rows = keep(database, frame(0), frame(1))
    writing = database._connections.writing

    def pinned_first() -> object:
        monkeypatch.setattr(database._connections, "writing", writing)
        pin(database, rows[0])
        return writing()

    monkeypatch.setattr(database._connections, "writing", pinned_first)
    assert database.frames.forget(FOR_EVER, 0, 100) == Forgotten(1, SIZE)
    assert kept(database) == [0]


def test_while_pictures_come_and_go_no_row_is_ever_without_its_file(database: Database) -> None:
    """The same few pictures again and again, so that files go and come back all the time."""
    ended = threading.Event()
    faults: list[Exception] = []

    def delete() -> None:
        while not ended.is_set():
            try:
                database.frames.forget(FOR_EVER, 0, 3)
                sweep(database)
            except Exception as error:  # noqa: BLE001 - told by the test's own thread
                faults.append(error)
                return

    deleting = threading.Thread(target=delete)
    deleting.start()
    for minute in range(150):
        keep(database, *(frame(minute + n / 10, content=f"{n}") for n in range(3)))
    ended.set()
    deleting.join(60)
    assert faults == []
    assert is_whole(database)
    keep(database, *(frame(1000 + n, content=f"{n}") for n in range(3)))
    assert len(kept(database)) >= 3
    assert is_whole(database)


def test_frames_of_the_first_version_are_kept_and_not_pinned(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command  # noqa: PLC0415 - only this test needs it

    upgrade = command.upgrade
    clock = FixedClock()
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        old = open_database(url, tmp_path / "frames", clock, "real")
    with old._connections.writing() as connection:
        connection.execute(
            text("INSERT INTO frames (camera, time, sha256, size) VALUES ('cam-1', 5, 'x', 7)")
        )
    old.close()
    new = open_database(url, tmp_path / "frames", clock, "real")
    assert new.frames.newest("cam-1") == StoredFrame("cam-1", 5, "x", 7)
    assert new.frames.size() == 7
    new.close()
