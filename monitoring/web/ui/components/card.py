"""A segment's card: its state, its facts, and what each of its devices says."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.levels import Freshness
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Segment, SegmentKind, Site, Team
from monitoring.services.picture import DeviceState, DeviceView, SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, chip, data, device_state, empty, old, value_row
from monitoring.web.ui.components.scale import Measured, scale_bar, sum_row, unknown_row
from monitoring.web.wording import span

_KINDS = {
    SegmentKind.ROAD: "road",
    SegmentKind.UNDERPASS: "underpass",
    SegmentKind.BRIDGE: "bridge",
    SegmentKind.SQUARE: "square",
}


def state(view: SegmentView, language: Language) -> list[Component]:
    """Name, level, and how fresh what it rests on is."""
    return [
        chip(view.level, language),
        html.H2(getattr(view.segment.name, language)),
        *old(view.freshness, language),
    ]


def facts(segment: Segment, site: Site, language: Language) -> html.Dl:
    """What does not change: kind, area, closure depth, how sure its place is, who goes there."""
    area = next(a for a in site.areas if a.id == segment.area)
    teams = [_team(team, language) for team in site.teams if segment.area in team.areas]
    entries = (
        ("Kind", translate(_KINDS[segment.kind], language)),
        ("Maintenance area", getattr(area.name, language)),
        ("Closure depth", f"{segment.closure_depth_cm:g} cm"),
        ("Position known to", "±30 m" if segment.grade == "A" else "±300 m"),
        *([("Detachments", teams)] if teams else []),
    )
    return html.Dl(
        [html.Div([html.Dt(translate(name, language)), html.Dd(text)]) for name, text in entries]
    )


def _team(team: Team, language: Language) -> html.Div:
    """A team and where the map shows it, which is not where it is."""
    text = "{team}: base to be named"
    if team.position is not None:
        text = "{team}: shown at its base, reports no position"
    return html.Div(translate(text, language).format(team=getattr(team.name, language)))


def value_rows(
    view: SegmentView, language: Language, measured: Sequence[Measured] = ()
) -> list[html.Div]:
    """The newest value of each quantity and each sum, with its own age and its limits.

    The depth comes first, then whatever else has limits.
    """
    limited = {m.scale.quantity for m in measured}
    order = sorted(QUANTITIES, key=lambda q: (q != "water_depth", q not in limited))
    rows = [row for q in order for row in _of_quantity(q, view, measured, language)]
    return rows or [empty("No value yet.", language)]


def _of_quantity(
    quantity: str, view: SegmentView, measured: Sequence[Measured], language: Language
) -> list[html.Div]:
    known = view.values.get(quantity)
    fresh = Freshness.LOST if known is None else known.freshness
    value = None if known is None else known.value
    of_it = [m for m in measured if m.scale.quantity == quantity]
    bars = [scale_bar(m.scale, value, fresh, language) for m in of_it if m.scale.window is None]
    rows: list[html.Div] = []
    if known is not None or bars:
        head = unknown_row(quantity, language) if known is None else value_row(known, language)
        rows.append(html.Div([head, *bars], className="measured") if bars else head)
    for one in of_it:
        if one.scale.window is not None:
            bar = scale_bar(one.scale, one.sum.value if one.sum else None, fresh, language)
            rows.append(html.Div([sum_row(one, fresh, language), bar], className="measured"))
    return rows


def device_rows(views: Sequence[DeviceView], language: Language) -> list[html.Div]:
    """The devices that speak for it, with their state and cadence."""
    return [_device(view, language) for view in views]


def _device(view: DeviceView, language: Language) -> html.Div:
    cadence = span(view.device.cadence.total_seconds(), language)
    return html.Div(
        [
            html.Span(getattr(view.device.name, language), className="name"),
            html.Code(view.device.id),
            html.Span(
                translate("every {span}", language).format(span=cadence), className="cadence"
            ),
            html.Span(
                [
                    html.Span(
                        device_state(view.state, language),
                        className="ok" if view.state is DeviceState.LIVE else "old",
                    ),
                    age(view.last_seen),
                ],
                className="when",
            ),
        ],
        className=f"device {view.state.value}",
        **data(device=view.device.id, state=view.state.value),
    )
