"""The table of factors against pint's, which the program itself does without."""

import pint
import pytest

from monitoring.domain.quantities import QUANTITIES
from sensors.units import CONVERSIONS

# Names of what pint calls otherwise.
PINT = {
    "degF": "degF", "in": "inch", "ft": "foot", "mi": "mile", "mph": "mile/hour", "kn": "knot",
    "ft/s": "foot/second", "in/h": "inch/hour", "cm/h": "centimeter/hour",
    "mm/min": "millimeter/minute", "kPa": "kilopascal", "mmHg": "mmHg", "inHg": "inHg",
    "mg/m3": "milligram/meter**3",
    "Cel": "degC", "K": "kelvin", "m/h": "meter/hour", "mm/h": "millimeter/hour",
    "km/h": "kilometer/hour", "ug/m3": "microgram/meter**3", "kg/m3": "kilogram/meter**3",
    "deg": "degree", "rad": "radian", "hPa": "hectopascal", "Pa": "pascal", "%": "percent",
    "%RH": "percent", "%EL": "percent", "/100": "percent", "/1000": "permille",
    "/": "dimensionless", "1": "dimensionless", "count": "dimensionless",
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSIONS)
def test_every_factor_is_pints(name: str) -> None:
    units: pint.UnitRegistry[float] = pint.UnitRegistry()
    canonical = PINT.get(QUANTITIES[name].unit, QUANTITIES[name].unit)
    for sent, (factor, offset) in CONVERSIONS[name].items():
        for value in (0.0, 1.0, 37.5):
            expected = units.Quantity(value, PINT.get(sent, sent)).to(canonical).magnitude
            assert value * factor + offset == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_every_number_may_come_in_its_canonical_unit() -> None:
    for name, quantity in QUANTITIES.items():
        if not quantity.states:
            assert CONVERSIONS[name][quantity.unit] == (1.0, 0.0)


@pytest.mark.parametrize(
    ("name", "unit", "sent", "canonical"),
    [
        ("air_temperature", "degF", 93.2, 34.0),
        ("pressure", "inHg", 29.921, 1013.24),
        ("wind_speed", "mph", 20.89, 9.339),
        ("wind_gust", "kn", 40, 20.578),
        ("rainfall", "in", 1, 25.4),
        ("rainfall_total", "cm", 1.23, 12.3),
        ("rain_rate", "in/h", 0.5, 12.7),
        ("visibility", "mi", 0.25, 402.336),
        ("water_depth", "ft", 1, 30.48),
    ],
)
def test_the_units_of_american_stations_are_understood(
    name: str, unit: str, sent: float, canonical: float
) -> None:
    factor, offset = CONVERSIONS[name][unit]
    assert sent * factor + offset == pytest.approx(canonical, abs=0.005)
