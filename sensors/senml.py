"""SenML JSON (RFC 8428): packs into records with their own name, unit, time and value."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from monitoring.domain.instants import SECOND_US

_RELATIVE_BELOW: Final = 2.0**28  # seconds; RFC 8428, 4.5.3
_BEYOND: Final = 2.0**38  # seconds; the calendar of our records ends before
_VERSION: Final = 10
_MUST_UNDERSTAND: Final = b'_"'  # RFC 8428, 4.4: a label that ends so


class Record(msgspec.Struct, forbid_unknown_fields=False):
    """One record as it stands in the pack; absent fields are None."""

    n: str | None = None
    u: str | None = None
    v: float | None = None
    vs: str | None = None
    vb: bool | None = None
    vd: str | None = None
    s: float | None = None
    t: float | None = None
    ut: float | None = None
    bn: str | None = None
    bt: float | None = None
    bu: str | None = None
    bv: float | None = None
    bs: float | None = None
    bver: int | None = None


class Entry(NamedTuple):
    """A resolved record.

    Attributes:
        name: The last part of base name and name, which is a quantity's.
        unit: As sent; None where it was left out.
        time_us: In µs since 1970 UTC.
        value: Number, text or truth value.
    """

    name: str
    unit: str | None
    time_us: int
    value: float | str | bool


class Fault(NamedTuple):
    """A record that can't be used, and why; `is_value` where it is the value's fault."""

    detail: str
    is_value: bool = False


class NotSenmlError(Exception):
    """The payload is JSON but no SenML pack."""


class NotJsonError(Exception):
    """The payload is no JSON."""


_pack = msgspec.json.Decoder(list[Record])
_any = msgspec.json.Decoder()


def entries(payload: bytes, arrived_us: int) -> Iterator[Entry | Fault]:
    """The records of a pack, resolved; a faulty one does not take the others with it.

    Raises:
        NotJsonError: The payload is no JSON (NaN and Infinity are none either).
        NotSenmlError: It is no array of records, or one of a version we don't know.
    """
    base_name, base_unit, base_time, base_value = "", None, 0.0, 0.0
    for record in _records(payload):
        if isinstance(record, Fault):
            yield record
            continue
        base_name = base_name if record.bn is None else record.bn
        base_unit = base_unit if record.bu is None else record.bu
        base_time = base_time if record.bt is None else record.bt
        base_value = base_value if record.bv is None else record.bv
        if record.bver is not None and record.bver > _VERSION:
            raise NotSenmlError(f"SenML version {record.bver} is newer than {_VERSION}")
        value = _value(record, base_value)
        if value is None:
            if record.n is not None or record.s is not None:
                yield Fault("a record needs v, vs or vb; sums and data are not understood")
            continue  # a record of base values only
        time_s = base_time + (record.t or 0.0)
        if not abs(time_s) < _BEYOND:
            yield Fault(f"the time {time_s!r} is none")
            continue
        if time_s < _RELATIVE_BELOW:
            time_us = arrived_us + round(time_s * SECOND_US)
        else:
            time_us = round(time_s * SECOND_US)
        name = (base_name + (record.n or "")).replace(":", "/").rsplit("/", 1)[-1]
        yield Entry(name, record.u or base_unit, time_us, value)


def _value(record: Record, base: float) -> float | str | bool | None:
    if record.v is not None:
        return record.v + base
    return record.vs if record.vs is not None else record.vb


def _records(payload: bytes) -> list[Record] | list[Record | Fault]:
    try:
        records = _pack.decode(payload)
    except msgspec.ValidationError:
        return _one_by_one(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJsonError(f"{error}; expected JSON, UTF-8") from error
    if not records:
        raise NotSenmlError("the pack is empty")
    if _MUST_UNDERSTAND in payload:
        return _one_by_one(payload)
    return records


def _one_by_one(payload: bytes) -> list[Record | Fault]:
    """The records of a pack in which at least one is not as it should be."""
    content = _any.decode(payload)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise NotSenmlError('expected a JSON array of records, such as [{"n":…,"v":…}]')
    return [_checked(part) for part in content]


def _checked(content: dict[str, Any]) -> Record | Fault:
    strange = [label for label in content if label.endswith("_")]
    if strange:
        return Fault(f"the label {strange[0]!r} must be understood, and is not")
    try:
        return msgspec.convert(content, Record)
    except msgspec.ValidationError as error:
        return Fault(str(error), is_value="`$.v" in str(error))
