"""That a broker holds a session of ours, remembered over restarts.

Without it a first start could not be told from an outage after which the broker had kept nothing.
"""

from pathlib import Path


class SessionMemory:
    """A small file; `mark` says whose session it is, and with which broker."""

    def __init__(self, file: Path, mark: str) -> None:
        self._file = file
        self._mark = mark

    def is_held(self) -> bool:
        """Whether the broker should have a session of ours."""
        try:
            return self._file.read_text(encoding="utf-8") == self._mark
        except (OSError, UnicodeDecodeError):
            return False

    def hold(self) -> None:
        """The broker has one from now on."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(self._mark, encoding="utf-8")

    def forget(self) -> None:
        """It has none any more, and nothing that waited in it was lost."""
        self._file.unlink(missing_ok=True)
