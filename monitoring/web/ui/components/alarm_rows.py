"""Alarms as rows of a list: what, where, why, since when, and who has taken note."""

from collections import Counter
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
    """Alarms that hold no longer, newest onset first."""
    if not alarms:
        return [empty("None yet.", language)]
    return [
        _row(
            alarm,
            site,
            [html.Time(_course(alarm, zone))],
            [_taken(alarm, language)],
            language,
            below,
        )
        for alarm in alarms
    ]


def record(alarms: Sequence[Alarm], text: str, language: Language) -> html.Div:
    """How many alarms there are, by level, gravest first.

    Args:
        text: What is said of `{n}` alarms.
    """
    counts = Counter(alarm.raised.level for alarm in alarms)
    known = sorted(counts, key=lambda level: -level.gravity)
    by_level = [html.Span([chip(v, language), f" {counts[v]}"]) for v in known]
    total = translate(text, language).format(n=len(alarms))
    return html.Div([html.Span(total), *by_level], className="record", **data(total=len(alarms)))


def _course(alarm: Alarm, zone: ZoneInfo) -> str:
    onset = _clock(alarm.onset, zone)
    return onset if alarm.ended is None else f"{onset} → {_clock(alarm.ended, zone)}"


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
    return [
        html.Button(text, type="button", **data(acknowledge=alarm.raised.alarm_id)),
        html.Span(translate("not acknowledged", language), className="paper"),
    ]


def _taken(alarm: Alarm, language: Language) -> html.Span:
    if alarm.is_withdrawn:
        return html.Span(translate("withdrawn after late data", language))
    if not alarm.acknowledged_by:
        return html.Span(translate("not acknowledged", language), className="missing")
    text = translate("acknowledged by {name}", language)
    return html.Span(text.format(name=alarm.acknowledged_by))


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M:%S}"
