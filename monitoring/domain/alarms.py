"""Alarms: what a rule says of a subject, from raise to return to normal (ISA-18.2).

Events are facts about the alarm history. Data that come late may show that history was
otherwise than told; then a correcting event follows, and folding the stream gives the
history as it is now known. The same observations, in whatever order, batches or restarts
they came, fold to the same history.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from monitoring.domain.levels import Level


@dataclass(frozen=True, slots=True)
class Evidence:
    """What completed a condition.

    Attributes:
        device: Whose value it was.
        quantity: Canonical name.
        value: Value of the aggregate when the limit was reached, canonical unit.
        threshold: The limit.
        window_s: Length of the window in seconds; 0 for the last value.
        coverage: Share of the window for which observations were known, 0 to 1; None
            where the device's cadence is unknown.
        observed_at: Time of the observation that completed it.
    """

    device: str
    quantity: str
    value: float
    threshold: float
    window_s: float
    coverage: float | None
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """A rule's condition was met for a subject.

    Attributes:
        alarm_id: Unique; the same observations give the same id.
        plan: Plan id.
        rule: `<plan id>/<level as written in the plan>`.
        level: Colour.
        subject: Device id, segment id, or the site id for the district.
        segments: Segments it speaks for; empty for the district.
        device: Device whose observation completed the condition.
        onset: Since when it holds, by the observations' own time.
        evidence: The thresholds that were met, the completing one first.
        is_late: An observation that came out of order completed it.
    """

    alarm_id: str
    plan: str
    rule: str
    level: Level
    subject: str
    segments: tuple[str, ...]
    device: str | None
    onset: datetime
    evidence: tuple[Evidence, ...]
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class AlarmReturned:
    """The condition no longer holds since `ended`; data, not silence, show it."""

    alarm_id: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class AlarmRevised:
    """Late data show another course: other limits in time; `ended` None: it still holds."""

    alarm_id: str
    onset: datetime
    ended: datetime | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class AlarmWithdrawn:
    """Late data show that the condition was not met after all."""

    alarm_id: str


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged:
    """A person has taken note."""

    alarm_id: str
    by: str
    at: datetime


AlarmEvent = AlarmRaised | AlarmReturned | AlarmRevised | AlarmWithdrawn | AlarmAcknowledged


class AlarmState(StrEnum):
    """Where an alarm stands."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as now known: the fold of its events."""

    raised: AlarmRaised
    raised_at: datetime
    onset: datetime
    evidence: tuple[Evidence, ...]
    ended: datetime | None = None
    is_withdrawn: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    returned_at: datetime | None = field(default=None)

    @property
    def holds(self) -> bool:
        """Whether the condition still holds."""
        return self.ended is None and not self.is_withdrawn

    @property
    def state(self) -> AlarmState:
        """Its place in the life cycle."""
        if self.is_withdrawn:
            return AlarmState.WITHDRAWN
        if self.ended is not None:
            return AlarmState.RETURNED
        return AlarmState.ACKNOWLEDGED if self.acknowledged_at else AlarmState.ACTIVE


def fold(alarm: Alarm | None, event: AlarmEvent, recorded_at: datetime) -> Alarm:
    """The alarm after one more event of its stream.

    Raises:
        ValueError: The stream does not begin with `AlarmRaised`.
    """
    if isinstance(event, AlarmRaised):
        return Alarm(event, recorded_at, event.onset, event.evidence)
    if alarm is None:
        raise ValueError(f"{type(event).__name__} for {event.alarm_id}, which was never raised")
    match event:
        case AlarmReturned():
            return replace(alarm, ended=event.ended, returned_at=recorded_at)
        case AlarmRevised():
            returned_at = recorded_at if event.ended else None
            return replace(
                alarm,
                onset=event.onset,
                ended=event.ended,
                evidence=event.evidence,
                returned_at=alarm.returned_at if event.ended and alarm.ended else returned_at,
            )
        case AlarmWithdrawn():
            return replace(alarm, is_withdrawn=True, returned_at=recorded_at)
        case AlarmAcknowledged():
            return replace(alarm, acknowledged_at=event.at, acknowledged_by=event.by)


def acknowledge(alarm: Alarm, by: str, at: datetime) -> tuple[AlarmAcknowledged, ...]:
    """Decide an acknowledgement; nothing to record where it was already acknowledged."""
    if alarm.acknowledged_at is not None or alarm.is_withdrawn:
        return ()
    return (AlarmAcknowledged(alarm.raised.alarm_id, by, at),)
