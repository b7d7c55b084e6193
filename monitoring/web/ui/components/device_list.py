"""Devices as rows of a long list: what each says, how old it is, and how it is heard."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.levels import Level
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device, DeviceKind, Site
from monitoring.services.picture import DeviceState, DeviceView, Value
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, data, device_state, spark
from monitoring.web.ui.markup import to_html
from monitoring.web.wording import number, quality_name, quantity_name, span, state_name, unit_sign

Points = Sequence[tuple[datetime, float]]
Course = Callable[[Device], Points]
Quality24h = Callable[[str], Component | None]
"""Takes a device's id; gives how its values have done, None where nothing is known of it."""

KINDS: Final = {
    DeviceKind.STATION: "station",
    DeviceKind.GAUGE: "gauge",
    DeviceKind.CAMERA: "camera",
}
_RANK: Final = {
    DeviceState.LOST: 0,
    DeviceState.SUSPECT: 1,
    DeviceState.STALE: 2,
    DeviceState.LIVE: 3,
}
_STEP: Final = timedelta(minutes=5)
_STEPS: Final = 36  # three hours
_SUMMED: Final = frozenset({"rainfall"})
_FROM_ZERO: Final = frozenset({"rainfall", "water_depth", "rain_rate", "wind_speed", "wind_gust"})
_LOW_BATTERY: Final = 20  # %


def is_wrong(view: DeviceView) -> bool:
    """Whether somebody should look at a device."""
    battery = view.values.get("battery")
    is_low = battery is not None and battery.value < _LOW_BATTERY
    return view.state is not DeviceState.LIVE or view.is_online is False or is_low


def in_order(views: Sequence[DeviceView]) -> list[DeviceView]:
    """What is wrong first, gravest first; else as they are configured."""
    return sorted(views, key=lambda v: (not is_wrong(v), _RANK[v.state]))


class DeviceRows:
    """Rows as HTML texts; one whose device says what it said before is not made anew.

    Args:
        course: The last hours of a device's main quantity.
        quality: How a device's values have done of late; without it the place stays empty.
    """

    def __init__(self, site: Site, course: Course, quality: Quality24h | None = None) -> None:
        self._site = site
        self._course = course
        self._quality = quality
        self._made: dict[tuple[str, Language], tuple[object, str]] = {}

    def texts(self, views: Sequence[DeviceView], language: Language) -> dict[str, str]:
        """The row of each device, by its id."""
        return {view.device.id: self._text(view, language) for view in views}

    def _text(self, view: DeviceView, language: Language) -> str:
        key = view.device.id, language
        quality = self._quality(view.device.id) if self._quality else None
        written = "" if quality is None else to_html(quality)
        basis = view, written
        held = self._made.get(key)
        if held is not None and held[0] == basis:
            return held[1]
        points = self._course(view.device)
        text = to_html(device_row(view, self._site, points, quality, language))
        self._made[key] = basis, text
        return text


def device_row(
    view: DeviceView, site: Site, points: Points, quality: Component | None, language: Language
) -> html.Div:
    """One device: state, name, place, main value, trend, battery, cadence and how it is heard."""
    device = view.device
    name = getattr(device.name, language)
    segment = site.segment[device.segment]
    place = getattr(segment.name, language)
    return html.Div(
        [
            html.Span(device_state(view.state, language), className="state-mark"),
            html.Span(
                [html.A(name, href=f"/devices/{device.id}"), html.Code(device.id)],
                className="name",
            ),
            html.Span(html.A(place, href=f"/segments/{segment.id}"), className="place"),
            html.Span(_main(view, language), className="amount"),
            html.Span(age(_main_at(view)), className="when"),
            _trend(device, points, segment.closure_depth_cm),
            html.Span(_battery(view.values.get("battery")), className="battery"),
            html.Span(
                translate("every {span}", language).format(
                    span=span(device.cadence.total_seconds(), language)
                ),
                className="cadence",
            ),
            html.Span([_online(view, language), *_sources(device, site)], className="link"),
            *([html.Span(quality, className="quality")] if quality else []),
        ],
        className=f"devicerow {view.state.value}",
        **data(
            device=device.id,
            state=view.state.value,
            kind=device.kind.value,
            wrong=int(is_wrong(view)),
            text=" ".join(
                [device.id, device.name.zh, device.name.en, segment.id, place,
                 *(s.id for s in device.sources)]
            ).lower(),
        ),
    )  # fmt: skip


def _main_value(view: DeviceView) -> Value | None:
    return view.values.get(view.device.main_quantity or "")


def _main_at(view: DeviceView) -> datetime | None:
    value = _main_value(view)
    return value.at if value else view.last_seen


def _main(view: DeviceView, language: Language) -> list[Component | str]:
    """The value it is there for, with its unit; a camera has none."""
    quantity, value = view.device.main_quantity, _main_value(view)
    if quantity is None:
        return []
    if value is None:
        return [f"{quantity_name(quantity, language)} —"]
    is_state = bool(QUANTITIES[quantity].states)
    text = state_name(value.text, language) if is_state else number(value.value)
    said: list[Component | str] = [
        html.Span(quantity_name(quantity, language), className="of"),
        html.B(text),
        f" {unit_sign(quantity)} ",
    ]
    if value.quality.is_suspect:
        said.append(html.Span(quality_name(value.quality, language), className="old"))
    return said


def _trend(device: Device, points: Points, closure_cm: float) -> Component:
    quantity = device.main_quantity
    if quantity is None or len(points) < 2:  # noqa: PLR2004 - a course has two ends
        return html.Span(className="spark absent")
    values = _steps(points, is_summed=quantity in _SUMMED)
    if quantity not in _FROM_ZERO:
        low = min(v for _, v in points)
        values = [max(0.0, v - low) for v in values]
    limit = closure_cm if quantity == "water_depth" else None
    return spark(values, limit, Level.NONE)


def _steps(points: Points, *, is_summed: bool) -> list[float]:
    """The course at even steps, oldest first; zero where nothing was heard."""
    newest = points[-1][0]
    values: list[float | None] = [None] * _STEPS
    for at, value in points:
        place = _STEPS - 1 - (newest - at) // _STEP
        if place >= 0:
            held = values[place]
            together = value if held is None else (held + value if is_summed else max(held, value))
            values[place] = together
    return [value or 0.0 for value in values]


def _battery(value: Value | None) -> list[Component]:
    if value is None:
        return []
    is_low = value.value < _LOW_BATTERY
    return [html.Span(f"{number(value.value)} %", className="old" if is_low else "")]


def _online(view: DeviceView, language: Language) -> Component:
    """What it, or its last will, says of the connection."""
    if view.is_online is None:
        return html.Span(translate("says nothing", language), className="unsaid")
    word = translate("online" if view.is_online else "offline", language)
    return html.Span(word, className="ok" if view.is_online else "old")


def _sources(device: Device, site: Site) -> list[Component]:
    """Where it is heard."""
    if not device.sources:
        way = "frame" if device.kind is DeviceKind.CAMERA else "obs"
        return [html.Code(f"{site.mqtt_root}/{way}/{device.id}")]
    return [html.Code(f"{source.profile} · {source.id}") for source in device.sources]
