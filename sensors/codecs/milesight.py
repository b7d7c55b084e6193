"""Milesight LoRaWAN payloads: EM500-UDL, EM500-SWL and WTS506 (also WTS305, WTS505).

From base64 (ChirpStack `data`, The Things Stack `frm_payload`), hexadecimal text or raw. A
payload is a row of channels: number, type, and a value of the type's length, little-endian.
Channels, lengths and the names in the tree are those of the maker's decoders (Milesight-IoT/
SensorDecoders), so that a profile for their decoded object fits what is read here too.

The alarm channel of the EM500-UDL (83 E9) is not called `distance` here: the maker's decoder
divides it by ten and calls both millimetres, and we have not seen a device that says which.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sensors.codecs.writing import understood
from sensors.payloads import PayloadError

Field = tuple[str, str, int]  # name in the tree, letter of `struct`, what it is divided by
Channels = Mapping[bytes, tuple[Field, ...]]

_BATTERY: Final = ("battery", "B", 1)
_DISTANCE: Final = ("distance", "H", 1)
_DEPTH: Final = ("depth", "H", 1)
_TEMPERATURE: Final = ("temperature", "h", 10)
_HUMIDITY: Final = ("humidity", "B", 2)
_DIRECTION: Final = ("wind_direction", "h", 10)
_PRESSURE: Final = ("pressure", "H", 10)
_SPEED: Final = ("wind_speed", "H", 10)
_RAIN16: Final = ("rainfall_total", "H", 100)
_RAIN32: Final = ("rainfall_total", "I", 100)
_COUNTER: Final = ("rainfall_counter", "B", 1)
_TIME: Final = ("timestamp", "I", 1)
_WEATHER: Final = (_TIME, _TEMPERATURE, _HUMIDITY, _PRESSURE, _DIRECTION, _SPEED)

_DISTANCE_ALARM: Final = (
    ("alarm_distance", "H", 10),
    ("alarm_distance_mutation", "H", 10),
    ("distance_alarm", "B", 1),
)
_DISTANCE_WORDS: Final = ("normal", "threshold_alarm", "mutation_alarm")
_ALARM_WORDS: Final = ("threshold alarm release", "threshold alarm")
_WORDS: Final = {
    "distance_alarm": _DISTANCE_WORDS,
    "temperature_alarm": _ALARM_WORDS,
    "pressure_alarm": _ALARM_WORDS,
    "wind_speed_alarm": _ALARM_WORDS,
    "rainfall_alarm": _ALARM_WORDS,
}
_DEPTH_ERRORS: Final = {0xFFFF: "collection failed", 0xFFFD: "out of range"}

# What a device says of itself, and its answers to settings: the length by the type.
_ABOUT: Final = 0xFF
_ANSWER: Final = 0xFE
_LENGTHS: Final = {
    0x01: 1, 0x02: 2, 0x03: 2, 0x06: 9, 0x09: 2, 0x0A: 2, 0x0B: 1, 0x0F: 1, 0x10: 1, 0x11: 4,
    0x16: 8, 0x17: 2, 0x1B: 5, 0x1C: 2, 0x27: 1, 0x28: 1, 0x35: 8, 0x3B: 1, 0x4A: 1, 0x67: 1,
    0x68: 1, 0x69: 1, 0x6A: 3, 0x84: 1, 0x96: 8, 0xF1: 4, 0xF2: 2, 0xF5: 1, 0xFE: 1, 0xFF: 2,
}  # fmt: skip
_SERIAL: Final = b"\xff\x16"
_LARGEST: Final = 255  # bytes of a LoRaWAN payload
_HISTORY: Final = b"\xce"  # the type of records that come late


@dataclass(frozen=True, slots=True)
class MilesightReader:
    """Reads the payloads of one model; the same channel means another thing on another model.

    The tree has the values of the payload by name; `history`, records that come late, each with
    its own `timestamp` in seconds since 1970; `sn`; `settings`, other things that the device says
    of itself, as hexadecimal by channel; and `faults`. What a payload does not tell is not there.

    Attributes:
        model: As the maker calls it.
        channels: Fields by number and type of the channel.
    """

    model: str
    channels: Channels

    def __call__(self, _topic: bytes, payload: bytes) -> dict[str, Any]:
        """The tree of a payload.

        Raises:
            PayloadError: It does not begin with a channel of the model.
        """
        return understood(payload, self._tree)

    def _tree(self, data: bytes) -> dict[str, Any]:
        if len(data) > _LARGEST:
            raise PayloadError(f"{len(data):,} bytes; a LoRaWAN payload has at most {_LARGEST}")
        tree: dict[str, Any] = {}
        at = 0
        try:
            while at < len(data):
                at = self._channel(data, at, tree)
        except PayloadError as error:
            if not tree:
                raise
            return tree | {"faults": [str(error)]}  # what stands before it is sound
        if not tree:
            raise PayloadError("the payload is empty")
        return tree | {"faults": []}

    def _channel(self, data: bytes, at: int, tree: dict[str, Any]) -> int:
        """Put the channel at `at` into the tree; where the next one begins."""
        channel, start = data[at : at + 2], at + 2
        fields = self.channels.get(channel)
        form = struct.Struct("<" + "".join(letter for _, letter, _ in fields or ()))
        is_setting = len(channel) > 1 and channel[0] in {_ABOUT, _ANSWER}
        size = _LENGTHS.get(channel[1]) if is_setting else form.size
        if not size:
            detail = f"channel {channel.hex(' ')} at byte {at} is not known of {self.model}"
            raise PayloadError(f"{detail}; {len(data) - at} bytes from there were not read")
        raw = data[start : start + size]
        if len(raw) < size:
            detail = f"channel {channel.hex(' ')} is cut off: {len(raw)} of {size} bytes are there"
            raise PayloadError(detail)
        if channel == _SERIAL:
            tree["sn"] = raw.hex()
        elif fields is None:
            tree.setdefault("settings", {})[channel.hex()] = raw.hex()
        elif channel[1:] == _HISTORY:
            tree.setdefault("history", []).append(_values(fields, form.unpack(raw)))
        else:
            tree |= _values(fields, form.unpack(raw))
        return start + size


def _values(fields: tuple[Field, ...], numbers: tuple[int, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for (name, _, divisor), number in zip(fields, numbers, strict=True):
        if name == "depth" and number in _DEPTH_ERRORS:
            told |= {"depth": None, "depth_error": _DEPTH_ERRORS[number]}
        elif name in _WORDS:
            words = _WORDS[name]
            told[name] = words[number] if number < len(words) else "unknown"
        else:
            told[name] = number / divisor if divisor > 1 else number
    return told


def _alarm(name: str, *fields: Field) -> tuple[Field, ...]:
    return (*fields, (f"{name}_alarm", "B", 1))


em500_udl: Final = MilesightReader(
    "EM500-UDL",
    {
        b"\x01\x75": (_BATTERY,),
        b"\x03\x82": (_DISTANCE,),
        b"\x83\xe9": _DISTANCE_ALARM,
        b"\x20\xce": (_TIME, _DISTANCE),
    },
)
em500_swl: Final = MilesightReader(
    "EM500-SWL",
    {
        b"\x01\x75": (_BATTERY,),
        b"\x03\x77": (_DEPTH,),
        b"\x20\xce": (_TIME, _DEPTH),
    },
)
wts506: Final = MilesightReader(
    "WTS506",
    {
        b"\x01\x75": (_BATTERY,),
        b"\x03\x67": (_TEMPERATURE,),
        b"\x04\x68": (_HUMIDITY,),
        b"\x05\x84": (_DIRECTION,),
        b"\x06\x73": (_PRESSURE,),
        b"\x07\x92": (_SPEED,),
        b"\x08\x77": (_RAIN16, _COUNTER),
        b"\x08\xec": (_RAIN32, _COUNTER),
        b"\x83\x67": _alarm("temperature", _TEMPERATURE),
        b"\x86\x73": _alarm("pressure", _PRESSURE),
        b"\x87\x92": _alarm("wind_speed", _SPEED),
        b"\x88\xec": _alarm("rainfall", _RAIN32, _COUNTER),
        b"\x20\xce": (*_WEATHER, _RAIN16),
        b"\x21\xce": (*_WEATHER, _RAIN32),
    },
)
