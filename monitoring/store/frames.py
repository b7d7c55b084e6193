"""Camera frames: pictures as files named by their hash, and rows that say which is whose.

A file is on the disk before its row is committed, so that a row never names a picture that
is not there. A file whose row was rolled back stays: it is found and used when the broker
delivers the same message again.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select, text

from monitoring.domain.observations import Frame
from monitoring.services.ports import StoredFrame, StoreUnavailableError
from monitoring.store.connections import Connections
from monitoring.store.schema import FRAMES

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_INSERT: Final = text(
    "INSERT INTO frames (camera, time, sha256, size) VALUES (:camera, :time, :sha256, :size)"
    " ON CONFLICT DO NOTHING"
)


class Frames:
    """Pictures under one folder, and their rows."""

    def __init__(self, connections: Connections, folder: Path) -> None:
        self._connections = connections
        self._folder = folder

    def add(self, connection: Connection, frames: Sequence[Frame]) -> None:
        """Keep pictures within the connection's transaction.

        Raises:
            StoreUnavailableError: A file could not be written.
        """
        rows = []
        for frame in frames:
            sha256 = hashlib.sha256(frame.jpeg).hexdigest()
            try:
                _keep(self._path(sha256), frame.jpeg)
            except OSError as error:
                raise StoreUnavailableError(
                    f"camera frames cannot be written to {self._folder}: {error.strerror};"
                    " check the disk"
                ) from error
            rows.append(
                {
                    "camera": frame.camera,
                    "time": frame.time_us,
                    "sha256": sha256,
                    "size": len(frame.jpeg),
                }
            )
        if rows:
            connection.execute(_INSERT, rows)

    def frame(self, camera: str, at_us: int | None) -> StoredFrame | None:
        """The camera's newest frame, or the newest not after `at_us`."""
        statement = select(FRAMES).where(FRAMES.c.camera == camera)
        if at_us is not None:
            statement = statement.where(FRAMES.c.time <= at_us)
        statement = statement.order_by(FRAMES.c.time.desc(), FRAMES.c.sha256.desc()).limit(1)
        with self._connections.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else StoredFrame(*row)

    def picture(self, sha256: str) -> bytes:
        """The JPEG with that hash.

        Raises:
            FileNotFoundError: It is not kept, or that is no hash.
        """
        if not _HASH.fullmatch(sha256):
            raise FileNotFoundError(f"{sha256!r} is no SHA-256 in lower-case hexadecimal")
        return self._path(sha256).read_bytes()

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256[2:]}.jpg"


def _keep(path: Path, content: bytes) -> None:
    """Write the whole file or none of it, and on the disk, not only in its cache."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
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
