"""The table of factors against pint's, which the program itself does without."""

import pint
import pytest

from monitoring.domain.quantities import QUANTITIES
from sensors.units import CONVERSIONS

# SenML's names of what pint calls otherwise.
PINT = {
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
