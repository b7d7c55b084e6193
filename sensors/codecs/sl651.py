"""SL 651-2014 水文监测数据通信规约: upward frames in HEX/BCD coding (6.3, 6.5, 6.6).

As they come through transparent DTUs: raw, or as hexadecimal text. A frame is `7E7E`, centre,
station, password, function, direction and length, `02`, body, end, CRC-16/MODBUS. Times are
Beijing time. The frames of the ASCII coding (beginning with 01) are not read.

Split messages (16 for 02) are refused: only their first packet has a serial number, so that
after a loss the packets of two messages would be put together and no checksum would tell.

The password of a frame is left out of the tree.
"""

from typing import Any, Final

from sensors.codecs.beijing import instant
from sensors.codecs.checksums import modbus
from sensors.codecs.framing import frames
from sensors.codecs.sl651_elements import Body, elements
from sensors.codecs.writing import unhexed
from sensors.payloads import PayloadError

_MARK: Final = b"\x7e\x7e"
_HEADER: Final = 14  # bytes before the body
_TAIL: Final = 3  # end and checksum
_UP: Final = 0
_DOWN: Final = 8
_STX: Final = 0x02
_SYN: Final = 0x16
_STATION: Final = b"\xf1\xf1"

# Appendix B. Those in `_WITH_ELEMENTS` have a body of elements.
_FUNCTIONS: Final = {
    0x2F: "keep_alive",
    0x30: "test",
    0x31: "even_interval",
    0x32: "timed",
    0x33: "added",
    0x34: "hourly",
    0x35: "manual",
    0x36: "picture",
    0x37: "queried_now",
    0x38: "queried_period",
    0x3A: "queried_elements",
}
_WITH_ELEMENTS: Final = frozenset({0x30, 0x31, 0x32, 0x33, 0x34, 0x37, 0x38, 0x3A})
_INTERVALS: Final = frozenset({0x31, 0x38})

# Appendix A: the letter of a station's kind.
_STATIONS: Final = {
    "P": "precipitation",
    "H": "river",
    "K": "reservoir",
    "Z": "gate",
    "D": "pump",
    "T": "tide",
    "M": "soil_moisture",
    "G": "groundwater",
    "Q": "water_quality",
    "I": "intake",
    "O": "outlet",
}


def read(_topic: bytes, payload: bytes) -> dict[str, Any]:
    """The `frames` of a payload, and the `faults` of those that can't be read.

    Each frame has `function` and `station_kind` by code and name, `centre`, `station`, `serial`,
    `sent_at` and `elements` (`sl651_elements.elements`). What has no elements, such as the
    answers to settings, has its `body` in hexadecimal.

    Raises:
        PayloadError: There is no good frame.
    """
    return frames(unhexed(payload), _MARK, _frame)


def _frame(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    if len(data) < at + _HEADER:
        raise PayloadError(f"it is cut off after {len(data) - at} bytes")
    function = data[at + 10]
    word = int.from_bytes(data[at + 11 : at + 13])
    direction, size = word >> 12, word & 0xFFF
    if direction not in {_UP, _DOWN}:
        raise PayloadError(f"its direction is {direction:X}; expected 0, up, or 8, down")
    end = at + _HEADER + size + _TAIL
    if len(data) < end:
        raise PayloadError(f"it is cut off: {len(data) - at} of {end - at} bytes are there")
    sent, found = int.from_bytes(data[end - 2 : end]), modbus(data[at : end - 2])
    if sent != found:
        raise PayloadError(f"its checksum is {sent:04X}, that of its bytes {found:04X}")
    if direction == _DOWN:
        raise PayloadError("it goes from the centre down to a station; expected a report")
    body = data[at + _HEADER : end - _TAIL]
    _check_start(data[at + 13], body)
    tree = {
        "function": f"{function:02X}",
        "kind": _FUNCTIONS.get(function),
        "centre": f"{data[at + 2]:02X}",
        "station": data[at + 3 : at + 8].hex().upper(),
    }
    return tree | _body(function, Body(body)), end


def _check_start(start: int, body: bytes) -> None:
    if start == _SYN:
        word = int.from_bytes(body[:3])
        which = f"packet {word & 0xFFF} of {word >> 12}"
        raise PayloadError(f"{which} of a split message; let the station send shorter messages")
    if start != _STX:
        raise PayloadError(f"its body begins with {start:02X}; expected 02")


def _body(function: int, body: Body) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "serial": int.from_bytes(body.take(2, "the serial number")),
        "sent_at": instant("20" + body.take(6, "the time of sending").hex()).isoformat(),
        "station_kind": None,
        "elements": [],
    }
    if function not in _WITH_ELEMENTS:
        return tree | {"body": body.rest().hex().upper()}
    if body.skip(_STATION):
        tree["station"] = body.take(5, "the station").hex().upper()
        code = body.take(1, "the kind of station")
        tree["station_kind"] = _STATIONS.get(code.decode("latin-1"), code.hex().upper())
    tree["elements"] = elements(body, is_even=function in _INTERVALS)
    return tree
