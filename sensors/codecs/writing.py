"""How devices and gateways write bytes down: as they are, in hexadecimal, or in base64."""

import base64
import binascii
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from sensors.payloads import PayloadError

Tree = TypeVar("Tree")

_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def unhexed(payload: bytes) -> bytes:
    """What hexadecimal text stands for, spaces and line ends ignored; other bytes as they are."""
    text = b"".join(payload.split())
    return binascii.unhexlify(text) if _HEX.fullmatch(text) else payload


def understood(payload: bytes, read: Callable[[bytes], Tree]) -> Tree:
    """What `read` makes of the bytes that hex or base64 text stands for; other bytes as they are.

    Text of hex digits can be either: then the first of the two that can be read.

    Raises:
        PayloadError: `read` can't read any.
    """
    text = b"".join(payload.split())
    meanings = [binascii.unhexlify(text)] if _HEX.fullmatch(text) else []
    if text and _BASE64.fullmatch(text):
        meanings.append(base64.b64decode(text))
    *others, last = meanings or [payload]
    for meaning in others:
        with suppress(PayloadError):
            return read(meaning)
    return read(last)
