"""The short way for SenML packs as nearly all devices send them: numbers with a name and a time.

It reads what `sensors/native.py` reads, several times as fast, or leaves the pack to it. A test
holds the two against each other.
"""

from math import isfinite
from typing import Final

import msgspec

from monitoring.domain.instants import SECOND_US
from monitoring.domain.observations import Observation, Quality
from sensors.senml import RELATIVE_BELOW
from sensors.units import CONVERSIONS, DIGITS, SAME


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """The fields that are understood here; any other leaves the pack to the long way."""

    n: str = ""
    u: str | None = None
    v: float | None = None
    t: float = 0.0
    bn: str | None = None
    bt: float | None = None
    bu: str | None = None


_pack = msgspec.json.Decoder(list[_Record])
_GOOD: Final = Quality.GOOD
# (name, unit as sent) → quantity, factor, offset. Names are taken from the table, so that equal
# ones are one object.
_KNOWN: Final = {
    (name, unit): (name, *conversion)
    for name, units in CONVERSIONS.items()
    for unit, conversion in (*units.items(), (None, SAME))
}


def plain(payload: bytes, device: str, arrived_us: int, latest_us: int) -> list[Observation] | None:
    """The observations of a pack without anything unusual; None where there is something.

    Args:
        payload: SenML JSON (RFC 8428).
        device: Who sent it.
        arrived_us: What relative times are relative to.
        latest_us: A later time is unusual.
    """
    try:
        records = _pack.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    base_name, base_unit, base_s = "", None, 0.0
    found: list[Observation] = []
    for record in records:
        if record.bn is not None:
            base_name = record.bn
        if record.bt is not None:
            base_s = record.bt
        if record.bu is not None:
            base_unit = record.bu
        value = record.v
        unit = record.u or base_unit
        known = _KNOWN.get((record.n, unit)) if not base_name else _named(base_name, record.n, unit)
        if known is None or value is None:
            return None
        name, factor, offset = known
        time_s = base_s + record.t
        time_us = round(time_s * SECOND_US)
        if time_s < RELATIVE_BELOW:
            time_us += arrived_us
        if factor != 1.0 or offset:
            value = round(value * factor + offset, DIGITS)
        # What is infinite or of an unusual time is the long way's.
        if not (isfinite(value) and 0 <= time_us <= latest_us):
            return None
        found.append(tuple.__new__(Observation, (device, name, time_us, value, _GOOD)))
    return found or None


def _named(base: str, name: str, unit: str | None) -> tuple[str, float, float] | None:
    return _KNOWN.get(((base + name).replace(":", "/").rsplit("/", 1)[-1], unit))
