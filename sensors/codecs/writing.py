"""How devices and gateways write bytes down: as they are, in hexadecimal, or in base64."""

import base64
import binascii
import re
from typing import Final

_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def unhexed(payload: bytes) -> bytes:
    """What hexadecimal text stands for, spaces and line ends ignored; other bytes as they are."""
    text = b"".join(payload.split())
    return binascii.unhexlify(text) if _HEX.fullmatch(text) else payload


def meanings(payload: bytes) -> list[bytes]:
    """What a payload may stand for: the bytes of hex text, those of base64 text, or itself.

    Text of hex digits can be either, so that the first meaning that makes sense is to be taken.
    """
    text = b"".join(payload.split())
    found = [binascii.unhexlify(text)] if _HEX.fullmatch(text) else []
    if text and _BASE64.fullmatch(text):
        found.append(base64.b64decode(text))
    return found or [payload]
