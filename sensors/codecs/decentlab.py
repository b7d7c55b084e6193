"""Decentlab LoRaWAN payloads, protocol version 2: DL-CWS2, a road sensor for winter.

From base64 (ChirpStack `data`, The Things Stack `frm_payload`), hexadecimal text or raw. A
payload is the version, the device's number, flags that say which sensors follow, and their
values, all big-endian. Formulas and names are those of the maker's decoder (decentlab-decoders).
"""

from collections.abc import Callable
from typing import Any, Final

from sensors.codecs.writing import understood
from sensors.payloads import PayloadError

_VERSION: Final = 2
_HEADER: Final = 5  # version, number, flags
_WORD: Final = 2

Formula = Callable[[int], float]


def _hundredths(word: int) -> float:
    return (word - 0x8000) / 100


# Sensors by the place of their flag, from the lowest: what each 16-bit value is.
_CWS2: Final[tuple[tuple[tuple[str, Formula], ...], ...]] = (
    (
        ("air_temperature_radiation_shield", lambda word: 175 * word / 0xFFFF - 45),  # Cel
        ("air_humidity_radiation_shield", lambda word: 100 * word / 0xFFFF),  # %RH
    ),
    (
        ("surface_temperature", _hundredths),  # Cel, as the rest of this sensor
        ("air_temperature", _hundredths),
        ("air_humidity", _hundredths),  # %RH
        ("dew_point", _hundredths),
        ("angle", lambda word: word - 0x8000),  # degrees from upright
        ("sensor_temperature", _hundredths),
    ),
    (("battery_voltage", lambda word: word / 1000),),  # V
)


def dl_cws2(_topic: bytes, payload: bytes) -> dict[str, Any]:
    """The values of a payload by name, with `protocol_version` and `device_id`.

    A sensor that the flags leave out has no names in the tree.

    Raises:
        PayloadError: No payload of version 2 of this model.
    """
    return understood(payload, _tree)


def _tree(data: bytes) -> dict[str, Any]:
    if data[:1] != bytes([_VERSION]):
        detail = f"protocol version {data[0]}" if data else "the payload is empty"
        raise PayloadError(f"{detail}; expected version {_VERSION}")
    flags = int.from_bytes(data[3:_HEADER])
    sensors = [sensor for place, sensor in enumerate(_CWS2) if flags >> place & 1]
    values = [value for sensor in sensors for value in sensor]
    expected = _HEADER + _WORD * len(values)
    if flags >> len(_CWS2) or len(data) != expected:
        detail = f"{len(data)} bytes with flags {flags:04X}; a DL-CWS2 has {expected}"
        raise PayloadError(f"{detail} and flags below {1 << len(_CWS2):04X}")
    words = [int.from_bytes(data[at : at + _WORD]) for at in range(_HEADER, expected, _WORD)]
    return {
        "protocol_version": _VERSION,
        "device_id": int.from_bytes(data[1:3]),
        **{name: formula(word) for (name, formula), word in zip(values, words, strict=True)},
    }
