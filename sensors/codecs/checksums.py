"""Checksums of framed protocols: two CRCs of the polynomial A001 that begin with FFFF."""

from typing import Final


def _eight_steps(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


_TABLE: Final = tuple(_eight_steps(byte) for byte in range(256))


def modbus(data: bytes) -> int:
    """CRC-16/MODBUS, as SL 651-2014 demands it (6.5.2)."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def hj212(data: bytes) -> int:
    """The CRC of HJ 212-2017, appendix A: it meets each byte with its high half, unlike Modbus."""
    crc = 0xFFFF
    for byte in data:
        crc = _TABLE[(crc >> 8) ^ byte]
    return crc
