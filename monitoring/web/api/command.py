"""Routes of command: official warnings as they come, and what people decide."""

import uuid
from asyncio import to_thread
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Request

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import ResponseLevel
from monitoring.domain.plans import Plan
from monitoring.domain.responses import (
    Cause,
    ResponseActivated,
    ResponseDeclined,
    ResponseEnded,
    ResponseError,
    ResponseLowered,
    ResponseRaised,
    ResponseState,
    levels_of,
    response_plan,
    response_plans,
    suggested,
)
from monitoring.domain.site import Site
from monitoring.domain.warnings import (
    OfficialWarning,
    WarningConflictError,
    WarningError,
    names_us,
)
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.decisions import Activation, Decline, End, Lift, Message, Step
from monitoring.web.api.paging import MOST, Cursor, Limit, slice_of
from monitoring.web.door import current_user

_NAMESPACE: Final = uuid.UUID("c6d0a6a4-7c0b-4d8e-9d53-7d1a3f0c2b11")

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=128)]


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["command"])
    _add_warnings(router, world)
    _add_responses(router, world)
    _add_changes(router, world)
    _add_declines(router, world)
    return router


def _add_warnings(router: APIRouter, world: World[Any]) -> None:
    @router.get("/warnings")
    async def warnings(
        state: Literal["in_force"] | None = None, limit: Limit = MOST, cursor: Cursor = None
    ) -> dict[str, Any]:
        """Official warnings, newest first; `state=in_force` for those that hold."""
        now = world.clock.now()
        known = [w for w in world.warnings.warnings() if state is None or w.in_force(now)]
        return slice_of([_shown(w, world) for w in known], cursor, limit)

    @router.post("/warnings", status_code=201, dependencies=[Depends(_only_json)])
    async def receive(message: Message, idempotency_key: Key = None) -> dict[str, Any]:
        """Enter what the met office issued, changed or lifted; the same identifier counts once."""
        by, now = current_user.get().name, world.clock.now()
        identifier = message.id or f"entered-{_identifier(by, idempotency_key)}"
        with _refusing():
            if isinstance(message, Lift):
                lifted = message.event(identifier, now)
                shown = shapes.cancellation(await to_thread(world.warnings.cancel, lifted, by, now))
            else:
                issued = message.event(identifier, now)
                shown = _shown(await to_thread(world.warnings.receive, issued, by, now), world)
        world.changed()
        return shown


def _add_responses(router: APIRouter, world: World[Any]) -> None:
    @router.get("/responses")
    async def responses(
        state: ResponseState | None = None, limit: Limit = MOST, cursor: Cursor = None
    ) -> dict[str, Any]:
        """Responses, newest activation first; `state=active` for those in force."""
        known = [r for r in world.responses.responses() if state is None or r.state is state]
        return slice_of([shapes.response(r) for r in known], cursor, limit)

    @router.post("/responses", status_code=201)
    async def activate(asked: Activation, idempotency_key: Key = None) -> dict[str, Any]:
        """Activate a level of a plan, by name; 409 where one is in force already."""
        by, now = current_user.get().name, world.clock.now()
        plan = _plan(world.site, asked.hazard, asked.level)
        activation = ResponseActivated(
            _identifier(by, idempotency_key), plan.id, asked.hazard,
            _area(world.site, asked.area), asked.level, by, now, asked.reason,
        )  # fmt: skip
        with _refusing():
            response = await to_thread(world.responses.activate, activation)
        world.changed()
        return shapes.response(response)


def _add_changes(router: APIRouter, world: World[Any]) -> None:
    async def changed(
        response_id: str, asked: Step | End, kind: type[ResponseRaised | ResponseLowered] | None,
        key: str | None,
    ) -> dict[str, Any]:  # fmt: skip
        by, now = current_user.get().name, world.clock.now()
        known = next(
            (r for r in world.responses.responses() if r.activated.response_id == response_id), None
        )
        if known is None:
            raise HTTPException(404, f"there is no response {response_id!r}; see /api/v1/responses")
        decision_id = _identifier(by, key)
        decision: ResponseRaised | ResponseLowered | ResponseEnded
        if isinstance(asked, Step) and kind is not None:
            _plan(world.site, known.activated.hazard, asked.level)
            decision = kind(decision_id, response_id, asked.level, by, now, asked.reason)
        else:
            decision = ResponseEnded(decision_id, response_id, by, now, asked.reason)
        with _refusing():
            response = await to_thread(world.responses.change, decision, asked.seen)
        world.changed()
        return shapes.response(response)

    @router.post("/responses/{response_id}/raise")
    async def higher(response_id: str, asked: Step, idempotency_key: Key = None) -> dict[str, Any]:
        """Make a response graver; 409 where it stands otherwise than was seen."""
        return await changed(response_id, asked, ResponseRaised, idempotency_key)

    @router.post("/responses/{response_id}/lower")
    async def lower(response_id: str, asked: Step, idempotency_key: Key = None) -> dict[str, Any]:
        """Make a response lighter; 409 where it stands otherwise than was seen."""
        return await changed(response_id, asked, ResponseLowered, idempotency_key)

    @router.post("/responses/{response_id}/end")
    async def end(response_id: str, asked: End, idempotency_key: Key = None) -> dict[str, Any]:
        """End a response; 409 where it has ended or stands otherwise than was seen."""
        return await changed(response_id, asked, None, idempotency_key)


def _add_declines(router: APIRouter, world: World[Any]) -> None:
    async def decline(decision: ResponseDeclined) -> ResponseDeclined:
        with _refusing():
            declined = await to_thread(world.responses.decline, decision)
        world.changed()
        return declined

    @router.post("/warnings/{warning_id}/decline")
    async def decline_warning(
        warning_id: str, asked: Decline, idempotency_key: Key = None
    ) -> dict[str, Any]:
        """Decide, by name, that a warning in force is not responded to."""
        by, now = current_user.get().name, world.clock.now()
        warning = world.warnings.state().received.get(warning_id)
        if warning is None:
            raise HTTPException(404, f"there is no warning {warning_id!r}; see /api/v1/warnings")
        if not (warning.is_actual and warning.in_force(now)):
            raise HTTPException(409, f"warning {warning_id!r} is not in force; nothing is awaited")
        await decline(
            ResponseDeclined(
                _identifier(by, idempotency_key), Cause.WARNING, warning_id,
                warning.issued.hazard, warning.issued.level, by, now, asked.reason,
            )
        )  # fmt: skip
        return _shown(warning, world)

    @router.post("/alarms/{alarm_id}/decline")
    async def decline_proposal(
        alarm_id: str, asked: Decline, idempotency_key: Key = None
    ) -> dict[str, Any]:
        """Decide, by name, that the response which an alarm proposes is not activated."""
        by, now = current_user.get().name, world.clock.now()
        plan, alarm = _proposal(world, alarm_id)
        declined = await decline(
            ResponseDeclined(
                _identifier(by, idempotency_key), Cause.PROPOSAL, alarm_id,
                plan.hazard, alarm.raised.level, by, now, asked.reason,
            )
        )  # fmt: skip
        return {"cause": Cause.PROPOSAL.value, "id": alarm_id, **shapes.decline(declined)}


def _proposal(world: World[Any], alarm_id: str) -> tuple[Plan, Alarm]:
    alarm = world.alarms.alarm(alarm_id)
    if alarm is None:
        raise HTTPException(404, f"there is no alarm {alarm_id!r}; see /api/v1/alarms")
    plan = world.site.plan.get(alarm.raised.plan)
    if plan is None or alarm.raised.subject != world.site.id or suggested(alarm) is None:
        raise HTTPException(422, f"alarm {alarm_id!r} proposes no response; acknowledge it instead")
    if not alarm.holds:
        raise HTTPException(409, f"alarm {alarm_id!r} holds no longer; nothing is awaited")
    return plan, alarm


def _shown(warning: OfficialWarning, world: World[Any]) -> dict[str, Any]:
    declines = {d.cause_id: d for d in world.responses.declines() if d.cause is Cause.WARNING}
    decline = declines.get(warning.issued.warning_id)
    return shapes.warning(warning, world.clock.now(), decline)


def _plan(site: Site, hazard: str, level: ResponseLevel) -> Plan:
    """The plan of a response; refused where the configuration has none."""
    plan = response_plan(site.plans, hazard)
    if plan is None:
        known = ", ".join(p.hazard for p in response_plans(site.plans)) or "none"
        raise HTTPException(422, f"there is no response plan for {hazard!r}; hazards with: {known}")
    if level not in levels_of(plan):
        known = ", ".join(levels_of(plan))
        raise HTTPException(422, f"plan {plan.id!r} has no level {level}; it has {known}")
    return plan


def _area(site: Site, asked: str | None) -> str:
    """The id of an area by its id or name; that of the site for the whole district."""
    for area in site.areas:
        if asked in (area.id, area.name.zh, area.name.en):
            return area.id
    if not asked or asked == site.id or names_us(asked, site):
        return site.id
    known = ", ".join([site.id, *(area.id for area in site.areas)])
    raise HTTPException(422, f"there is no area {asked!r}; use one of {known}")


def _identifier(by: str, key: str | None) -> str:
    """The same one for the same key of the same person; else a new one."""
    return (uuid.uuid5(_NAMESPACE, f"{by}:{key}") if key else uuid.uuid4()).hex


async def _only_json(request: Request) -> None:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind != "application/json":
        raise HTTPException(415, f"{kind!r} is not read here; send application/json only for now")


@contextmanager
def _refusing() -> Iterator[None]:
    """Let what can't be be a problem that says what stands."""
    try:
        yield
    except (ResponseError, WarningConflictError) as error:
        raise HTTPException(409, str(error)) from error
    except WarningError as error:
        raise HTTPException(422, str(error)) from error
