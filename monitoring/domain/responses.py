"""Responses (应急响应): a named person activates, raises, lowers or ends one, with a reason.

The engine and the met office give causes; they never decide. A person may also decide against
a response, which is recorded just the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.plans import Plan, Subject


@dataclass(frozen=True, slots=True)
class ResponseActivated:
    """A person put a plan's level into force.

    Attributes:
        response_id: Unique; the same one twice has the effect of once.
        plan: Plan whose measures it stands for.
        area: The site's id for the whole district, or a maintenance area's.
    """

    response_id: str
    plan: str
    hazard: str
    area: str
    level: ResponseLevel
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResponseRaised:
    """A person made it graver. The same `decision_id` twice has the effect of once."""

    decision_id: str
    response_id: str
    level: ResponseLevel
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResponseLowered:
    """A person made it lighter. The same `decision_id` twice has the effect of once."""

    decision_id: str
    response_id: str
    level: ResponseLevel
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResponseEnded:
    """A person ended it. The same `decision_id` twice has the effect of once."""

    decision_id: str
    response_id: str
    by: str
    at: datetime
    reason: str


ResponseChange = ResponseRaised | ResponseLowered | ResponseEnded
ResponseEvent = ResponseActivated | ResponseChange


class Cause(StrEnum):
    """What asks for a person's decision."""

    WARNING = "warning"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class ResponseDeclined:
    """A person decided against a response to a cause.

    Attributes:
        cause_id: Identifier of the official warning, or of the alarm that proposes.
        hazard: The cause's.
        level: The cause's colour.
    """

    decision_id: str
    cause: Cause
    cause_id: str
    hazard: str
    level: Level
    by: str
    at: datetime
    reason: str


class ResponseError(Exception):
    """The decision does not fit what is in force; the text names the present state."""


class ResponseState(StrEnum):
    """Whether a response is in force."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Response:
    """One response as it stands: its activation and what was decided since."""

    activated: ResponseActivated
    changes: tuple[ResponseChange, ...] = ()

    @property
    def level(self) -> ResponseLevel:
        """The level in force, or the last one."""
        return self.leveled.level

    @property
    def leveled(self) -> ResponseActivated | ResponseRaised | ResponseLowered:
        """The decision that set the present level."""
        levels = [c for c in self.changes if not isinstance(c, ResponseEnded)]
        return levels[-1] if levels else self.activated

    @property
    def ended(self) -> ResponseEnded | None:
        """The decision that ended it."""
        last = self.changes[-1] if self.changes else None
        return last if isinstance(last, ResponseEnded) else None

    @property
    def state(self) -> ResponseState:
        """Whether it is in force."""
        return ResponseState.ENDED if self.ended else ResponseState.ACTIVE

    @property
    def decisions(self) -> tuple[ResponseEvent, ...]:
        """Everything that was decided of it, oldest first."""
        return self.activated, *self.changes


def fold(response: Response | None, event: ResponseEvent) -> Response:
    """The response after one more decision.

    Raises:
        ValueError: Its history does not begin with its activation.
    """
    if isinstance(event, ResponseActivated):
        return Response(event)
    if response is None:
        raise ValueError(f"{type(event).__name__} of {event.response_id}, never activated")
    return replace(response, changes=(*response.changes, event))


def suggested(alarm: Alarm) -> ResponseLevel | None:
    """The level of response that an alarm suggests; None where its level is only a colour."""
    level = alarm.raised.rule.rsplit("/", 1)[1]
    return ResponseLevel(level) if level in set(ResponseLevel) else None


def response_plan(plans: Iterable[Plan], hazard: str) -> Plan | None:
    """The plan for the whole district with response levels for a hazard; None where none is."""
    return next((p for p in response_plans(plans) if p.hazard == hazard), None)


def response_plans(plans: Iterable[Plan]) -> list[Plan]:
    """Plans for the whole district that have response levels."""
    return [p for p in plans if p.subject is Subject.DISTRICT and levels_of(p)]


def levels_of(plan: Plan) -> list[ResponseLevel]:
    """The response levels of a plan, lightest first."""
    return [level for level in ResponseLevel if level in plan.levels]


def activate(
    responses: Iterable[Response], activation: ResponseActivated
) -> tuple[ResponseActivated, ...]:
    """Decide an activation; nothing where the same one is known.

    Raises:
        ResponseError: A response to that hazard is in force in that area already, or there is
            no reason.
    """
    _check_reason(activation.reason)
    for known in responses:
        if known.activated.response_id == activation.response_id:
            return ()
        is_alike = (known.activated.hazard, known.activated.area) == (
            activation.hazard,
            activation.area,
        )
        if is_alike and known.state is ResponseState.ACTIVE:
            raise ResponseError(f"{standing(known)}; raise, lower or end it")
    return (activation,)


def change(
    response: Response, decision: ResponseChange, seen: ResponseLevel | None = None
) -> tuple[ResponseChange, ...]:
    """Decide to raise, lower or end a response; nothing where the same decision is known.

    Args:
        seen: The level that the person decided on; None where they don't say.

    Raises:
        ResponseError: It has ended, stands at another level than the person saw, the new level
            is not graver or lighter, or there is no reason.
    """
    _check_reason(decision.reason)
    if any(decision.decision_id == known.decision_id for known in response.changes):
        return ()
    if response.ended:
        raise ResponseError(f"{standing(response)}; activate a new one")
    if seen is not None and seen is not response.level:
        raise ResponseError(f"{standing(response)}, not at {seen} as you saw it; decide again")
    rise = 0
    if not isinstance(decision, ResponseEnded):
        rise = _gravity(decision.level) - _gravity(response.level)
    if isinstance(decision, ResponseRaised) and rise <= 0:
        raise ResponseError(f"{standing(response)}; {decision.level} is not graver")
    if isinstance(decision, ResponseLowered) and rise >= 0:
        raise ResponseError(f"{standing(response)}; {decision.level} is not lighter")
    return (decision,)


def decline(
    known: ResponseDeclined | None, decision: ResponseDeclined
) -> tuple[ResponseDeclined, ...]:
    """Decide against a response; nothing where the same decision is known.

    Raises:
        ResponseError: Somebody declined it already, or there is no reason.
    """
    _check_reason(decision.reason)
    if known is None:
        return (decision,)
    if known.decision_id == decision.decision_id:
        return ()
    raise ResponseError(f"declined by {known.by} at {known.at:%H:%M}Z already: {known.reason}")


def gravest(responses: Iterable[Response]) -> list[Response]:
    """Those in force, gravest first, then the newest level first."""
    active = [r for r in responses if r.state is ResponseState.ACTIVE]
    active.sort(key=lambda r: (r.leveled.at, r.activated.response_id), reverse=True)
    return sorted(active, key=lambda r: -_gravity(r.level))


def standing(response: Response) -> str:
    """What is in force, by whom and since when, for a message."""
    what = f"level {response.level} for {response.activated.hazard} in {response.activated.area}"
    if response.ended:
        return f"{what} was ended by {response.ended.by} at {response.ended.at:%H:%M}Z"
    set_by = response.leveled
    return f"{what} is in force, set by {set_by.by} at {set_by.at:%H:%M}Z"


def _gravity(level: ResponseLevel) -> int:
    return level.colour.gravity


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ResponseError("every decision needs its reason")
