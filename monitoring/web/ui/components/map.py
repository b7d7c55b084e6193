"""The map: segments by level over a schematic base that we drew; no tiles, no outside.

Geometry goes to the browser once; afterwards one letter for each segment says its level.
"""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import dash_leaflet as dl
from dash import html
from dash_extensions.javascript import Namespace

from monitoring.domain.levels import Freshness, Level
from monitoring.domain.site import DeviceKind, Position, Segment, Site
from monitoring.services.picture import DeviceState, DeviceView, SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import (
    SHAPES,
    data,
    device_state,
    freshness_name,
    level_name,
)
from monitoring.web.ui.scene import is_abnormal
from monitoring.web.wording import amount, number

SEGMENTS: Final = "wall-map-segments"
LABELS: Final = "wall-map-labels"
STATIONS: Final = "wall-map-stations"
LETTERS: Final = {level: level.value[0] for level in Level if level is not Level.UNKNOWN} | {
    Level.UNKNOWN: "?"
}
MOST_LABELS: Final = 7
_WIDE, _HIGH = 0.033, 0.0048  # degrees that a label takes
_MARGIN: Final = 0.07  # of the width and height, round the segments
_DRAWN = Namespace("gangan", "map")
_SIGNS: Final = {DeviceKind.GAUGE: "⌄", DeviceKind.CAMERA: "⌖"}


def wall_map(site: Site, base: dict[str, Any], language: Language) -> html.Div:
    """The map without levels; `levels` and `labels` fill it."""
    west, south, east, north = _bounds(site)
    center = [(south + north) / 2, (west + east) / 2]
    return html.Div(
        [
            dl.Map(
                [
                    dl.GeoJSON(data=base, style=_DRAWN("base"), interactive=False),
                    dl.GeoJSON(
                        id=SEGMENTS,
                        data=_features(site),
                        style=_DRAWN("segment"),
                        pointToLayer=_DRAWN("point"),
                        onEachFeature=_DRAWN("register"),
                        interactive=False,
                    ),
                    dl.LayerGroup(_devices(site)),
                    dl.LayerGroup(id=STATIONS),
                    dl.LayerGroup(id=LABELS),
                ],
                center=center,
                zoom=13,
                bounds=[[south, west], [north, east]],
                preferCanvas=True,
                zoomControl=False,
                attributionControl=False,
                zoomSnap=0.1,
                dragging=False,
                scrollWheelZoom=False,
                doubleClickZoom=False,
                keyboard=False,
                className="map",
            ),
            html.Div(
                [
                    html.Span(
                        [html.B(SHAPES[v]), level_name(v, language)], className=f"key {v.value}"
                    )
                    for v in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE, Level.WATCH)
                ],
                className="legend",
            ),
            html.Div(
                translate("Schematic map · roads © OpenStreetMap contributors", language),
                className="attribution",
            ),
        ],
        className="mapbox",
        **data(bounds=[[south, west], [north, east]]),
    )


def levels(views: Sequence[SegmentView]) -> dict[str, str]:
    """A letter for the level and one for the freshness of each segment, in their order."""
    fresh = {Freshness.LIVE: "l", Freshness.STALE: "s", Freshness.LOST: "x"}
    return {
        "levels": "".join(LETTERS[v.level] for v in views),
        "fresh": "".join(fresh[v.freshness] for v in views),
    }


def labels(worst: Sequence[SegmentView], language: Language) -> list[dl.DivMarker]:
    """Names and depths of the gravest segments, kept apart from each other."""
    chosen: list[tuple[Position, SegmentView]] = []
    for view in worst:
        if not is_abnormal(view) or len(chosen) == MOST_LABELS:
            break
        at = middle(view.segment)
        if all(abs(at[0] - p[0]) > _WIDE or abs(at[1] - p[1]) > _HIGH for p, _ in chosen):
            chosen.append((at, view))
    return [_label(at, view, language) for at, view in chosen]


def middle(segment: Segment) -> Position:
    """Where a segment's label stands, WGS-84."""
    line = segment.line
    if len(line) == 2:  # noqa: PLR2004 - a straight stretch has no vertex in the middle
        return (line[0][0] + line[1][0]) / 2, (line[0][1] + line[1][1]) / 2
    return line[len(line) // 2]


def _label(at: Position, view: SegmentView, language: Language) -> dl.DivMarker:
    depth = view.values.get("water_depth")
    value = f"{number(depth.value)} cm" if depth else ""
    if depth and depth.freshness is not Freshness.LIVE:
        value += f" · {freshness_name(depth.freshness, language)}"
    name = getattr(view.segment.label or view.segment.name, language)
    return dl.DivMarker(
        position=[at[1], at[0]],
        iconOptions={
            "className": f"maplabel {view.level.value} {view.passability.value}",
            "html": f"<b>{SHAPES[view.level]}</b> {escape(name)} <b>{value}</b>",
            "iconSize": None,
        },
        interactive=False,
        keyboard=False,
    )


def _features(site: Site) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(s.line[0])}
                if len(s.line) == 1
                else {"type": "LineString", "coordinates": [list(p) for p in s.line]},
                "properties": {"i": n, "kind": s.kind.value},
            }
            for n, s in enumerate(site.segments)
        ],
    }


def _devices(site: Site) -> list[dl.DivMarker]:
    """Gauges and cameras by a small sign each, where they stand."""
    signs: dict[Position, str] = {}
    for device in site.devices:
        if sign := _SIGNS.get(device.kind):
            at = device.position or middle(site.segment[device.segment])
            signs[at] = signs.get(at, "") + sign
    return [
        dl.DivMarker(
            position=[latitude, longitude],
            iconOptions={"className": "mapplace", "html": sign, "iconSize": None},
            interactive=False,
            keyboard=False,
        )
        for (longitude, latitude), sign in signs.items()
    ]


def stations(devices: Sequence[DeviceView], language: Language) -> list[dl.DivMarker]:
    """Each weather station with its rain and wind; what is old is marked."""
    return [
        _station(view, language)
        for view in devices
        if view.device.kind is DeviceKind.STATION and view.device.position is not None
    ]


def _station(view: DeviceView, language: Language) -> dl.DivMarker:
    position = view.device.position or (0.0, 0.0)
    shown = [
        f"<b>{escape(amount(q, view.values[q].value))}</b>"
        for q in ("rainfall", "wind_speed")
        if q in view.values
    ]
    state = view.state.value
    if view.state is not DeviceState.LIVE:
        shown.append(escape(device_state(view.state, language)))
    return dl.DivMarker(
        position=[position[1], position[0]],
        iconOptions={
            "className": f"mapstation {state}",
            "html": f"◉ {' · '.join(shown)}",
            "iconSize": None,
        },
        interactive=False,
        keyboard=False,
    )


def _bounds(site: Site) -> tuple[float, float, float, float]:
    points = [p for s in site.segments for p in s.line]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    wide = _MARGIN * (max(longitudes) - min(longitudes))
    high = _MARGIN * (max(latitudes) - min(latitudes))
    return (
        min(longitudes) - wide,
        min(latitudes) - high,
        max(longitudes) + wide,
        max(latitudes) + high,
    )
