"""The ledger between the embedded broker and us: what came in, and up to where it was taken.

A file in memory that two processes share, because the broker outlives us.
"""

import mmap
import struct
from pathlib import Path
from typing import Final

_NUMBER: Final = struct.Struct("=Q")
_SENT, _TAKEN = 0, _NUMBER.size
_SIZE: Final = 2 * _NUMBER.size


class Ledger:
    """Bytes since the broker was started; each number is written by one process only."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._pages = mmap.mmap(opened.fileno(), _SIZE)

    @classmethod
    def new(cls, file: Path) -> "Ledger":
        """One that begins at nothing."""
        file.write_bytes(bytes(_SIZE))
        return cls(file)

    @property
    def sent(self) -> int:
        """What devices have sent; the broker's to write."""
        return int(_NUMBER.unpack_from(self._pages, _SENT)[0])

    @sent.setter
    def sent(self, total: int) -> None:
        _NUMBER.pack_into(self._pages, _SENT, total)

    @property
    def taken(self) -> int:
        """How much of it is known to have been taken in, all that came before included; ours."""
        return int(_NUMBER.unpack_from(self._pages, _TAKEN)[0])

    @taken.setter
    def taken(self, total: int) -> None:
        _NUMBER.pack_into(self._pages, _TAKEN, total)

    @property
    def due(self) -> int:
        """What may still have to be taken in."""
        return self.sent - self.taken
