"""Units: how each unit that devices send becomes the canonical one.

Names are SenML's (RFC 8428, RFC 8798) where it has them. The others, which no SenML registry
knows but stations send all the same, are named near to UCUM: degF, inHg, mph, kn, in, ft, mi.
The factors are constants, so that starting costs nothing; a test holds them against pint.
"""

import math
from collections.abc import Mapping
from typing import Final

from monitoring.domain.quantities import QUANTITIES

SAME: Final = (1.0, 0.0)  # the conversion that changes nothing
DIGITS: Final = 9  # decimals kept of a converted value: 0.29 m is 29 cm, not 28.999…

_INCH: Final = 0.0254  # m
_FOOT: Final = 0.3048
_MILE: Final = 1609.344  # the statute mile
_HOUR: Final = 3600  # s
_MM_HG: Final = 133.322387415  # Pa, at 0 °C

_LENGTH: Final = {
    "km": 1000.0, "m": 1.0, "cm": 0.01, "mm": 0.001, "in": _INCH, "ft": _FOOT, "mi": _MILE,
}  # fmt: skip
_SPEED: Final = {
    "m/s": 1.0, "km/h": 1 / 3.6, "mph": _MILE / _HOUR, "kn": 1852 / _HOUR, "ft/s": _FOOT,
    "m/h": 1 / _HOUR, "cm/h": 0.01 / _HOUR, "mm/h": 0.001 / _HOUR, "mm/min": 0.001 / 60,
    "in/h": _INCH / _HOUR,
}  # fmt: skip
_PRESSURE: Final = {
    "Pa": 1.0, "hPa": 100.0, "kPa": 1000.0, "mbar": 100.0, "bar": 100_000.0,
    "mmHg": _MM_HG, "inHg": 25.4 * _MM_HG,
}  # fmt: skip
_SHARE: Final = {"/": 1.0, "%": 0.01, "/100": 0.01, "/1000": 0.001}
_NUMBER: Final = {"1": 1.0, "count": 1.0, **_SHARE}
_HUMIDITY: Final = {**_SHARE, "%RH": 0.01}
_CHARGE: Final = {**_SHARE, "%EL": 0.01}
_ANGLE: Final = {"deg": math.pi / 180, "rad": 1.0}
_DENSITY: Final = {"kg/m3": 1.0, "mg/m3": 1e-6, "ug/m3": 1e-9}

_KINDS: Final = (_LENGTH, _SPEED, _PRESSURE, _SHARE, _NUMBER, _ANGLE, _DENSITY)
# SenML has percent signs of their own for these.
_OWN: Final = {"humidity": _HUMIDITY, "battery": _CHARGE}


def _table(name: str, unit: str) -> dict[str, tuple[float, float]]:
    """Factor and offset from every unit of the same kind to `unit`."""
    if unit == "Cel":
        return {"Cel": (1.0, 0.0), "K": (1.0, -273.15), "degF": (5 / 9, -160 / 9)}
    kinds = (_OWN[name],) if name in _OWN else _KINDS
    kind = next(kind for kind in kinds if unit in kind)
    return {sent: (size / kind[unit], 0.0) for sent, size in kind.items()}


# Quantity → unit as sent → (factor, offset): canonical = sent × factor + offset.
CONVERSIONS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    name: _table(name, quantity.unit)
    for name, quantity in QUANTITIES.items()
    if not quantity.states
}
