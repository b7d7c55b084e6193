"""Alarms as rows of a list: what, where, why, since when, and who has taken note."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.site import Site
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, chip, data, empty
from monitoring.web.wording import explanation, subject_name

Below = Mapping[str, Component]
"""What stands below an alarm's row, by its id."""

NOTHING: Final[Below] = MappingProxyType({})


def holding_rows(
    alarms: Sequence[Alarm], site: Site, zone: ZoneInfo, language: Language, below: Below = NOTHING
) -> list[html.Div]:
    """Alarms that hold; one that nobody has acknowledged bears a button."""
    if not alarms:
        return [empty("No alarm is active.", language)]
    return [
        _row(
            alarm,
            site,
            [html.Time(_clock(alarm.onset, zone)), age(alarm.onset)],
            _note(alarm, language),
            language,
            below,
        )
        for alarm in alarms
    ]


def past_rows(
    alarms: Sequence[Alarm], site: Site, zone: ZoneInfo, language: Language, below: Below = NOTHING
) -> list[html.Div]:
    """Alarms that have returned to normal, newest onset first."""
    if not alarms:
        return [empty("None yet.", language)]
    return [
        _row(
            alarm,
            site,
            [html.Time(f"{_clock(alarm.onset, zone)} → {_clock(alarm.ended, zone)}")],
            [_taken(alarm, language)],
            language,
            below,
        )
        for alarm in alarms
    ]


def _row(
    alarm: Alarm,
    site: Site,
    when: list[Component],
    note: list[Component],
    language: Language,
    below: Below,
) -> html.Div:
    raised = alarm.raised
    name = subject_name(alarm, site, language)
    place = name if raised.subject not in site.segment else _link(raised.subject, name)
    return html.Div(
        [
            chip(raised.level, language),
            html.Span(place, className="name"),
            html.Span(getattr(site.plan[raised.plan].title, language), className="plan"),
            html.Span(explanation(alarm.evidence, language, most=3), className="evidence"),
            html.Span(when, className="when"),
            html.Span(note, className="note"),
            below.get(raised.alarm_id),
        ],
        className=f"alarmrow {raised.level.value} {alarm.state.value}",
        **data(alarm=raised.alarm_id, level=raised.level.value, state=alarm.state.value),
    )


def _link(segment: str, name: str) -> html.A:
    return html.A(name, href=f"/segments/{segment}")


def _note(alarm: Alarm, language: Language) -> list[Component]:
    if alarm.acknowledged_by:
        return [_taken(alarm, language)]
    text = translate("Acknowledge", language)
    return [html.Button(text, type="button", **data(acknowledge=alarm.raised.alarm_id))]


def _taken(alarm: Alarm, language: Language) -> html.Span:
    if not alarm.acknowledged_by:
        return html.Span(translate("not acknowledged", language), className="missing")
    text = translate("acknowledged by {name}", language)
    return html.Span(text.format(name=alarm.acknowledged_by))


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%m-%d %H:%M:%S}"
