"""A segment's card: its state, its facts, and what each of its devices says."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Segment, SegmentKind, Site
from monitoring.services.picture import DeviceState, DeviceView, SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import (
    age,
    chip,
    data,
    device_word,
    empty,
    old,
    out,
    value_row,
)
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
    """What does not change: kind, area, closure depth, how sure its place is."""
    area = next(a for a in site.areas if a.id == segment.area)
    entries = (
        ("Kind", translate(_KINDS[segment.kind], language)),
        ("Maintenance area", getattr(area.name, language)),
        ("Closure depth", f"{segment.closure_depth_cm:g} cm"),
        ("Position known to", "±30 m" if segment.grade == "A" else "±300 m"),
    )
    return html.Dl(
        [html.Div([html.Dt(translate(name, language)), html.Dd(text)]) for name, text in entries]
    )


def value_rows(view: SegmentView, language: Language) -> list[html.Div]:
    """The newest value of each quantity, each with its own age."""
    if not view.values:
        return [empty("No value yet.", language)]
    return [value_row(view.values[q], language) for q in QUANTITIES if q in view.values]


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
                out(view.maintenance, language)
                or translate("every {span}", language).format(span=cadence)
            ),
            html.Span(
                [
                    html.Span(
                        device_word(view, language),
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
