"""What a commander decides on: responses, proposals and warnings as rows with their buttons."""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import ResponseLevel
from monitoring.domain.responses import Cause, Response, ResponseDeclined, levels_of, suggested
from monitoring.domain.site import Site
from monitoring.domain.waiting import Waiting
from monitoring.domain.warnings import OfficialWarning
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, chip, data, empty
from monitoring.web.ui.components.status import (
    awaited,
    elsewhere,
    exercised,
    suggestion,
    time_left,
    warning_name,
)
from monitoring.web.ui.scene import Scene
from monitoring.web.wording import area_name, explanation, grade, hazard_name


def response_rows(
    responses: Sequence[Response], site: Site, zone: ZoneInfo, language: Language
) -> list[html.Div]:
    """Responses in force, each to be raised, lowered or ended."""
    if not responses:
        return [empty("No response is in force.", language)]
    return [_response(response, site, zone, language) for response in responses]


def _response(response: Response, site: Site, zone: ZoneInfo, language: Language) -> html.Div:
    set_by, response_id = response.leveled, response.activated.response_id
    about = _response_name(response, site, language)
    path = f"/api/v1/responses/{response_id}"
    plan = site.plan.get(response.activated.plan)
    order = list(ResponseLevel)
    known = [v for v in (levels_of(plan) if plan else []) if v is not response.level]
    graver = [v for v in known if order.index(v) > order.index(response.level)]
    lighter = [v for v in reversed(known) if v not in graver]
    asks = [("raise", "Raise", graver), ("lower", "Lower", lighter)]
    buttons = [
        ask(name, text, f"{path}/{name}", about, language, seen=response.level.value,
            levels=" ".join(levels))
        for name, text, levels in asks
        if levels
    ]  # fmt: skip
    end = ask("end", "End", f"{path}/end", about, language, seen=response.level.value)
    return html.Div(
        [
            html.B(grade(response.level, language), className="grade"),
            html.Span(_subject(response, site, language), className="name"),
            html.Span(set_by.reason, className="evidence"),
            html.Span(
                [html.Span(_by(set_by.by, set_by.at, zone, language)), age(set_by.at)],
                className="when",
            ),
            html.Span([*buttons, end], className="note"),
        ],
        className="commandrow",
        **data(response=response_id, level=response.level.value),
    )


def ended_rows(
    responses: Sequence[Response], site: Site, zone: ZoneInfo, language: Language
) -> list[html.Div]:
    """Responses that were ended, newest activation first."""
    rows = [
        html.Div(
            [
                html.Span(grade(response.level, language), className="grade"),
                html.Span(_subject(response, site, language), className="name"),
                html.Span(ended.reason, className="evidence"),
                html.Span(
                    [
                        html.Time(f"{_clock(response.activated.at, zone)} →"),
                        html.Span(_by(ended.by, ended.at, zone, language)),
                    ],
                    className="when",
                ),
            ],
            className="commandrow past",
        )
        for response in responses
        if (ended := response.ended)
    ]
    return rows or [empty("None yet.", language)]


def proposal_rows(scene: Scene, language: Language) -> list[html.Div]:
    """What our sensors suggest, and whether somebody has decided on it."""
    if not scene.proposals:
        return [empty("No criterion for a response is met.", language)]
    return [_proposal(alarm, scene, language) for alarm in scene.proposals]


def _proposal(alarm: Alarm, scene: Scene, language: Language) -> html.Div:
    alarm_id, level = alarm.raised.alarm_id, suggested(alarm)
    title = getattr(scene.site.plan[alarm.raised.plan].title, language)
    name = "".join(suggestion(level, language)) if level else ""
    waiting = _waiting(scene, Cause.PROPOSAL, alarm_id)
    decline = ask(
        "decline", "Decline", f"/api/v1/alarms/{alarm_id}/decline", f"{title} · {name}", language
    )
    return html.Div(
        [
            chip(alarm.raised.level, language),
            html.Span(title, className="name"),
            html.Span(
                [html.B(name), f" {explanation(alarm.evidence, language, most=1)}"],
                className="evidence",
            ),
            html.Span(_decision(scene, Cause.PROPOSAL, alarm_id, language), className="when"),
            html.Span([decline] if waiting else [], className="note"),
        ],
        className="commandrow",
        **data(proposal=alarm_id, level=alarm.raised.level.value),
    )


def warning_rows(scene: Scene, zone: ZoneInfo, language: Language) -> list[html.Div]:
    """Official warnings in force, and whether somebody has decided on them."""
    if not scene.warnings:
        return [empty("No official warning is in force (manual entry).", language)]
    return [_warning(warning, scene, zone, language) for warning in scene.warnings]


def _warning(
    warning: OfficialWarning, scene: Scene, zone: ZoneInfo, language: Language
) -> html.Div:
    issued = warning.issued
    name = warning_name(issued.hazard, issued.level, language)
    about = f"{name} · {issued.sender}"
    is_waiting = _waiting(scene, Cause.WARNING, issued.warning_id) is not None
    decline = ask(
        "decline", "Decline", f"/api/v1/warnings/{issued.warning_id}/decline", about, language
    )
    message = {
        "references": issued.warning_id, "sender": issued.sender, "status": issued.status.value,
    }  # fmt: skip
    follow = [
        ask("lift", "Enter cancellation", "/api/v1/warnings", about, language, **message),
        ask("update", "Enter update", "", about, language, hazard=issued.hazard,
            level=issued.level.value, area=issued.area, **message),
    ]  # fmt: skip
    ours = issued.area or getattr(scene.site.name, language)
    place = [*exercised(warning, language), *(elsewhere(warning, language) or [html.Span(ours)])]
    said = _decision(scene, Cause.WARNING, issued.warning_id, language)
    return html.Div(
        [
            chip(issued.level, language, f"{hazard_name(issued.hazard, language)} "),
            html.Span(place, className="name"),
            html.Span(
                [
                    html.B(issued.headline),
                    f" {issued.sender} · {_clock(issued.effective, zone)} · ",
                    html.Span(time_left(issued.expires, language), className="left"),
                ],
                className="evidence",
            ),
            html.Span(said if warning.is_actual and warning.is_ours else [], className="when"),
            html.Span([*([decline] if is_waiting else []), *follow], className="note"),
        ],
        className=f"commandrow official {issued.status.value}",
        **data(warning=issued.warning_id, level=issued.level.value, status=issued.status.value),
    )


def ask(
    name: str, text: str, path: str, about: str, language: Language, **fill: str
) -> html.Button:
    """A button that opens the form of that name, filled in, for a post to a path."""
    return html.Button(
        translate(text, language),
        type="button",
        className="quiet",
        **data(ask=name, path=path, about=about, fill=json.dumps(fill, ensure_ascii=False)),
    )


def _decision(
    scene: Scene, cause: Cause, cause_id: str, language: Language
) -> list[Component | str]:
    """What was decided on a cause, or for how long nothing was."""
    if waiting := _waiting(scene, cause, cause_id):
        overdue = "waiting overdue" if waiting.is_overdue(scene.now) else "waiting"
        return [html.Span(awaited(waiting, language), className=overdue)]
    declined = _declined(scene, cause, cause_id)
    if declined is None:
        return [translate("answered by a response", language)]
    text = translate("declined by {name}: {reason}", language)
    return [text.format(name=declined.by, reason=declined.reason)]


def _waiting(scene: Scene, cause: Cause, cause_id: str) -> Waiting | None:
    return next((w for w in scene.waiting if (w.cause, w.cause_id) == (cause, cause_id)), None)


def _declined(scene: Scene, cause: Cause, cause_id: str) -> ResponseDeclined | None:
    return next((d for d in scene.declines if (d.cause, d.cause_id) == (cause, cause_id)), None)


def _response_name(response: Response, site: Site, language: Language) -> str:
    return f"{grade(response.level, language)} · {_subject(response, site, language)}"


def _subject(response: Response, site: Site, language: Language) -> str:
    hazard = hazard_name(response.activated.hazard, language)
    return f"{hazard} · {area_name(response.activated.area, site, language)}"


def _by(name: str, at: datetime, zone: ZoneInfo, language: Language) -> str:
    return translate("{name} at {time}", language).format(name=name, time=_clock(at, zone))


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"
