"""What people need at a place (一点一策): whom to call, what drains it, how it looks when dry."""

from collections.abc import Collection, Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.entries import Text
from monitoring.domain.site import Device, Pump, Segment
from monitoring.services.picture import DeviceView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks
from monitoring.web.ui.components.marks import data, empty
from monitoring.web.wording import number


def spot(segment: Segment, language: Language, *, is_masked: bool) -> html.Dl:
    """The card's facts; what the bureau has not told yet says so.

    Args:
        is_masked: Whether telephone numbers are hidden, as they must be where anybody may look.
    """
    card = segment.card
    warden: list[Component] = [_missing(language)]
    if card.warden is not None:
        warden = desks.person(card.warden, card.phone, language, is_masked=is_masked)
    pumps: list[Component] = [_pump(pump, language) for pump in card.pumps]
    entries: tuple[tuple[str, list[Component]], ...] = (
        ("Warden", warden),
        ("Pumps", pumps or [_missing(language)]),
        ("Barrier", _told(card.barrier, language)),
        ("Detour", _told(card.detour, language)),
        ("To be closed from", [html.Span(f"{segment.closure_depth_cm:g} cm")]),
    )
    return html.Dl(
        [html.Div([html.Dt(translate(name, language)), html.Dd(dd)]) for name, dd in entries],
        className="spot",
    )


def _pump(pump: Pump, language: Language) -> html.Div:
    rated = pump.rated_m3_per_h
    if rated is None:
        capacity: Component = _missing(language)
    else:
        capacity = html.Span(f"{number(rated)} m³/h", className="rated")
    return html.Div([html.Span(getattr(pump.name, language)), capacity], className="pump")


def _told(text: Text | None, language: Language) -> list[Component]:
    return [_missing(language) if text is None else html.Span(getattr(text, language))]


def _missing(language: Language) -> html.Span:
    return html.Span(translate("to be told by the bureau", language), className="missing")


def pairs(
    views: Sequence[DeviceView], references: Collection[str], language: Language
) -> list[Component]:
    """Each camera's newest picture beside what it sees when it is dry.

    Args:
        references: Cameras of which there is such a picture.
    """
    if not views:
        return [empty("No camera stands here.", language)]
    return [
        html.Div(
            [
                desks.camera(v, language),
                reference(v.device, language, is_set=v.device.id in references),
            ],
            className="pair",
            **data(camera=v.device.id),
        )
        for v in views
    ]


def reference(camera: Device, language: Language, *, is_set: bool) -> html.Figure:
    """A picture of the place when it is dry, or that nobody has set one."""
    name = translate("Dry reference", language)
    if is_set:
        src = f"/api/v1/cameras/{camera.id}/reference.jpg"
        shown: Component = html.Img(src=src, alt=f"{name} · {getattr(camera.name, language)}")
    else:
        shown = html.Div(translate("No dry reference is set", language), className="note")
    return html.Figure(
        [shown, html.Figcaption([html.Span(name)])],
        className="camera reference" if is_set else "camera reference absent",
        **data(reference=camera.id),
    )
