"""The lists beside the map: segments and alarms, gravest first."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Freshness
from monitoring.domain.site import Site
from monitoring.services.picture import SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, chip, data, freshness_name
from monitoring.web.wording import explanation, number, subject_name

MOST_ALARMS = 5


def segment_rows(worst: Sequence[SegmentView], language: Language) -> list[html.Div]:
    """Every segment: level, name, depth against closure depth, and the depth's age.

    The row bears the segment's freshness, the depth its own: a lost rain gauge beside a
    living water gauge makes the segment's level doubtful, not the depth.
    """
    return [_segment_row(view, language) for view in worst]


def _segment_row(view: SegmentView, language: Language) -> html.Div:
    depth = view.values.get("water_depth")
    closure = view.segment.closure_depth_cm
    shown = "—" if depth is None else number(depth.value)
    share = 0.0 if depth is None else min(1.0, depth.value / closure)
    fresh = view.freshness if depth is None else depth.freshness
    mark: list[html.Span] = []
    if fresh is not Freshness.LIVE:
        mark = [html.Span(freshness_name(fresh, language), className="old")]
    return html.Div(
        [
            chip(view.level, language),
            html.A(
                getattr(view.segment.name, language),
                href=f"/segments/{view.segment.id}",
                className="name",
            ),
            html.Span(
                [html.B(shown), html.Span(f" / {closure:g} cm", className="limit")],
                className=f"depth {fresh.value}",
            ),
            html.Span(html.Span(style={"width": f"{100 * share:.0f}%"}), className="bar"),
            html.Span([*mark, age(depth.at if depth else view.time)], className="when"),
        ],
        className=f"segment {view.level.value} {view.freshness.value}",
        **data(
            segment=view.segment.id,
            level=view.level.value,
            freshness=view.freshness.value,
            depth="" if depth is None else f"{depth.value:g}",
        ),
    )


def alarm_cards(alarms: Sequence[Alarm], site: Site, language: Language) -> list[html.Div]:
    """The gravest alarms with their evidence; how many more there are."""
    if not alarms:
        return [html.Div(translate("No alarm is active.", language), className="empty")]
    cards = [_alarm_card(alarm, site, language) for alarm in alarms[:MOST_ALARMS]]
    if len(alarms) > MOST_ALARMS:
        more = translate("and {n} more alarms", language).format(n=len(alarms) - MOST_ALARMS)
        cards.append(html.Div(more, className="more"))
    return cards


def _alarm_card(alarm: Alarm, site: Site, language: Language) -> html.Div:
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
            html.Div(explanation(alarm.evidence, language, most=2), className="evidence"),
            html.Div(
                [html.Span(getattr(site.plan[raised.plan].title, language)), html.Span(notes)],
                className="foot",
            ),
        ],
        className=f"alarm {raised.level.value} {alarm.state.value}",
        **data(alarm=raised.alarm_id, level=raised.level.value),
    )
