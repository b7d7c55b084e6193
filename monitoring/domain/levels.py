"""The scales of the control room: how grave, how passable, how fresh.

They are four different statements and never mapped onto each other without a person
(an official warning, a response, a segment's alarm level, its passability).
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """Alarm level of a segment or a rule; `unknown` means that nothing can be said."""

    NONE = "none"
    WATCH = "watch"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    UNKNOWN = "unknown"

    @property
    def gravity(self) -> int:
        """0 (none, unknown) to 5 (red)."""
        return _GRAVITY[self]


_GRAVITY: Final = {
    Level.UNKNOWN: 0,
    Level.NONE: 0,
    Level.WATCH: 1,
    Level.BLUE: 2,
    Level.YELLOW: 3,
    Level.ORANGE: 4,
    Level.RED: 5,
}


class ResponseLevel(StrEnum):
    """Emergency response, from IV (lightest) to I."""

    IV = "IV"
    III = "III"
    II = "II"
    I = "I"  # noqa: E741 - the field's own numeral

    @property
    def colour(self) -> Level:
        """The colour that the national scheme pairs with this grade."""
        return _COLOUR[self]


_COLOUR: Final = {
    ResponseLevel.IV: Level.BLUE,
    ResponseLevel.III: Level.YELLOW,
    ResponseLevel.II: Level.ORANGE,
    ResponseLevel.I: Level.RED,
}


class Passability(StrEnum):
    """Whether a segment may be driven; decided by a named person."""

    OPEN = "open"
    CAUTION = "caution"
    CLOSED = "closed"


class Freshness(StrEnum):
    """Age of the newest signal against its expected cadence."""

    LIVE = "live"
    STALE = "stale"
    LOST = "lost"


STALE_AFTER_CADENCES: Final = 3
LOST_AFTER_CADENCES: Final = 10


def freshness(age: timedelta | None, cadence: timedelta) -> Freshness:
    """How fresh a signal of that age is; `None` means never heard, which is lost."""
    if age is None or age > LOST_AFTER_CADENCES * cadence:
        return Freshness.LOST
    return Freshness.STALE if age > STALE_AFTER_CADENCES * cadence else Freshness.LIVE
