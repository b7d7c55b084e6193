"""Datums: what is stored is WGS-84; Chinese web maps are shifted, and what lies on them must be.

GCJ-02 moves every position in China by some hundred metres, here by about 0.0055° to the east
and 0.0002° to the south. Its formula was never published; this is the one in general use
(github.com/googollee/eviltransform, github.com/wandergis/coordtransform). CGCS2000, the
national datum of 天地图, differs from WGS-84 by far less than a road's width and is taken
as it is.
"""

from enum import StrEnum
from math import cos, pi, radians, sin, sqrt
from typing import Final

_AXIS_M: Final = 6378245.0  # Krasovsky 1940, as the formula has it
_ECCENTRICITY2: Final = 0.00669342162296594323
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_CLOSE_DEG: Final = 1e-9  # a tenth of a millimetre
_MOST_STEPS: Final = 30

Place = tuple[float, float]  # longitude, latitude, degrees


class Datum(StrEnum):
    """What longitude and latitude refer to."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"


def to_wgs84(place: Place, datum: Datum) -> Place:
    """Where a position of some datum lies in WGS-84."""
    return gcj02_to_wgs84(*place) if datum is Datum.GCJ02 else place


def from_wgs84(place: Place, datum: Datum) -> Place:
    """Where a WGS-84 position lies in some datum."""
    return wgs84_to_gcj02(*place) if datum is Datum.GCJ02 else place


def wgs84_to_gcj02(longitude: float, latitude: float) -> Place:
    """A WGS-84 position as Chinese web maps draw it; outside China it stays as it is."""
    if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
        return longitude, latitude
    x, y = longitude - 105.0, latitude - 35.0
    sine = sin(radians(latitude))
    curved = 1 - _ECCENTRICITY2 * sine * sine
    meridian = _AXIS_M * (1 - _ECCENTRICITY2) / (curved * sqrt(curved))
    parallel = _AXIS_M / sqrt(curved) * cos(radians(latitude))
    return (
        longitude + _eastward_m(x, y) * 180.0 / (parallel * pi),
        latitude + _northward_m(x, y) * 180.0 / (meridian * pi),
    )


def gcj02_to_wgs84(longitude: float, latitude: float) -> Place:
    """The WGS-84 position that Chinese web maps draw there; exact to less than a millimetre.

    The formula has no inverse; the position is moved until its image falls on the one given.
    """
    east, north = longitude, latitude
    for _ in range(_MOST_STEPS):
        image = wgs84_to_gcj02(east, north)
        off_east, off_north = image[0] - longitude, image[1] - latitude
        east, north = east - off_east, north - off_north
        if abs(off_east) < _CLOSE_DEG and abs(off_north) < _CLOSE_DEG:
            break
    return east, north


def _eastward_m(x: float, y: float) -> float:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return smooth + _ripple(x) + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))


def _northward_m(x: float, y: float) -> float:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return smooth + _ripple(x) + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))


def _ripple(x: float) -> float:
    return _waves(x, (20, 1 / 6), (20, 1 / 2))


def _waves(x: float, *waves: tuple[float, float]) -> float:
    """Waves of given amplitude, of which two thirds count, m, and half length, degrees."""
    return sum(height * sin(pi * x / half) for height, half in waves) * 2.0 / 3.0
