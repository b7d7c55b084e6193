"""The map: segments by level over a schematic base that we drew; tiles of others if configured.

It is no component of Dash's: where Leaflet or the canvas fails, everything beside the map must
live. `assets/map.js` draws what stands still once; afterwards a few letters for each segment say
how it is.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import dash_leaflet  # noqa: F401 - brings Leaflet, as window.L
from dash import html

from monitoring.domain.basemaps import Layer, Provider
from monitoring.domain.datum import Datum, from_wgs84
from monitoring.domain.levels import Freshness, Level, Passability
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
_FRESHNESS: Final = {Freshness.LIVE: "l", Freshness.STALE: "s", Freshness.LOST: "x"}
_PASSABILITY: Final = {Passability.OPEN: "o", Passability.CAUTION: "c", Passability.CLOSED: "x"}
_GRAVE: Final = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE, Level.WATCH)
# Class of a sign in the legend, and what it stands for.
_SIGNS: Final = (
    ("sign closed", "closed"),
    ("sign area", "official warning"),
    ("sign station", "station"),
    ("sign gauge", "gauge"),
    ("sign lens", "camera"),
    ("sign base team", "team's base"),
    ("sign base depot", "depot"),
    ("sign base guess", "place to be confirmed"),
)
_MARGIN: Final = 0.07  # of the width and height, round the segments


def wall_map(site: Site, base: dict[str, Any], language: Language) -> html.Div:
    """The map without levels; `levels` and `map_marks` fill it."""
    datum = site.maps.datum
    west, south, east, north = bounds(site)
    base = _shifted(base, datum)
    fixed = {
        "bounds": [[south, west], [north, east]],
        "base": base,
        "segments": _features(site, datum),
        "names": map_marks.names(base, (west, south, east, north), language),
        "devices": map_marks.devices(site, datum),
        "bases": map_marks.bases(site, language, datum),
        "tiles": _tiles(site.maps.shown),
    }
    return html.Div(
        [
            html.Div(className="map"),
            html.Div(
                [
                    html.Div(_legend(site, language), className="legend"),
                    html.Div(_attribution(site.maps.shown, language), className="attribution"),
                ],
                className="mapfoot",
            ),
            html.Div(
                translate("Map tiles are not available; this is the schematic map", language),
                className="notiles",
                role="status",
            ),
            html.Div(
                translate("The map is not available; see the list of segments", language),
                className="nomap",
                role="status",
            ),
        ],
        className="mapbox",
        **data(fixed=json.dumps(fixed, ensure_ascii=False)),
    )


def levels(views: Sequence[SegmentView]) -> dict[str, str]:
    """A letter for level, freshness and passability of each segment, in their order."""
    return {
        "levels": "".join(LETTERS[v.level] for v in views),
        "fresh": "".join(_FRESHNESS[v.freshness] for v in views),
        "passes": "".join(_PASSABILITY[v.passability] for v in views),
    }


def _legend(site: Site, language: Language) -> list[html.Span]:
    keys = [
        html.Span([html.B(SHAPES[v]), level_name(v, language)], className=f"key {v.value}")
        for v in _GRAVE
    ]
    is_known = {"sign base guess": map_marks.has_guesses(site)}
    return keys + [
        html.Span([html.I(className=sign), translate(name, language)], className="key")
        for sign, name in _SIGNS
        if is_known.get(sign, True)
    ]


def _attribution(provider: Provider | None, language: Language) -> str:
    """Whose map it is."""
    roads = translate("roads © OpenStreetMap contributors", language)
    if provider is None:
        return f"{translate('Schematic map', language)} · {roads}"
    return f"{getattr(provider.attribution, language)} · {roads}"


def _tiles(provider: Provider | None) -> list[dict[str, Any]]:
    """The layers that the browser asks us for, the map below its names."""
    if provider is None:
        return []
    paths = {Layer.MAP: "", Layer.LABELS: "/labels"}
    return [
        {
            "url": f"/tiles/{provider.id}{paths[layer]}/{{z}}/{{x}}/{{y}}.png",
            "min": provider.min_zoom,
            "max": provider.max_zoom,
        }
        for layer in provider.layers
    ]


def _features(site: Site, datum: Datum) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(s.line[0])}
            if len(s.line) == 1
            else {"type": "LineString", "coordinates": [list(p) for p in s.line]},
            "properties": {"i": n, "kind": s.kind.value},
        }
        for n, s in enumerate(site.segments)
    ]
    return _shifted({"type": "FeatureCollection", "features": features}, datum)


def _shifted(collection: dict[str, Any], datum: Datum) -> dict[str, Any]:
    """WGS-84 features as they lie on a map of another datum."""
    if datum is not Datum.GCJ02:
        return collection
    return collection | {
        "features": [
            feature
            | {
                "geometry": feature["geometry"]
                | {"coordinates": _moved(feature["geometry"]["coordinates"], datum)}
            }
            for feature in collection.get("features", ())
        ]
    }


def _moved(coordinates: Any, datum: Datum) -> Any:
    """Positions at any depth of lists."""
    if isinstance(coordinates[0], int | float):
        return list(from_wgs84((coordinates[0], coordinates[1]), datum))
    return [_moved(part, datum) for part in coordinates]


def bounds(site: Site) -> map_marks.Bounds:
    """West, south, east and north of all segments with some room round them, degrees."""
    points = [from_wgs84(p, site.maps.datum) for s in site.segments for p in s.line]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    wide = _MARGIN * (max(longitudes) - min(longitudes))
    high = _MARGIN * (max(latitudes) - min(latitudes))
    return (
        min(longitudes) - wide,
        min(latitudes) - high,
        max(longitudes) + wide,
        max(latitudes) + high,
    )
