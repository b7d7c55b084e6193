"""Map tiles that were fetched before, as files in one folder of bounded size.

They can all be fetched again: nothing is synced to the disk, and what cannot be read or
written is simply not there.
"""

import os
import threading
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

_ROOM: Final = 0.9  # of what may be taken is left when something has to go


class TileFiles:
    """A folder of tiles; safe from any thread.

    Args:
        folder: Made when the first tile is kept.
        most_bytes: What has not been asked for longest goes when more is taken.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._taken: int | None = None  # bytes; not counted yet
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """As `TileCache.get`."""
        path = self._folder / name
        try:
            picture = path.read_bytes()
            os.utime(path)  # asked for just now
        except OSError:
            return None
        return picture

    def put(self, name: str, picture: bytes) -> None:
        """As `TileCache.put`."""
        with self._lock:
            try:
                self._keep(self._folder / name, picture)
            except OSError as error:
                log.warning("a map tile was not kept", folder=str(self._folder), reason=str(error))

    def _keep(self, path: Path, picture: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(picture)
        part.replace(path)
        if self._taken is None:
            self._taken = sum(size for _, size, _ in self._files())
        else:
            self._taken += len(picture)
        if self._taken > self._most_bytes:
            self._make_room()

    def _make_room(self) -> None:
        files = sorted(self._files())
        taken = sum(size for _, size, _ in files)
        for _, size, path in files:
            if taken <= _ROOM * self._most_bytes:
                break
            path.unlink(missing_ok=True)
            taken -= size
        self._taken = taken

    def _files(self) -> list[tuple[int, int, Path]]:
        """When each was last asked for, ns, its size and its path."""
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        return [(about.st_mtime_ns, about.st_size, p) for p in files for about in (p.stat(),)]
