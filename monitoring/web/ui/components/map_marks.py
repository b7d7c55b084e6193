"""Marks on the map: names, devices, stations with their weather, and the gravest segments."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final

from monitoring.domain.levels import Freshness
from monitoring.domain.observations import Quality
from monitoring.domain.site import DeviceKind, Position, Segment, Site
from monitoring.services.picture import DeviceState, DeviceView, SegmentView
from monitoring.web.language import Language
from monitoring.web.ui.components.marks import SHAPES, device_word, freshness_name
from monitoring.web.ui.scene import is_abnormal
from monitoring.web.wording import amount, number, quality_name

# A piece of HTML at a place (latitude first), drawn by `assets/map-marks.js`: a component of
# Dash for each would cost a browser more than everything else on the page.
Mark = dict[str, Any]
Bounds = tuple[float, float, float, float]  # west, south, east, north

MOST_LABELS: Final = 8
_NAMED: Final = frozenset({"road", "river", "sea"})
_STEPS, _EDGE = 20, 0.001


def labels(worst: Sequence[SegmentView], language: Language) -> list[Mark]:
    """Names and depths of the gravest segments; `assets/map-marks.js` keeps all marks apart."""
    grave = [view for view in worst if is_abnormal(view)]
    return [_label(middle(view.segment), view, language) for view in grave[:MOST_LABELS]]


def _label(at: Position, view: SegmentView, language: Language) -> Mark:
    depth = view.values.get("water_depth")
    value = f"{number(depth.value)} cm" if depth else ""
    if depth and depth.freshness is not Freshness.LIVE:
        value += f" · {freshness_name(depth.freshness, language)}"
    if depth and depth.quality is not Quality.GOOD:
        value += f" · {quality_name(depth.quality, language)}"
    name = getattr(view.segment.label or view.segment.name, language)
    html = f"<b>{SHAPES[view.level]}</b> {escape(name)} <b>{value}</b>"
    return _mark(at, f"maplabel {view.level.value} {view.passability.value}", html)


def middle(segment: Segment) -> Position:
    """Where a segment's label stands, WGS-84."""
    line = segment.line
    if len(line) == 2:  # noqa: PLR2004 - a straight stretch has no vertex in the middle
        return (line[0][0] + line[1][0]) / 2, (line[0][1] + line[1][1]) / 2
    return line[len(line) // 2]


def devices(site: Site) -> list[Mark]:
    """Where gauges and cameras stand, drawn as small dots and rings."""
    return [
        _mark(device.position or middle(site.segment[device.segment]), device.kind.value, "")
        for device in site.devices
        if device.kind in (DeviceKind.GAUGE, DeviceKind.CAMERA)
    ]


def stations(views: Sequence[DeviceView], language: Language) -> list[Mark]:
    """Each weather station with its rain and wind; what is old is marked."""
    return [
        _station(view, view.device.position, language)
        for view in views
        if view.device.kind is DeviceKind.STATION and view.device.position is not None
    ]


def _station(view: DeviceView, at: Position, language: Language) -> Mark:
    shown = [
        f"<b>{escape(amount(q, view.values[q].value))}</b>"
        for q in ("rainfall", "wind_speed")
        if q in view.values
    ]
    if view.state is not DeviceState.LIVE:
        shown.append(escape(device_word(view, language)))
    return _mark(at, f"mapstation {view.state.value}", f"◉ {' · '.join(shown)}")


def names(base: dict[str, Any], bounds: Bounds, language: Language) -> list[Mark]:
    """What the lines of the base map are called, each where it enters the picture."""
    found = [
        (feature["properties"], _first_within(feature["geometry"]["coordinates"], bounds))
        for feature in base.get("features", ())
        if feature["properties"].get("layer") in _NAMED
    ]
    return [
        _mark(at, f"mapname {about['layer']}", escape(about["name"][language.value]))
        for about, at in found
        if at is not None
    ]


def _first_within(line: Any, bounds: Bounds) -> Position | None:
    """Where a line, or the outline of an area, first comes into the picture."""
    west, south, east, north = bounds
    for x, y in _along(line[0] if isinstance(line[0][0], list) else line):
        if west + _EDGE < x < east - 3 * _EDGE and south + _EDGE < y < north - _EDGE:
            return x, y
    return None


def _along(corners: Sequence[Sequence[float]]) -> Iterator[Position]:
    for a, b in pairwise(corners):
        for n in range(_STEPS):
            yield a[0] + (b[0] - a[0]) * n / _STEPS, a[1] + (b[1] - a[1]) * n / _STEPS


def _mark(at: Position, class_name: str, html: str) -> Mark:
    return {"at": [at[1], at[0]], "class": class_name, "html": html}
