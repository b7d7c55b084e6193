"""The map: segments by level over a schematic base that we drew; no tiles, no outside.

Geometry goes to the browser once; afterwards one letter for each segment says its level.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import dash_leaflet as dl
from dash import html
from dash_extensions.javascript import Namespace

from monitoring.domain.levels import Freshness, Level
from monitoring.domain.site import Site
from monitoring.services.picture import SegmentView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import map_marks
from monitoring.web.ui.components.marks import (
    SHAPES,
    data,
    level_name,
)

SEGMENTS: Final = "wall-map-segments"
LABELS: Final = "wall-map-labels"
STATIONS: Final = "wall-map-stations"
LETTERS: Final = {level: level.value[0] for level in Level if level is not Level.UNKNOWN} | {
    Level.UNKNOWN: "?"
}
_MARGIN: Final = 0.07  # of the width and height, round the segments
_DRAWN = Namespace("gangan", "map")


def wall_map(site: Site, base: dict[str, Any], language: Language) -> html.Div:
    """The map without levels; `levels` and `labels` fill it."""
    west, south, east, north = bounds(site)
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
                ]
                + [
                    html.Span([html.I(className=sign), translate(name, language)], className="key")
                    for sign, name in (
                        ("gauge", "gauge"),
                        ("lens", "camera"),
                        ("area", "official warning"),
                    )
                ],
                className="legend",
            ),
            html.Div(
                translate("Schematic map · roads © OpenStreetMap contributors", language),
                className="attribution",
            ),
        ],
        className="mapbox",
        **data(
            bounds=[[south, west], [north, east]],
            names=json.dumps(map_marks.names(base, (west, south, east, north), language)),
            devices=json.dumps(map_marks.devices(site)),
        ),
    )


def levels(views: Sequence[SegmentView]) -> dict[str, str]:
    """A letter for the level and one for the freshness of each segment, in their order."""
    fresh = {Freshness.LIVE: "l", Freshness.STALE: "s", Freshness.LOST: "x"}
    return {
        "levels": "".join(LETTERS[v.level] for v in views),
        "fresh": "".join(fresh[v.freshness] for v in views),
    }


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


def bounds(site: Site) -> map_marks.Bounds:
    """West, south, east and north of all segments with some room round them, degrees."""
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
