"""HJ 212-2017 污染物在线监控（监测）系统数据传输标准: frames of text (chapter 6, appendix A).

As they come through transparent DTUs, one or several in a payload. A frame is `##`, the length
of its data in four digits, the data, and the CRC of appendix A in four hexadecimal digits. The
data are fields `ST`, `CN`, `MN` …, the last of them `CP=&&…&&` with the parameters and factors.
Times are Beijing time. The packets of a split message (`PNUM`, `PNO`) have a whole `CP` each and
are read each by itself.

The password of a frame is left out of the tree.
"""

import math
import re
from typing import Any, Final

from sensors.codecs.beijing import instant
from sensors.codecs.checksums import hj212
from sensors.codecs.framing import frames
from sensors.codecs.writing import unhexed
from sensors.payloads import PayloadError

_MARK: Final = b"##"
_HEADER: Final = 6  # mark and length
_CRC: Final = re.compile(rb"[0-9A-Fa-f]{4}")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_OPEN: Final = "CP=&&"
_CLOSE: Final = "&&"
_FIELDS: Final = ("QN", "ST", "CN", "MN", "Flag", "PNUM", "PNO")
_TIME: Final = "DataTime"
_SAMPLED: Final = "SampleTime"
_FLAG: Final = "Flag"
_MISSING: Final = -999  # not of the standard, but what many recorders send

Pair = tuple[str, str]


def read(_topic: bytes, payload: bytes) -> dict[str, Any]:
    """The `frames` of a payload, and the `faults` of those that can't be read.

    Each frame has the fields `qn`, `st`, `cn`, `mn`, `flag`, `pnum`, `pno` as texts, `data_time`,
    `parameters` (of CP, by name) and `factors`: each with `name` as sent (`a34004-Rtd`), its
    parts `code` and `field`, `value`, `flag` and `observed_at`. `flag` is N where the instrument
    works; F stopped, M maintenance, S set by hand, D defect, C calibration, T over range, B link
    to the instrument lost (table 8); None if not told. `observed_at` is the factor's own
    SampleTime if it has one, else DataTime. A value that is no number stays a text; -999 is None.

    Raises:
        PayloadError: There is no good frame.
    """
    return frames(unhexed(payload), _MARK, _frame)


def _frame(payload: bytes, at: int) -> tuple[dict[str, Any], int]:
    length = payload[at + 2 : at + _HEADER]
    if len(length) < 4 or not length.isdigit():  # noqa: PLR2004 - digits of the length
        detail = f"its length is {length.decode(errors='backslashreplace')!r}"
        raise PayloadError(f"{detail}; expected four digits")
    start = at + _HEADER
    close = start + int(length)
    data, crc = payload[start:close], payload[close : close + 4]
    if len(payload) < close + 4:
        there = len(payload) - start
        raise PayloadError(f"it is cut off: {there} of {int(length) + 4} bytes follow the length")
    found = hj212(data)
    if not _CRC.fullmatch(crc) or int(crc, 16) != found:
        sent = crc.decode(errors="backslashreplace")
        raise PayloadError(f"its checksum is {sent!r}, that of its data {found:04X}")
    return _tree(data.decode("ascii", "backslashreplace")), close + len(crc)


def _tree(data: str) -> dict[str, Any]:
    head, opened, rest = data.partition(_OPEN)
    content, closed, _ = rest.partition(_CLOSE)
    if opened and not closed:
        raise PayloadError("its CP has no end; expected CP=&&…&&")
    fields = dict(_pairs(head, ";"))
    pairs = [pair for group in content.split(";") for pair in _pairs(group, ",")]
    parameters = {key: value for key, value in pairs if "-" not in key}
    when = parameters.get(_TIME)
    data_time = instant(when).isoformat() if when else None
    return {
        **{name.lower(): fields.get(name) for name in _FIELDS},
        "data_time": data_time,
        "parameters": parameters,
        "factors": _factors([pair for pair in pairs if "-" in pair[0]], data_time),
    }


def _pairs(text: str, separator: str) -> list[Pair]:
    pairs = []
    for part in text.split(separator):
        key, equals, value = part.strip().partition("=")
        if not equals and key:
            raise PayloadError(f"{key!r} in its data; expected NAME=VALUE")
        if key:
            pairs.append((key.strip(), value.strip()))
    return pairs


def _factors(pairs: list[Pair], data_time: str | None) -> list[dict[str, Any]]:
    split = [(*key.rsplit("-", 1), value) for key, value in pairs]
    flags = {code: value for code, field, value in split if field == _FLAG}
    sampled = {
        code: instant(value).isoformat() for code, field, value in split if field == _SAMPLED
    }
    return [
        {
            "name": f"{code}-{field}",
            "code": code,
            "field": field,
            "value": _value(value),
            "flag": flags.get(code),
            "observed_at": sampled.get(code, data_time),
        }
        for code, field, value in split
        if field not in {_FLAG, _SAMPLED}
    ]


def _value(text: str) -> float | str | None:
    if not _NUMBER.fullmatch(text):
        return text or None
    number = float(text)
    if not math.isfinite(number):
        return text
    return None if number == _MISSING else number
