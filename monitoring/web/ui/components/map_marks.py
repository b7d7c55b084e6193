"""Marks on the map: names, devices, stations with their weather, bases, and what is grave.

A mark is a text near a place, a sign on it, or both; `assets/map-places.js` keeps texts apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final

from monitoring.domain.datum import Datum, from_wgs84
from monitoring.domain.entries import Position
from monitoring.domain.levels import Freshness, Level, Passability
from monitoring.domain.site import DeviceKind, Segment, Site, Stationed, Team
from monitoring.services.picture import DeviceState, DeviceView, SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import SHAPES, device_state, freshness_name
from monitoring.web.ui.scene import is_abnormal
from monitoring.web.wording import amount, number

# What is at a place (latitude first), drawn by `assets/map-marks.js`: a component of Dash for
# each would cost a browser more than everything else on the page.
Mark = dict[str, Any]
Bounds = tuple[float, float, float, float]  # west, south, east, north

MOST_LABELS: Final = 8
_NAMED: Final = frozenset({"road", "river", "sea"})
_STEPS, _EDGE = 20, 0.001
_PASSABILITY: Final = {Passability.CAUTION: "caution", Passability.CLOSED: "closed"}


def labels(
    worst: Sequence[SegmentView], language: Language, datum: Datum = Datum.WGS84
) -> list[Mark]:
    """Names and depths of the gravest segments, and a sign on each that is not open."""
    grave = sorted((v for v in worst if is_abnormal(v) or _is_shut(v)), key=_gravity, reverse=True)
    rest = [view for view in grave[MOST_LABELS:] if _is_shut(view)]
    return [
        *(_label(view, language, datum) for view in grave[:MOST_LABELS]),
        *(_mark(middle(v.segment), datum, sign=_sign(v)) for v in rest),
    ]


def _is_shut(view: SegmentView) -> bool:
    return view.passability is not Passability.OPEN


def _gravity(view: SegmentView) -> tuple[int, bool]:
    """A closed road is as grave as what closes one, and comes before others of that level."""
    is_closed = view.passability is Passability.CLOSED
    return max(view.level.gravity, Level.ORANGE.gravity if is_closed else 0), is_closed


def _sign(view: SegmentView) -> str:
    return f"sign {view.passability.value}" if _is_shut(view) else ""


def _label(view: SegmentView, language: Language, datum: Datum) -> Mark:
    depth = view.values.get("water_depth")
    value = f"{number(depth.value)} cm" if depth else ""
    if depth and depth.freshness is not Freshness.LIVE:
        value += f" · {freshness_name(depth.freshness, language)}"
    name = getattr(view.segment.label or view.segment.name, language)
    html = f"<b>{SHAPES[view.level]}</b> {escape(name)} <b>{value}</b>"
    if _is_shut(view):
        html += f" <em>{escape(translate(_PASSABILITY[view.passability], language))}</em>"
    class_name = f"maplabel {view.level.value} {view.passability.value}"
    return _mark(middle(view.segment), datum, class_name, html, sign=_sign(view))


def middle(segment: Segment) -> Position:
    """Where a segment's label stands, WGS-84."""
    line = segment.line
    if len(line) == 2:  # noqa: PLR2004 - a straight stretch has no vertex in the middle
        return (line[0][0] + line[1][0]) / 2, (line[0][1] + line[1][1]) / 2
    return line[len(line) // 2]


def devices(site: Site, datum: Datum = Datum.WGS84) -> list[Mark]:
    """Where gauges and cameras stand, drawn as small dots and rings."""
    return [
        _mark(device.position or middle(site.segment[device.segment]), datum, device.kind.value)
        for device in site.devices
        if device.kind in (DeviceKind.GAUGE, DeviceKind.CAMERA)
    ]


def bases(site: Site, language: Language, datum: Datum = Datum.WGS84) -> list[Mark]:
    """Where the depot is and teams have their bases; a position that is a guess looks like one."""
    return [
        _mark(
            place.position,
            datum,
            "mapbase",
            escape(getattr(place.label or place.name, language)),
            sign=_base_sign(place),
        )
        for place in _places(site)
        if place.position is not None
    ]


def has_guesses(site: Site) -> bool:
    """Whether the map shows a base at a place that nobody has confirmed."""
    return any(place.position and place.grade == "C" for place in _places(site))


def _places(site: Site) -> Iterable[Stationed]:
    return (site.depot, *site.teams)


def _base_sign(place: Stationed) -> str:
    kind = "team" if isinstance(place, Team) else "depot"
    return f"sign base {kind} guess" if place.grade == "C" else f"sign base {kind}"


def stations(
    views: Sequence[DeviceView], language: Language, datum: Datum = Datum.WGS84
) -> list[Mark]:
    """Each weather station with its rain and wind; what is old is marked."""
    return [
        _station(view, view.device.position, language, datum)
        for view in views
        if view.device.kind is DeviceKind.STATION and view.device.position is not None
    ]


def _station(view: DeviceView, at: Position, language: Language, datum: Datum) -> Mark:
    shown = [
        f"<b>{escape(amount(q, view.values[q].value))}</b>"
        for q in ("rainfall", "wind_speed")
        if q in view.values
    ]
    if view.state is not DeviceState.LIVE:
        shown.append(escape(device_state(view.state, language)))
    state = view.state.value
    return _mark(at, datum, f"mapstation {state}", " · ".join(shown), sign=f"sign station {state}")


def names(base: dict[str, Any], bounds: Bounds, language: Language) -> list[Mark]:
    """What the lines of the base map are called, each where it enters the picture.

    Args:
        base: Its features, in the datum of the map that is shown.
        bounds: What the map shows, in the same datum.
    """
    found = [
        (feature["properties"], _first_within(feature["geometry"]["coordinates"], bounds))
        for feature in base.get("features", ())
        if feature["properties"].get("layer") in _NAMED
    ]
    return [
        _mark(at, Datum.WGS84, f"mapname {about['layer']}", escape(about["name"][language.value]))
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


def _mark(
    at: Position, datum: Datum, class_name: str = "", html: str = "", *, sign: str = ""
) -> Mark:
    """A mark on a map of some datum; empty what it has not."""
    longitude, latitude = from_wgs84(at, datum)
    return {"at": [latitude, longitude], "class": class_name, "html": html, "sign": sign}
