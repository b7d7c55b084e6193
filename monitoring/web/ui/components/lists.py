"""The lists beside the map: segments and alarms, gravest first."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Level
from monitoring.domain.outlook import Outlook
from monitoring.domain.site import Site
from monitoring.services.picture import SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import (
    age,
    aria,
    chip,
    countdown,
    data,
    doubt,
    empty,
    level_name,
    old,
    standing,
)
from monitoring.web.wording import explanation, number, subject_name

MOST_ALARMS = 8
Outlooks = Mapping[str, Outlook]  # by segment id


def segment_rows(
    worst: Sequence[SegmentView],
    language: Language,
    *,
    most: int | None = None,
    outlooks: Outlooks | None = None,
    is_explained: bool = False,
) -> list[html.Div]:
    """Segments: level, name, depth against closure depth, and the depth's age.

    The row bears the segment's freshness, the depth its own: a lost rain gauge beside a
    living water gauge makes the segment's level doubtful, not the depth.

    Args:
        worst: Gravest first.
        most: How many there is room for; how many more there are is said below.
        outlooks: What is about to reach its next limit.
        is_explained: Whether the gravest alarm that holds for it is told too.
    """
    shown = worst if most is None else worst[:most]
    rows = [
        _segment_row(
            v,
            (outlooks or {}).get(v.segment.id),
            _cause(v, language) if is_explained else [],
            language,
        )
        for v in shown
    ]
    if len(shown) < len(worst):
        rows.append(_rest(worst[len(shown) :], language))
    return rows


def _cause(view: SegmentView, language: Language) -> list[Component]:
    """Why it has its level: a road may be orange by the rain alone."""
    evidence = view.causes[0].evidence if view.causes else ()
    return [html.Span(explanation(evidence, language, most=1), className="cause")]


def _segment_row(
    view: SegmentView, ahead: Outlook | None, cause: list[Component], language: Language
) -> html.Div:
    depth = view.values.get("water_depth")
    closure = view.segment.closure_depth_cm
    shown = "—" if depth is None else number(depth.value)
    doubts = doubt(depth, language) if depth else []
    share = 0.0 if depth is None or doubts else max(0.0, min(1.0, depth.value / closure))
    fresh = view.freshness if depth is None else depth.freshness
    name = html.A(
        getattr(view.segment.name, language), href=f"/segments/{view.segment.id}", className="name"
    )
    return html.Div(
        [
            chip(view.level, language),
            name,
            html.Span(
                [html.B(shown), html.Span(f" / {closure:g} cm", className="limit")],
                className=f"depth {fresh.value if depth is None else standing(depth)}",
            ),
            html.Span(html.Span(style={"width": f"{100 * share:.0f}%"}), className="bar"),
            *cause,
            html.Span(
                [
                    *_rise(ahead, language),
                    *old(fresh, language),
                    *(doubts or [age(depth.at if depth else view.time)]),
                ],
                className="when",
            ),
        ],
        className=f"segment {view.level.value} {view.freshness.value}",
        **data(
            segment=view.segment.id,
            level=view.level.value,
            freshness=view.freshness.value,
            depth="" if depth is None else f"{depth.value:g}",
        ),
    )


def _rise(ahead: Outlook | None, language: Language) -> list[Component | str]:
    """A small arrow beside the age: it is rising towards its next limit."""
    if ahead is None:
        return []
    text = translate("rising towards {level}", language)
    said = text.format(level=level_name(ahead.level, language))
    return [html.Span("↑", className="soon", title=said, role="img", **aria(label=said)), " "]


def _rest(views: Sequence[SegmentView], language: Language) -> html.Div:
    """How many more there are, by level."""
    counts = {level: sum(v.level is level for v in views) for level in Level}
    parts = [f"{level_name(level, language)} {n}" for level, n in counts.items() if n]
    text = translate("{n} more: {parts}", language)
    return html.Div(text.format(n=len(views), parts=" · ".join(parts)), className="rest")


def alarm_cards(
    alarms: Sequence[Alarm], site: Site, language: Language, outlooks: Outlooks | None = None
) -> list[html.Div]:
    """How many alarms there are, and the gravest with their evidence, as many as may fit."""
    if not alarms:
        return [empty("No alarm is active.", language)]
    total = translate("{n} in all, gravest first", language).format(n=len(alarms))
    return [
        html.Div(total, className="total", **data(total=len(alarms))),
        *(
            alarm_card(alarm, site, language, (outlooks or {}).get(alarm.raised.subject))
            for alarm in alarms[:MOST_ALARMS]
        ),
    ]


def alarm_card(
    alarm: Alarm, site: Site, language: Language, ahead: Outlook | None = None
) -> html.Div:
    """An alarm with its evidence, and when it would grow graver at the present rate."""
    raised = alarm.raised
    notes: list[str | Component] = [translate("since", language), " ", age(alarm.onset)]
    if raised.is_late:
        notes += [" · ", translate("late data", language)]
    if alarm.acknowledged_by:
        noted = translate("acknowledged by {name}", language)
        notes += [" · ", noted.format(name=alarm.acknowledged_by)]
    return html.Div(
        [
            html.Div(
                [
                    chip(raised.level, language),
                    html.Span(subject_name(alarm, site, language), className="name"),
                ],
                className="head",
            ),
            html.Div(
                [
                    html.Span(explanation(alarm.evidence, language, most=2)),
                    *time_to_limit(ahead, language),
                ],
                className="evidence",
            ),
            html.Div(
                [html.Span(getattr(site.plan[raised.plan].title, language)), html.Span(notes)],
                className="foot",
            ),
        ],
        className=f"alarm {raised.level.value} {alarm.state.value}",
        **data(alarm=raised.alarm_id, level=raised.level.value),
    )


def time_to_limit(ahead: Outlook | None, language: Language) -> list[Component]:
    """When the next limit is reached at the present rate; nothing where none is within reach."""
    if ahead is None:
        return []
    text = translate("{level} {limit} cm in |", language)
    said = text.format(level=level_name(ahead.level, language), limit=number(ahead.limit))
    before, after = said.split("|")
    meant = translate("at this rate", language)
    shown: list[Component | str] = ["↑ ", before, countdown(ahead.reached_at), after]
    return [html.Span(shown, className="soon", title=meant)]
