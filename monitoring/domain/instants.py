"""Instants: aware UTC datetimes for people and records, whole microseconds for hot paths.

Both name the same thing, so that a comparison never depends on rounding.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
SECOND_US: Final = 1_000_000


def to_us(at: datetime) -> int:
    """Microseconds from 1970-01-01T00:00Z to `at`.

    Raises:
        ValueError: `at` has no time zone; a naive time is somebody's guess.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give one, such as +08:00")
    return (at - EPOCH) // MICROSECOND


def from_us(time_us: int) -> datetime:
    """The instant `time_us` microseconds after 1970-01-01T00:00Z, in UTC."""
    return EPOCH + timedelta(microseconds=time_us)


def span_us(period: timedelta) -> int:
    """The length of `period` in microseconds."""
    return period // MICROSECOND


def rfc3339(at: datetime) -> str:
    """`at` in UTC as RFC 3339 text, such as 2026-07-07T01:30:00Z; fractions only where needed."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
