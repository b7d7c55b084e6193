"""Metrics of Sparkplug B: the message `Metric` and its data types (Sparkplug 3.0, chapter 6).

Whole numbers travel in unsigned fields. A negative one is its two's complement, in the bits of
its type or sign-extended to those of the field: encoders differ, and either is read.
"""

import math
from enum import IntEnum
from typing import Any, Final

from sensors.codecs import protobuf
from sensors.payloads import PayloadError

Value = int | float | bool | str | None


class DataType(IntEnum):
    """Types of one value. Others (DataSet, Bytes, Template, arrays …) hold no single value."""

    Int8 = 1
    Int16 = 2
    Int32 = 3
    Int64 = 4
    UInt8 = 5
    UInt16 = 6
    UInt32 = 7
    UInt64 = 8
    Float = 9
    Double = 10
    Boolean = 11
    String = 12
    DateTime = 13
    Text = 14
    UUID = 15


_KNOWN: Final[dict[int | None, DataType]] = {int(known): known for known in DataType}
_SIGNED: Final = {DataType.Int8: 8, DataType.Int16: 16, DataType.Int32: 32, DataType.Int64: 64}
_UNSIGNED: Final = {
    DataType.UInt8: 8,
    DataType.UInt16: 16,
    DataType.UInt32: 32,
    DataType.UInt64: 64,
    DataType.DateTime: 64,
}
_REALS: Final = (DataType.Float, DataType.Double)
_TEXTS: Final = (DataType.String, DataType.Text, DataType.UUID)

# Fields of the message that may hold the value: one of them.
_INT, _LONG, _FLOAT, _DOUBLE, _BOOLEAN, _STRING = range(10, 16)
_VALUES: Final = range(10, 20)
_BITS: Final = {_INT: 32, _LONG: 64}


class Metric:
    """One metric as sent.

    Attributes:
        name: None where the alias stands for it.
        timestamp_ms: Milliseconds since 1970, if it has a time of its own.
        datatype: Number of its type; None if not told.
    """

    def __init__(self, data: bytes) -> None:
        self._message = message = protobuf.Message(data)
        self.name = message.text(1)
        self.alias = message.whole(2)
        self.timestamp_ms = message.whole(3)
        self.datatype = message.whole(4) or None
        self.is_historical = bool(message.whole(5))
        self._is_null = bool(message.whole(7))
        held = message.numbers.intersection(_VALUES)
        if len(held) > 1:
            raise PayloadError(f"a metric has {len(held)} values; expected one")
        self._field = next(iter(held), None)

    def tree(self, name: str, datatype: int | None, sent_ms: int | None) -> dict[str, Any]:
        """The metric under its name, with the type that its birth told."""
        known = _KNOWN.get(datatype)
        return {
            "name": name,
            "alias": self.alias,
            "type": known.name if known else None,
            "value": self.value(name, datatype),
            "timestamp_ms": sent_ms if self.timestamp_ms is None else self.timestamp_ms,
            "is_historical": self.is_historical,
        }

    def value(self, name: str, datatype: int | None) -> Value:
        """The value; None for null, for NaN and infinity, and for types of no single value."""
        if self._is_null or self._field is None or self._field > _STRING:
            return None
        if datatype is None:
            return self._untyped(name)
        known = _KNOWN.get(datatype)
        if known is None:
            return None
        if known is DataType.Boolean and self._field == _BOOLEAN:
            return bool(self._message.whole(_BOOLEAN))
        if known in _REALS and self._field in {_FLOAT, _DOUBLE}:
            return self._real()
        if known in _TEXTS and self._field == _STRING:
            return self._message.text(_STRING)
        if self._field in _BITS:
            whole = _whole(known, self._message.whole(self._field) or 0, _BITS[self._field])
            if whole is not None:
                return whole
        raise PayloadError(f"metric {name!r} holds no {known.name} (field {self._field})")

    def _untyped(self, name: str) -> Value:
        """The value of a metric whose type nobody told: whole numbers may be of either sign."""
        if self._field in _BITS:
            raise PayloadError(f"the type of metric {name!r} is not known; a birth is needed")
        if self._field == _BOOLEAN:
            return bool(self._message.whole(_BOOLEAN))
        return self._message.text(_STRING) if self._field == _STRING else self._real()

    def _real(self) -> float | None:
        if self._field == _FLOAT:
            value = protobuf.float32(self._message.part(_FLOAT, protobuf.FIXED32) or bytes(4))
        else:
            value = protobuf.float64(self._message.part(_DOUBLE, protobuf.FIXED64) or bytes(8))
        return value if math.isfinite(value) else None


def _whole(known: DataType, raw: int, bits: int) -> int | None:
    """The whole number in a field of so many bits; None if it is none of the type."""
    raw &= (1 << bits) - 1
    if known in _UNSIGNED:
        return raw if raw < 1 << _UNSIGNED[known] else None
    if known not in _SIGNED:
        return None
    width = _SIGNED[known]
    if raw >= (1 << bits) - (1 << (width - 1)):
        return raw - (1 << bits)
    if raw >= 1 << width:
        return None
    return raw - (1 << width) if raw >= 1 << (width - 1) else raw
