"""Datums: the public formula to the digit, back again, and nothing outside China."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from monitoring.domain.datum import Datum, from_wgs84, gcj02_to_wgs84, to_wgs84, wgs84_to_gcj02

# WGS-84 and GCJ-02, longitude first, as eviltransform's own tests have them.
KNOWN = {
    "Shanghai": ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    "Shenzhen": ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    "Beijing": ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
}


@pytest.mark.parametrize("city", KNOWN)
def test_known_positions_are_shifted_as_published(city: str) -> None:
    wgs84, gcj02 = KNOWN[city]
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-12)
    assert gcj02_to_wgs84(*gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_the_district_lies_half_a_kilometre_off() -> None:
    longitude, latitude = wgs84_to_gcj02(119.4520, 35.4262)
    # The district's official centre, from a list in GCJ-02.
    assert (longitude, latitude) == pytest.approx((119.457703, 35.426152), abs=1e-4)
    east_m = (longitude - 119.4520) * 111_320 * cos(radians(latitude))
    assert hypot(east_m, (latitude - 35.4262) * 110_950) == pytest.approx(520, abs=20)


@given(floats(73.5, 135), floats(18, 53.5))
def test_there_and_back_is_where_it_was(longitude: float, latitude: float) -> None:
    back = gcj02_to_wgs84(*wgs84_to_gcj02(longitude, latitude))
    assert back == pytest.approx((longitude, latitude), abs=1e-6)


@pytest.mark.parametrize("place", [(139.69, 35.69), (-0.12, 51.5), (119.5, -35.4), (0.0, 0.0)])
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*place) == place == gcj02_to_wgs84(*place)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_the_national_datum_needs_no_shift(datum: Datum) -> None:
    assert to_wgs84((119.5, 35.4), datum) == (119.5, 35.4) == from_wgs84((119.5, 35.4), datum)


def test_only_what_is_gcj02_is_shifted() -> None:
    there = from_wgs84((119.5, 35.4), Datum.GCJ02)
    assert there == wgs84_to_gcj02(119.5, 35.4)
    assert to_wgs84(there, Datum.GCJ02) == pytest.approx((119.5, 35.4), abs=1e-9)
