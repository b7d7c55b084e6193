"""Clocks: the only places that ask a machine for the time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    speed = 1.0

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return datetime.now(UTC)


class FastClock:
    """A clock that began at `start` and runs `speed` times as fast as the machine's.

    It counts on the monotonic clock, so that a correction of the machine's time never
    makes a demonstration jump.
    """

    def __init__(
        self, start: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.speed = speed
        self._start = start
        self._monotonic = monotonic
        self._began = monotonic()

    def now(self) -> datetime:
        """The present instant in this clock's time, aware UTC."""
        elapsed_s = self._monotonic() - self._began
        return self._start + timedelta(seconds=elapsed_s * self.speed)
