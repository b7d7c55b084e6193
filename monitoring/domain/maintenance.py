"""Maintenance: a named person takes a device out for a time, with a reason, and gives it back.

While it is out its values are shown and archived, but nobody judges them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MaintenanceBegan:
    """A device is out until `until`, or until somebody gives it back.

    Attributes:
        request: Names what was asked for; the same twice has the effect of once.
    """

    device: str
    request: str
    by: str
    reason: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MaintenanceEnded:
    """A device was given back before its time was over; `request` as above."""

    device: str
    request: str
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


@dataclass(frozen=True, slots=True)
class MaintenanceLog:
    """What is known of one device: when it was or is out, in order of time and apart."""

    periods: tuple[Maintenance, ...] = ()
    requests: frozenset[str] = frozenset()

    def current(self, at: datetime) -> Maintenance | None:
        """How it is out at an instant; None where it is not."""
        return next((period for period in reversed(self.periods) if period.holds(at)), None)


def begin(
    log: MaintenanceLog, device: str, request: str, by: str, reason: str, at: datetime,
    until: datetime,
) -> list[MaintenanceEvent]:  # fmt: skip
    """Take a device out; where it is out already, this person, reason and end take the place.

    Raises:
        ValueError: There is no reason, or the end is not within 30 days from now.
    """
    if request in log.requests:
        return []
    if not reason.strip():
        raise ValueError("say why the device is taken out")
    if not at < until <= at + LONGEST:
        raise ValueError(f"the end must lie within {LONGEST.days} days from now")
    return [MaintenanceBegan(device, request, by, reason.strip(), at, until)]


def end(log: MaintenanceLog, request: str, by: str, at: datetime) -> list[MaintenanceEvent]:
    """Give a device back; nothing where it is not out."""
    present = log.current(at)
    if present is None or request in log.requests:
        return []
    return [MaintenanceEnded(present.device, request, by, at)]


def fold(log: MaintenanceLog, event: MaintenanceEvent) -> MaintenanceLog:
    """What is known of a device after one more event."""
    requests = log.requests | {event.request}
    match event:
        case MaintenanceBegan():
            began = Maintenance(event.device, event.by, event.reason, event.since, event.until)
            return MaintenanceLog((*_until(log, event.since), began), requests)
        case MaintenanceEnded():
            return MaintenanceLog(_until(log, event.at), requests)


def _until(log: MaintenanceLog, at: datetime) -> tuple[Maintenance, ...]:
    """The periods, the last one cut where it would go on."""
    return tuple(replace(p, until=min(p.until, at)) for p in log.periods if p.since < at)
