"""Elements of SL 651-2014: the body of a report in HEX/BCD coding (6.6.3, appendix C).

An element is its identifier, a descriptor (high five bits: bytes, low three: decimals) and the
digits as BCD. All F is missing; FF before fewer digits is minus. Identifiers, names and units
are those of table C.1 as three independent open implementations give it alike (Quick.SL651,
sl651-2014-server, SL651-toolkit); the printed standard was not at hand. An identifier that is
not in the table here is kept under its code, without name and unit.

Series (F4 to FC: twelve values, five minutes apart) have a descriptor too, but devices get it
wrong, and the standard fixes their length; it is passed over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sensors.codecs.beijing import instant
from sensors.payloads import PayloadError

_TIME: Final = 0xF0
_STEP: Final = 0x04
_STATUS: Final = 0x45
_RAIN_SERIES: Final = 0xF4
_LEVEL_SERIES: Final = range(0xF5, 0xFD)
_FREE: Final = (0xF2, 0xF3, 0xFD)  # manual text, picture, bulk data: to the end of the body
_OWN: Final = 0xFF  # the next byte is an identifier of the maker's
_VALUES: Final = 12
_FIVE_MINUTES: Final = timedelta(minutes=5)

_Known = tuple[str, str | None]
_TABLE: Final[dict[int, _Known]] = {
    0x02: ("air_temperature", "Cel"),
    0x03: ("water_temperature", "Cel"),
    0x08: ("pressure", "hPa"),
    0x0D: ("ground_temperature", "Cel"),
    0x0E: ("groundwater_depth", "m"),
    0x0F: ("wave_height", "m"),
    **{
        0x10 + n: (f"soil_moisture_{cm}cm", "%")
        for n, cm in enumerate((10, 20, 30, 40, 50, 60, 80, 100))
    },
    0x18: ("humidity", "%RH"),
    0x1A: ("rain_1h", "mm"),
    0x1B: ("rain_2h", "mm"),
    0x1C: ("rain_3h", "mm"),
    0x1D: ("rain_6h", "mm"),
    0x1E: ("rain_12h", "mm"),
    0x1F: ("rain_day", "mm"),
    0x20: ("rain_current", "mm"),
    0x21: ("rain_1min", "mm"),
    0x22: ("rain_5min", "mm"),
    0x23: ("rain_10min", "mm"),
    0x24: ("rain_30min", "mm"),
    0x25: ("rain_storm", "mm"),
    0x26: ("rain_total", "mm"),
    0x27: ("flow", "m3/s"),
    0x33: ("wind_direction_code", None),
    0x34: ("wind_force", None),
    0x35: ("wind_speed", "m/s"),
    0x36: ("mean_velocity", "m/s"),
    0x37: ("velocity", "m/s"),
    0x38: ("voltage", "V"),
    0x39: ("water_level", "m"),
    0x3A: ("water_level_below", "m"),
    0x3B: ("water_level_above", "m"),
    _STATUS: ("status", None),
    _RAIN_SERIES: ("rain_5min", "mm"),
    **{code: (f"relative_level_{n}", "m") for n, code in enumerate(_LEVEL_SERIES, 1)},
}


class Body:
    """A body that is taken apart from its beginning."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def has_more(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._data)

    def take(self, size: int, what: str) -> bytes:
        """The next bytes.

        Raises:
            PayloadError: There are not so many.
        """
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise PayloadError(f"{what} is cut off: {len(part)} of {size} bytes are there")
        self._at += size
        return part

    def byte(self, what: str) -> int:
        """The next byte."""
        return self.take(1, what)[0]

    def skip(self, prefix: bytes) -> bool:
        """Whether the body went on with `prefix`, which then is passed."""
        found = self._data.startswith(prefix, self._at)
        self._at += len(prefix) if found else 0
        return found

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data) - self._at, "the rest")


@dataclass(slots=True)
class _Section:
    """The elements under one observation time."""

    observed_at: datetime | None
    rows: list[dict[str, Any]]
    step: timedelta = timedelta()

    def is_of_series(self) -> bool:
        return all("values" in row for row in self.rows)

    def ends_at(self) -> datetime | None:
        """The time of the last value of a series whose first has the observation time."""
        return self.observed_at and self.observed_at + (_VALUES - 1) * _FIVE_MINUTES


def elements(body: Body, *, is_even: bool) -> list[dict[str, Any]]:
    """The elements that are left of a body, in the order sent.

    Each has `id`, `name`, `value`, `unit`, `observed_at` and `raw`, its digits as sent. `value`
    is None where the device says missing or the digits are none.

    The values of a series become elements with times of their own if it is certain that the
    observation time is that of the first: in even-interval messages, and in reports where the
    series has an observation time of its own and what is measured now has that of the last value.
    Devices that put one time over the whole report differ in what they mean; then the element
    has `values` and `step_s` instead of `value`.

    Args:
        body: What follows the station.
        is_even: Whether it is an even-interval message (31, 38): a step, then one identifier
            with as many groups of digits as there are times.
    """
    sections = [_Section(None, [])]
    while body.has_more():
        code = body.byte("an identifier")
        if code == _TIME:
            sections.append(_Section(_observed(body), []))
        elif code == _STEP and is_even:
            sections[-1].step = _step(body)
        elif is_even and sections[-1].step:
            sections[-1].rows.append(_groups(code, body))
        else:
            sections[-1].rows.append(_element(code, body))
    now = {section.observed_at for section in sections if not section.is_of_series()}
    return [
        told
        for section in sections
        for row in section.rows
        for told in _timed(section, row, spread=is_even or section.ends_at() in now)
    ]


def _observed(body: Body) -> datetime:
    if not body.skip(bytes([_TIME])):
        raise PayloadError("F0 stands alone; expected F0F0 and an observation time")
    return instant("20" + body.take(5, "the observation time").hex())


def _step(body: Body) -> timedelta:
    """The time step DDhhmm; zero before the series F4 to FC."""
    _, digits = body.byte("a descriptor"), body.take(3, "the time step").hex()
    if not digits.isdigit():
        raise PayloadError(f"time step {digits}; expected digits DDhhmm")
    return timedelta(days=int(digits[:2]), hours=int(digits[2:4]), minutes=int(digits[4:]))


def _element(code: int, body: Body) -> dict[str, Any]:
    if code in _FREE:
        body.skip(bytes([code]))
        return _row(f"{code:02X}", None, body.rest()) | {"value": None}
    if code == _RAIN_SERIES or code in _LEVEL_SERIES:
        return _series(code, body)
    identifier = f"{code:02X}"
    if code == _OWN:
        identifier += f"{body.byte('an identifier'):02X}"
    size, decimals = _descriptor(body)
    raw = body.take(size, f"element {identifier}")
    value = int.from_bytes(raw) if code == _STATUS else _number(raw, decimals)
    return _row(identifier, _TABLE.get(code), raw) | {"value": value}


def _groups(code: int, body: Body) -> dict[str, Any]:
    """One identifier and its groups of digits, up to the end of the body (table 30)."""
    size, decimals = _descriptor(body)
    raw = body.rest()
    if not size or not raw or len(raw) % size:
        raise PayloadError(f"{len(raw)} bytes of element {code:02X}; expected groups of {size}")
    values = [_number(raw[at : at + size], decimals) for at in range(0, len(raw), size)]
    return _row(f"{code:02X}", _TABLE.get(code), raw) | {"values": values}


def _series(code: int, body: Body) -> dict[str, Any]:
    """Twelve whole numbers: rain in 0.1 mm of a byte each, levels in cm of two bytes each."""
    size, scale = (1, 10) if code == _RAIN_SERIES else (2, 100)
    body.byte("a descriptor")
    raw = body.take(_VALUES * size, f"series {code:02X}")
    missing = (1 << (8 * size)) - 1
    numbers = [int.from_bytes(raw[at : at + size]) for at in range(0, len(raw), size)]
    values = [None if number == missing else number / scale for number in numbers]
    return _row(f"{code:02X}", _TABLE[code], raw) | {"values": values}


def _row(identifier: str, known: _Known | None, raw: bytes) -> dict[str, Any]:
    name, unit = known or (None, None)
    return {"id": identifier, "name": name, "unit": unit, "raw": raw.hex().upper()}


def _descriptor(body: Body) -> tuple[int, int]:
    word = body.byte("a descriptor")
    return word >> 3, word & 7


def _number(raw: bytes, decimals: int) -> float | None:
    """The number of BCD digits; None if they are missing or no digits."""
    is_negative = len(raw) > 1 and raw[0] == 0xFF  # noqa: PLR2004 - minus (6.6.3.3)
    digits = raw[1:].hex() if is_negative else raw.hex()
    if not digits.isdigit():
        return None
    value: float = int(digits) / 10**decimals
    return -value if is_negative else value


def _timed(section: _Section, row: dict[str, Any], *, spread: bool) -> list[dict[str, Any]]:
    """The row with its time, or a row for each value of a series."""
    at = section.observed_at
    timed = row | {"observed_at": at and at.isoformat()}
    if "values" not in row:
        return [timed]
    step = section.step or _FIVE_MINUTES
    if at is None or not spread:
        return [timed | {"step_s": step.total_seconds()}]
    values = timed.pop("values")
    size = len(row["raw"]) // len(values)
    return [
        timed
        | {
            "value": value,
            "raw": row["raw"][place * size : (place + 1) * size],
            "observed_at": (at + place * step).isoformat(),
        }
        for place, value in enumerate(values)
    ]
