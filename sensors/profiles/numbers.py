"""Numbers in bytes, as registers of field devices hold them."""

import struct
from collections.abc import Callable
from functools import partial
from typing import Final


def _unpack(form: str, data: bytes) -> float:
    try:
        (number,) = struct.unpack(form, data)
    except struct.error as error:
        wanted = struct.calcsize(form)
        raise ValueError(f"{len(data)} bytes; expected {wanted} for this number") from error
    return float(number)


def _unpack_swapped(form: str, data: bytes) -> float:
    """Two registers of which the lower stands first, as many Modbus devices do."""
    return _unpack(form, data[2:] + data[:2])


_STRUCT: Final = {
    "u8": "B", "i8": "b",
    "u16be": ">H", "i16be": ">h", "u32be": ">I", "i32be": ">i", "f32be": ">f",
    "u16le": "<H", "i16le": "<h", "u32le": "<I", "i32le": "<i", "f32le": "<f",
}  # fmt: skip
_SWAPPED: Final = {"u32sw": ">I", "i32sw": ">i", "f32sw": ">f"}

FORMS: Final[dict[str, Callable[[bytes], float]]] = {
    **{name: partial(_unpack, form) for name, form in _STRUCT.items()},
    **{name: partial(_unpack_swapped, form) for name, form in _SWAPPED.items()},
}
"""Name → what reads such a number: type, bits and byte order; `sw` has its words swapped."""
