"""JPEG: whether bytes are a picture, without decoding it."""

from typing import Final

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF markers (T.81, B.1)
_SCAN: Final = 0xDA
_LARGEST: Final = 16_384  # pixels a side …
_MOST: Final = 50_000_000  # … and in all, so that whoever decodes it has room


def fault(data: bytes) -> str | None:
    """What keeps bytes from being a whole JPEG of sane size; None for a good one."""
    if not data.startswith(_START):
        return "it does not begin as a JPEG does"
    if not data.rstrip(b"\0").endswith(_END):
        return "the picture is cut off"
    at = len(_START)
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            width = int.from_bytes(data[at + 7 : at + 9], "big")
            is_sane = 0 < width <= _LARGEST and 0 < height <= _LARGEST and width * height <= _MOST
            return None if is_sane else f"{width} × {height} pixels are no picture of ours"
        if marker == _SCAN:
            break
        at += 2 + length
    return "it has no frame header"
