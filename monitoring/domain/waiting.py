"""The clock from a warning to the response: how long a cause has waited for a decision.

It is answered by a response or by a decision against one; nothing else stops it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Level
from monitoring.domain.responses import Cause, Response, ResponseDeclined
from monitoring.domain.site import Site
from monitoring.domain.warnings import OfficialWarning, Warnings

# How long a decision may take, by the cause's colour. Template; 须经局确认.
LIMITS: Final = {
    Level.RED: timedelta(minutes=10),
    Level.ORANGE: timedelta(minutes=15),
    Level.YELLOW: timedelta(minutes=30),
    Level.BLUE: timedelta(minutes=60),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cause that a person has to decide on.

    Attributes:
        cause_id: Identifier of the official warning, or of the alarm that proposes.
        level: The cause's colour.
        known_at: From when a decision could take it into account.
        since: From when it has waited.
    """

    cause: Cause
    cause_id: str
    hazard: str
    level: Level
    known_at: datetime
    since: datetime

    def is_overdue(self, at: datetime) -> bool:
        """Whether it has waited for longer than its colour allows."""
        return at - self.since >= LIMITS[self.level]


def of_warnings(
    warnings: Warnings, declines: Iterable[ResponseDeclined], at: datetime
) -> list[Waiting]:
    """Actual warnings in force that are about our place, answered or not."""
    declined = {d.cause_id for d in declines if d.cause is Cause.WARNING}
    return [
        Waiting(
            Cause.WARNING,
            warning.issued.warning_id,
            warning.issued.hazard,
            warning.issued.level,
            max(warning.issued.effective, warning.received_at),
            _since(warning, warnings, declined),
        )
        for warning in warnings.in_force(at)
        if warning.is_actual and warning.is_ours
    ]


def _since(warning: OfficialWarning, warnings: Warnings, declined: set[str]) -> datetime:
    """Its beginning, or that of what it goes on from: an update never sets the clock back."""
    since = warning.issued.effective
    for reference in warning.issued.references:
        before = warnings.received.get(reference)
        if (
            before is not None
            and before.is_actual
            and before.issued.effective < warning.issued.effective
            and before.issued.level.gravity >= warning.issued.level.gravity
            and reference not in declined
        ):
            since = min(since, _since(before, warnings, declined))
    return since


def of_proposals(alarms: Iterable[Alarm], site: Site) -> list[Waiting]:
    """What the engine proposes for the whole district, answered or not."""
    return [
        Waiting(
            Cause.PROPOSAL,
            alarm.raised.alarm_id,
            site.plan[alarm.raised.plan].hazard,
            alarm.raised.level,
            alarm.raised_at,
            alarm.raised_at,
        )
        for alarm in alarms
    ]


def unanswered(
    causes: Iterable[Waiting],
    responses: Iterable[Response],
    declines: Iterable[ResponseDeclined],
    district: str,
) -> list[Waiting]:
    """The causes that nobody has decided on, gravest first, then the longest wait first.

    A response in force answers a cause of its hazard if somebody set its level after the cause
    was known, or if it stands for the whole district at the cause's gravity or a higher one. A
    cause whose response was ended waits again from then on.

    Args:
        causes: What asks for a decision.
        responses: All that were ever activated.
        declines: All decisions against a response.
        district: Area of a response that stands for the whole site.
    """
    left = []
    for cause in causes:
        if any(_is_declined(cause, decision) for decision in declines):
            continue
        answers = [r for r in responses if _answers(r, cause, district)]
        ends = [r.ended.at for r in answers if r.ended]
        if len(ends) == len(answers):
            left.append(replace(cause, since=max([cause.since, *ends])))
    return sorted(left, key=lambda w: (-w.level.gravity, w.since, w.cause_id))


def _answers(response: Response, cause: Waiting, district: str) -> bool:
    if response.activated.hazard != cause.hazard:
        return False
    covers = response.level.colour.gravity >= cause.level.gravity
    is_whole = response.activated.area == district
    return response.leveled.at >= cause.known_at or (covers and is_whole)


def _is_declined(cause: Waiting, decision: ResponseDeclined) -> bool:
    """Whether it is about the cause; a decision on a proposal is about lesser ones before, too."""
    if decision.cause is not cause.cause:
        return False
    is_lesser = (
        cause.cause is Cause.PROPOSAL
        and decision.hazard == cause.hazard
        and decision.level.gravity >= cause.level.gravity
        and decision.at >= cause.known_at
    )
    return decision.cause_id == cause.cause_id or is_lesser
