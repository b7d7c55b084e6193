"""Maintenance: a named person takes a device out for a time, with a reason, and gives it back.

While it is out its values are shown and archived, but nobody judges them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MaintenanceBegan:
    """A device is out until `until`, or until somebody gives it back."""

    device: str
    by: str
    reason: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MaintenanceEnded:
    """A device was given back before its time was over."""

    device: str
    by: str
    at: datetime


MaintenanceEvent = MaintenanceBegan | MaintenanceEnded


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A time in which a device is out, `[since, until)`."""

    device: str
    by: str
    reason: str
    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether the device is out at an instant."""
        return self.since <= at < self.until


Periods = tuple[Maintenance, ...]
"""Of one device, in order of time and apart from each other."""


def begin(
    periods: Periods, device: str, by: str, reason: str, at: datetime, until: datetime
) -> list[MaintenanceEvent]:
    """Take a device out; where it is out already this person, reason and end take the place.

    Nothing where it is out in just that way.

    Raises:
        ValueError: There is no reason, or the end is not within 30 days from now.
    """
    if not reason.strip():
        raise ValueError("say why the device is taken out")
    if not at < until <= at + LONGEST:
        raise ValueError(f"the end must lie within {LONGEST.days} days from now")
    present = current(periods, at)
    if present and (present.by, present.reason, present.until) == (by, reason.strip(), until):
        return []
    return [MaintenanceBegan(device, by, reason.strip(), at, until)]


def end(periods: Periods, by: str, at: datetime) -> list[MaintenanceEvent]:
    """Give a device back; nothing where it is not out."""
    present = current(periods, at)
    return [MaintenanceEnded(present.device, by, at)] if present else []


def current(periods: Sequence[Maintenance], at: datetime) -> Maintenance | None:
    """The period that holds at an instant."""
    return next((period for period in reversed(periods) if period.holds(at)), None)


def fold(periods: Periods, event: MaintenanceEvent) -> Periods:
    """The periods of a device after one more event."""
    match event:
        case MaintenanceBegan():
            began = Maintenance(event.device, event.by, event.reason, event.since, event.until)
            return (*_until(periods, event.since), began)
        case MaintenanceEnded():
            return _until(periods, event.at)


def _until(periods: Periods, at: datetime) -> Periods:
    """The same, the last one cut where it would go on."""
    return tuple(
        replace(period, until=min(period.until, at)) for period in periods if period.since < at
    )
