"""SenML JSON (RFC 8428): packs into records with their own name, unit, time and value."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from monitoring.domain.instants import SECOND_US

RELATIVE_BELOW: Final = 2.0**28  # seconds; RFC 8428, 4.5.3
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
    """A record that can't be used, and why.

    Attributes:
        detail: What was found.
        is_value: Whether it is the value's fault.
        base: The record's base fields, which hold for the records after it all the same.
    """

    detail: str
    is_value: bool = False
    base: Record | None = None


class NotSenmlError(Exception):
    """The payload is JSON but no SenML pack."""


class NotJsonError(Exception):
    """The payload is no JSON."""


_pack = msgspec.json.Decoder(list[Record])
_parts = msgspec.json.Decoder(list[msgspec.Raw])
_record = msgspec.json.Decoder(Record)
_labels = msgspec.json.Decoder(dict[str, msgspec.Raw])
_BASES: Final = ("bn", "bt", "bu", "bv", "bs", "bver")


def entries(payload: bytes, arrived_us: int) -> Iterator[Entry | Fault]:
    """The records of a pack, resolved; a faulty one does not take the others with it.

    Raises:
        NotJsonError: The payload is no JSON (NaN and Infinity are none either).
        NotSenmlError: It is no array of records, or one of a version we don't know.
    """
    base_name, base_unit, base_time, base_value = "", None, 0.0, 0.0
    for part in _records(payload):
        fault = part if isinstance(part, Fault) else None
        record = (part.base or Record()) if isinstance(part, Fault) else part
        base_name = base_name if record.bn is None else record.bn
        base_unit = base_unit if record.bu is None else record.bu
        base_time = base_time if record.bt is None else record.bt
        base_value = base_value if record.bv is None else record.bv
        if record.bver is not None and record.bver > _VERSION:
            raise NotSenmlError(f"SenML version {record.bver} is newer than {_VERSION}")
        if fault is not None:
            yield fault
            continue
        if (record.v is not None) + (record.vs is not None) + (record.vb is not None) > 1:
            yield Fault("a record has one value: v, vs or vb")
            continue
        value = _value(record, base_value)
        if value is None:
            if record.n is not None or record.s is not None:
                yield Fault("a record needs v, vs or vb; sums and data are not understood")
            continue  # a record of base values only
        time_s = base_time + (record.t or 0.0)
        if not abs(time_s) < _BEYOND:
            yield Fault(f"the time {time_s!r} is none")
            continue
        if time_s < RELATIVE_BELOW:
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
    """The records of a pack in which at least one is not as it should be.

    Raises:
        NotJsonError: What follows the first fault is no JSON.
        NotSenmlError: It is no array.
    """
    try:
        parts = _parts.decode(payload)
    except msgspec.ValidationError as error:
        raise NotSenmlError('expected a JSON array of records, such as [{"n":…,"v":…}]') from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJsonError(f"{error}; expected JSON, UTF-8") from error
    return [_checked(part) for part in parts]


def _checked(part: msgspec.Raw) -> Record | Fault:
    try:
        labels = _labels.decode(part)
    except msgspec.DecodeError as error:
        return Fault(str(error))
    strange = [label for label in labels if label.endswith("_")]
    if strange:
        return Fault(
            f"the label {strange[0]!r} must be understood, and is not", base=_bases(labels)
        )
    try:
        return _record.decode(part)
    except msgspec.DecodeError as error:
        is_value = "`$.v" in str(error) or "out of range" in str(error)
        return Fault(str(error), is_value, _bases(labels))


def _bases(labels: dict[str, msgspec.Raw]) -> Record:
    """The base fields of a faulty record.

    Raises:
        NotSenmlError: One of them is the faulty one; no later record could be resolved.
    """
    try:
        bases = {label: msgspec.json.decode(labels[label]) for label in _BASES if label in labels}
        return msgspec.convert(bases, Record)
    except msgspec.DecodeError as error:
        raise NotSenmlError(f"a base field is not as it should be: {error}") from error
