"""The roster: eight groups take turns, one shift each, for ever."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitoring.domain.site import Group, Rotation

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """One group's turn, `[start, end)`."""

    group: Group
    start: datetime
    end: datetime


def shift_on(rotation: Rotation, day: date, zone: ZoneInfo) -> Shift:
    """The shift that begins on the local calendar day `day`."""
    index = (day - rotation.first_on).days % len(rotation.groups)
    start = datetime.combine(day, rotation.handover, zone)
    end = datetime.combine(day + DAY, rotation.handover, zone)
    return Shift(rotation.groups[index], start, end)


def shift_at(rotation: Rotation, at: datetime, zone: ZoneInfo) -> Shift:
    """The shift that is on duty at the instant `at`; at handover it is the incoming one."""
    day = at.astimezone(zone).date()
    shift = shift_on(rotation, day, zone)
    return shift if at >= shift.start else shift_on(rotation, day - DAY, zone)


def next_shift(rotation: Rotation, at: datetime, zone: ZoneInfo) -> Shift:
    """The shift that takes over from the one on duty at `at`."""
    return shift_at(rotation, shift_at(rotation, at, zone).end, zone)
