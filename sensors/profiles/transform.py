"""Transforms: what was sent, into the canonical number; everything compiled beforehand."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from monitoring.domain.quantities import QUANTITIES, Quantity
from sensors.profiles.numbers import FORMS
from sensors.profiles.values import Value
from sensors.profiles.words import word
from sensors.units import CONVERSIONS

Convert = Callable[[Any], float | None]
"""Gives the canonical number, or None where the value sent means that there is none.

Raises:
    ValueError: It can't be used; says what was found and what was expected.
"""

_DIGITS: Final = 9  # decimals kept: 0.29 m is 29 cm, not 28.999…
_METRES: Final = {"mm": 0.001, "cm": 0.01, "m": 1.0}


def converter(value: Value, parameters: Mapping[str, float]) -> Convert:
    """What makes a value canonical, for a device with these parameters."""
    quantity = QUANTITIES[value.quantity]
    finish = _state(quantity) if quantity.states else _number(value, quantity, parameters)
    return _prepared(value, finish)


def factors(value: Value) -> tuple[float, float]:
    """Canonical = sent × the first + the second, where the value is a number."""
    unit = value.unit or QUANTITIES[value.quantity].unit
    factor, offset = CONVERSIONS[value.quantity][unit]
    return value.scale * factor, value.offset * factor + offset


def _prepared(value: Value, finish: Convert) -> Convert:
    """Bytes, sentinels and words, before the number is looked at."""
    skips, table = frozenset(map(word, value.skip)), value.table
    number = FORMS[value.number] if value.number else None
    expected = ", ".join(table or ())

    def convert(raw: Any) -> float | None:
        if number is not None:
            if not isinstance(raw, bytes):
                raise ValueError(f"{raw!r:.60}; expected bytes, from a path such as [3:5]")
            raw = number(raw)
        if raw == "" or word(raw) in skips:
            return None
        if table is not None:
            if (known := word(raw)) not in table:
                raise ValueError(f"{raw!r:.60}; expected one of {expected}")
            raw = table[known]
        return finish(raw)

    return convert


def _state(quantity: Quantity) -> Convert:
    places = {name: float(place) for place, name in enumerate(quantity.states)}

    def state(raw: Any) -> float:
        place = places.get(word(raw))
        if place is None:
            raise ValueError(f"{raw!r:.60}; expected one of {', '.join(places)}")
        return place

    return state


def _number(value: Value, quantity: Quantity, parameters: Mapping[str, float]) -> Convert:
    factor, offset = factors(value)
    is_same = (factor, offset) == (1.0, 0.0)
    zero_within = value.zero_within
    top: float | None = None
    if value.below:
        unit = value.below.rsplit("_", 1)[1]
        top = parameters[value.below] * _METRES[unit] / _METRES[quantity.unit]

    def number(raw: Any) -> float:
        sent = _float(raw)
        result = sent if is_same else round(sent * factor + offset, _DIGITS)
        if top is not None:
            result = round(top - result, _DIGITS)
        if not math.isfinite(result):
            raise ValueError(f"{raw!r:.60} is beyond any number")
        return 0.0 if -zero_within <= result < 0 else result

    return number


def _float(raw: Any) -> float:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not is_number and not (isinstance(raw, str) and "_" not in raw):
        raise ValueError(f"{raw!r:.60}; expected a number")
    try:
        number = float(raw)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{raw!r:.60}; expected a number") from error
    if not math.isfinite(number):
        raise ValueError(f"{raw!r:.60}; expected a finite number")
    return number
