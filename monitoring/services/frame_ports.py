"""What the desks need of the pictures that are kept."""

from typing import Final, NamedTuple, Protocol

FOLDERS: Final = 256
"""Into how many folders the files are spread, by the first byte of their hash."""


class StoredFrame(NamedTuple):
    """Where a picture is kept."""

    camera: str
    time_us: int
    sha256: str
    size: int


class Forgotten(NamedTuple):
    """How many pictures were deleted, and their size in bytes."""

    number: int
    size: int


class FrameStore(Protocol):
    """Camera pictures, by camera and time or by the SHA-256 of their bytes.

    Every method may raise `StoreUnavailableError`.
    """

    def newest(self, camera: str, at_us: int | None = None) -> StoredFrame | None:
        """The newest frame, or the newest not after `at_us`."""
        ...

    def between(self, camera: str, start_us: int, end_us: int, most: int) -> list[StoredFrame]:
        """The newest frames with `start <= time <= end`, at most so many, oldest first."""
        ...

    def picture(self, sha256: str) -> bytes:
        """The JPEG with that hash.

        Raises:
            FileNotFoundError: It is not kept (any more).
        """
        ...

    def size(self) -> int:
        """Bytes of all frames that are not pinned."""
        ...

    def forget(self, before_us: int, excess: int, most: int) -> Forgotten:
        """Delete the oldest frames that are not pinned, at most so many.

        Args:
            before_us: What is older goes …
            excess: … and further ones until so many bytes are gone, but each camera's newest.
            most: Bounds how long a writer may have to wait.
        """
        ...

    def sweep(self, folder: int) -> int:
        """Delete files that no frame names, in one of the `FOLDERS`; how many there were.

        Whatever was interrupted halfway leaves such files, and never a frame without its file.
        """
        ...
