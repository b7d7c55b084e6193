"""Units: how each SenML unit becomes the canonical one.

The factors are constants, so that starting costs nothing; a test holds them against pint.
"""

import math
from collections.abc import Mapping
from typing import Final

from monitoring.domain.quantities import QUANTITIES

SAME: Final = (1.0, 0.0)  # the conversion that changes nothing
DIGITS: Final = 9  # decimals kept of a converted value: 0.29 m is 29 cm, not 28.999…

_LENGTH: Final = {"km": 1000.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
_SPEED: Final = {"m/s": 1.0, "km/h": 1 / 3.6, "m/h": 1 / 3600, "mm/h": 1 / 3_600_000}
_PRESSURE: Final = {"Pa": 1.0, "hPa": 100.0}
_SHARE: Final = {"/": 1.0, "%": 0.01, "/100": 0.01, "/1000": 0.001}
_NUMBER: Final = {"1": 1.0, "count": 1.0, **_SHARE}
_HUMIDITY: Final = {**_SHARE, "%RH": 0.01}
_CHARGE: Final = {**_SHARE, "%EL": 0.01}
_ANGLE: Final = {"deg": math.pi / 180, "rad": 1.0}
_DENSITY: Final = {"kg/m3": 1.0, "ug/m3": 1e-9}

_KINDS: Final = (_LENGTH, _SPEED, _PRESSURE, _SHARE, _NUMBER, _ANGLE, _DENSITY)
# SenML has percent signs of their own for these.
_OWN: Final = {"humidity": _HUMIDITY, "battery": _CHARGE}


def _table(name: str, unit: str) -> dict[str, tuple[float, float]]:
    """Factor and offset from every unit of the same kind to `unit`."""
    if unit == "Cel":
        return {"Cel": (1.0, 0.0), "K": (1.0, -273.15)}
    kinds = (_OWN[name],) if name in _OWN else _KINDS
    kind = next(kind for kind in kinds if unit in kind)
    return {sent: (size / kind[unit], 0.0) for sent, size in kind.items()}


# Quantity → unit as sent → (factor, offset): canonical = sent × factor + offset.
CONVERSIONS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    name: _table(name, quantity.unit)
    for name, quantity in QUANTITIES.items()
    if not quantity.states
}
