"""Protocol Buffers wire format: a message's fields by number, without its schema.

Source: the encoding guide at protobuf.dev. Groups, long since deprecated, are refused.
"""

import struct
from collections.abc import Iterator
from typing import Final

from sensors.payloads import PayloadError

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5

_WIDTHS: Final = {FIXED64: 8, FIXED32: 4}
_LONGEST: Final = 10  # bytes of a varint
_MOST: Final = 10_000  # fields of one message, so that nonsense costs little time and memory
_MASK64: Final = (1 << 64) - 1


class Message:
    """One message. Of a field that is sent twice the last value holds, as the guide demands.

    Args:
        data: The encoded message.

    Raises:
        PayloadError: No message, cut off, or of more than 10,000 fields.
    """

    def __init__(self, data: bytes) -> None:
        self._wholes: dict[int, int] = {}
        self._parts: dict[tuple[int, int], list[bytes]] = {}
        self.numbers: set[int] = set()
        for count, (number, wire, whole, part) in enumerate(_fields(data), 1):
            if count > _MOST:
                raise PayloadError(f"a message has more than {_MOST:,} fields; expected fewer")
            self.numbers.add(number)
            if wire == VARINT:
                self._wholes[number] = whole
            else:
                self._parts.setdefault((number, wire), []).append(part)

    def whole(self, number: int) -> int | None:
        """The varint of a field, unsigned; None if the field is absent."""
        if number in self._wholes:
            return self._wholes[number]
        self._check_absent(number)
        return None

    def part(self, number: int, wire: int = BYTES) -> bytes | None:
        """The bytes of a field; None if it is absent."""
        found = self.parts(number, wire)
        return found[-1] if found else None

    def parts(self, number: int, wire: int = BYTES) -> list[bytes]:
        """The bytes of a repeated field, in the order sent."""
        found = self._parts.get((number, wire), [])
        if not found:
            self._check_absent(number)
        return found

    def text(self, number: int) -> str | None:
        """The text of a field; None if it is absent."""
        part = self.part(number)
        try:
            return None if part is None else part.decode()
        except UnicodeDecodeError:
            raise PayloadError(f"the text in field {number} is no UTF-8") from None

    def _check_absent(self, number: int) -> None:
        if number in self.numbers:
            raise PayloadError(f"field {number} is of another wire type than its schema says")


def _fields(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Number, wire type, and the varint or the bytes of each field, in the order sent."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise PayloadError(f"field number 0 at byte {at}; expected a protobuf message")
        if wire == VARINT:
            whole, at = _varint(data, at)
            yield number, wire, whole, b""
            continue
        if wire == BYTES:
            size, at = _varint(data, at)
        elif wire in _WIDTHS:
            size = _WIDTHS[wire]
        else:
            raise PayloadError(f"wire type {wire} at byte {at}; expected a protobuf message")
        if size > len(data) - at:
            there = len(data) - at
            raise PayloadError(f"field {number} is cut off: {there} of {size} bytes are there")
        yield number, wire, 0, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The varint at `at`, cut to 64 bits, and where it ends."""
    value = 0
    for place, byte in enumerate(data[at : at + _LONGEST]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint
            return value & _MASK64, at + place + 1
    raise PayloadError(f"the varint at byte {at} has no end; expected a protobuf message")


def float32(raw: bytes) -> float:
    """The number of four bytes, as the shortest decimal that means it: 0.268, not 0.26800000667."""
    (exact,) = struct.unpack("<f", raw)
    for digits in range(6, 9):
        short = float(f"{exact:.{digits}g}")
        if struct.pack("<f", short) == raw:
            return short
    return float(exact)


def float64(raw: bytes) -> float:
    """The number of eight bytes."""
    (exact,) = struct.unpack("<d", raw)
    return float(exact)
