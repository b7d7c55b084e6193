"""Camera frames: pictures as files named by their hash, and rows that say which is whose.

A file is on the disk before its row is committed, and its rows are gone before a file is
deleted, so that a row never names a picture that is not there. A file whose row was rolled
back stays: it is found and used when the broker delivers the same message again, or is
swept away.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, func, or_, select, text

from monitoring.domain.observations import Frame
from monitoring.services.frame_ports import Forgotten, StoredFrame
from monitoring.services.ports import StoreUnavailableError
from monitoring.store.connections import Connections
from monitoring.store.schema import FRAMES

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_PART: Final = ".part"
_GIVEN_UP_S: Final = 3600  # age of a half-written file that nobody goes on writing
_AT_ONCE: Final = 100  # files looked at while writers wait
_COLUMNS: Final = (FRAMES.c.camera, FRAMES.c.time, FRAMES.c.sha256, FRAMES.c.size)
_INSERT: Final = text(
    "INSERT INTO frames (camera, time, sha256, size) VALUES (:camera, :time, :sha256, :size)"
    " ON CONFLICT DO NOTHING"
)
_PIN: Final = text(
    "UPDATE frames SET pinned = true WHERE camera = :camera AND time = :time AND sha256 = :sha256"
)
_DELETE: Final = text(
    "DELETE FROM frames"
    " WHERE camera = :camera AND time = :time AND sha256 = :sha256 AND pinned = false"
)


class Frames:
    """Pictures under one folder, and their rows."""

    def __init__(self, connections: Connections, folder: Path) -> None:
        self._connections = connections
        self._folder = folder

    def add(self, connection: Connection, frames: Sequence[Frame]) -> list[StoredFrame]:
        """Keep pictures within the connection's transaction.

        Raises:
            StoreUnavailableError: A file could not be written.
        """
        stored = []
        for frame in frames:
            sha256 = hashlib.sha256(frame.jpeg).hexdigest()
            try:
                _keep(self._path(sha256), frame.jpeg)
            except OSError as error:
                raise StoreUnavailableError(
                    f"camera frames cannot be written to {self._folder}: {error.strerror};"
                    " check the disk"
                ) from error
            stored.append(StoredFrame(frame.camera, frame.time_us, sha256, len(frame.jpeg)))
        if stored:
            connection.execute(_INSERT, [_key(row) | {"size": row.size} for row in stored])
        return stored

    def newest(self, camera: str, at_us: int | None = None) -> StoredFrame | None:
        """The camera's newest frame, or the newest not after `at_us`."""
        statement = select(*_COLUMNS).where(FRAMES.c.camera == camera)
        if at_us is not None:
            statement = statement.where(FRAMES.c.time <= at_us)
        statement = statement.order_by(FRAMES.c.time.desc(), FRAMES.c.sha256.desc()).limit(1)
        with self._connections.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else StoredFrame(*row)

    def between(self, camera: str, start_us: int, end_us: int, most: int) -> list[StoredFrame]:
        """The newest frames with `start <= time <= end`, at most so many, oldest first."""
        with self._connections.reading() as connection:
            return between(connection, camera, start_us, end_us, most)

    def picture(self, sha256: str) -> bytes:
        """The JPEG with that hash.

        Raises:
            FileNotFoundError: It is not kept, or that is no hash.
        """
        if not _HASH.fullmatch(sha256):
            raise FileNotFoundError(f"{sha256!r} is no SHA-256 in lower-case hexadecimal")
        return self._path(sha256).read_bytes()

    def size(self) -> int:
        """Bytes of all frames that are not pinned."""
        statement = select(func.sum(FRAMES.c.size)).where(FRAMES.c.pinned.is_(False))
        with self._connections.reading() as connection:
            return int(connection.scalar(statement) or 0)

    def forget(self, before_us: int, excess: int, most: int) -> Forgotten:
        """Delete frames as `FrameStore.forget` says: first the rows, then the files."""
        gone: list[StoredFrame] = []
        statement = _oldest(before_us, most, are_all_due=excess > 0)
        with self._connections.reading() as connection:
            oldest = [StoredFrame(*row) for row in connection.execute(statement)]
        with self._connections.writing() as connection:
            for row in oldest:
                is_due = row.time_us < before_us or excess > 0
                # What has been pinned since it was found stays.
                if is_due and connection.execute(_DELETE, _key(row)).rowcount:
                    gone.append(row)
                    excess -= row.size
        self._drop({row.sha256 for row in gone})
        return Forgotten(len(gone), sum(row.size for row in gone))

    def sweep(self, folder: int) -> int:
        """Delete the files of a folder that no row names, and those that were never finished."""
        count = 0
        doubtful: list[str] = []
        for path in (self._folder / f"{folder:02x}").glob("*"):
            if path.suffix == _PART:
                if time.time() - path.stat().st_mtime > _GIVEN_UP_S:
                    path.unlink(missing_ok=True)
                    count += 1
            elif _HASH.fullmatch(sha256 := f"{folder:02x}{path.stem}"):
                doubtful.append(sha256)
        for first in range(0, len(doubtful), _AT_ONCE):
            some = set(doubtful[first : first + _AT_ONCE])
            with self._connections.reading() as connection:
                some -= _named(connection, some)
            count += self._drop(some)
        return count

    def _drop(self, hashes: Collection[str]) -> int:
        """Delete files but those that a row names again.

        Nobody else writes meanwhile, so that none of them can be on its way to a row.
        """
        if not hashes:
            return 0
        with self._connections.writing() as connection:
            unnamed = set(hashes) - _named(connection, hashes)
            for sha256 in unnamed:
                self._path(sha256).unlink(missing_ok=True)
        return len(unnamed)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256[2:]}.jpg"


def between(
    connection: Connection, camera: str, start_us: int, end_us: int, most: int
) -> list[StoredFrame]:
    """As `Frames.between`, with what the connection's transaction has added."""
    statement = (
        select(*_COLUMNS)
        .where(FRAMES.c.camera == camera, FRAMES.c.time.between(start_us, end_us))
        .order_by(FRAMES.c.time.desc(), FRAMES.c.sha256.desc())
        .limit(most)
    )
    return [StoredFrame(*row) for row in connection.execute(statement)][::-1]


def pin(connection: Connection, frames: Sequence[StoredFrame]) -> None:
    """Mark frames within the connection's transaction as evidence."""
    if frames:
        connection.execute(_PIN, [_key(row) for row in frames])


def _oldest(before_us: int, most: int, *, are_all_due: bool) -> Select[Any]:
    """The oldest frames that are due: those before an instant, or all but each camera's newest."""
    due = FRAMES.c.time < before_us
    if are_all_due:
        newer = FRAMES.alias()
        is_older = exists().where(newer.c.camera == FRAMES.c.camera, newer.c.time > FRAMES.c.time)
        due = or_(due, is_older)
    unpinned = select(*_COLUMNS).where(FRAMES.c.pinned.is_(False), due)
    return unpinned.order_by(FRAMES.c.time).limit(most)


def _key(row: StoredFrame) -> dict[str, str | int]:
    return {"camera": row.camera, "time": row.time_us, "sha256": row.sha256}


def _named(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Which of these hashes stand in a row."""
    statement = select(FRAMES.c.sha256).where(FRAMES.c.sha256.in_(hashes)).distinct()
    return set(connection.scalars(statement))


def _keep(path: Path, content: bytes) -> None:
    """Write the whole file or none of it, and on the disk, not only in its cache."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
