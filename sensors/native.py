"""Our own topics: what `<root>/obs`, `/frame` and `/status` messages say.

It never raises: what can't be used comes back as a reject that says why.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from monitoring.domain.instants import from_us, rfc3339, span_us, to_us
from monitoring.domain.observations import (
    DeviceStatus,
    Frame,
    Observation,
    Quality,
    Reading,
    Reason,
    Reject,
)
from monitoring.domain.quantities import QUANTITIES, Quantity
from monitoring.domain.site import Device, DeviceKind
from sensors import jpeg
from sensors.packets import Message
from sensors.plain import plain
from sensors.senml import Entry, Fault, NotJsonError, NotSenmlError, entries
from sensors.units import CONVERSIONS, DIGITS, SAME

LARGEST: Final = 4 << 20  # bytes of a payload
KEPT: Final = 64 << 10  # bytes of a payload that quarantine keeps
_DETAIL: Final = 500  # characters of a sentence, which may quote what was sent
AHEAD: Final = timedelta(minutes=5)  # how far in the future a clock may be
_AHEAD_US: Final = span_us(AHEAD)
_MOST: Final = 16  # faulty records of one message that are told one by one

Refuse = Callable[[Reason, str], Reject]


def native_topics(root: str) -> list[str]:
    """Filters of the topics that are read; those too deep too, to say that they are."""
    return [f"{root}/{kind}/#" for kind in ("obs", "frame", "status")]


class NativeDecoder:
    """Reads native topics for the devices of a site."""

    def __init__(self, root: str, devices: Mapping[str, Device]) -> None:
        self._devices = devices
        self._readers = {"obs": self._observations, "frame": self._frame, "status": self._status}
        # A topic is taken apart once: a device sends on the same one for years.
        self._known = {
            f"{root}/{kind}/{name}".encode(): (kind, device)
            for kind in self._readers
            for name, device in devices.items()
        }

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says."""
        if len(message.payload) > LARGEST:
            size = f"{len(message.payload) / (1 << 20):.1f} MiB"
            return _reject(message, arrived_us, Reason.TOO_LARGE, f"{size}; at most 4 MiB are read")
        known = self._known.get(message.topic)
        if known is None:
            return self._unknown(message, arrived_us)
        kind, device = known
        return self._readers[kind](message, device, arrived_us)

    def _unknown(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        try:
            levels = message.topic.decode().split("/")
        except UnicodeDecodeError:
            return _reject(message, arrived_us, Reason.TOPIC, "the topic is no UTF-8")
        if len(levels) == 3 and levels[1] in self._readers:  # noqa: PLR2004 - root, kind, device
            detail = f"no device {levels[2]!r} is configured; add it to devices.yaml"
            return _reject(message, arrived_us, Reason.UNKNOWN_DEVICE, detail)
        detail = "expected <root>/obs/<device>, <root>/frame/<camera> or <root>/status/<device>"
        return _reject(message, arrived_us, Reason.TOPIC, detail)

    def _observations(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if device.kind is DeviceKind.CAMERA:
            detail = f"{device.id!r} is configured as camera; cameras publish to frame/"
            return _reject(message, arrived_us, Reason.TOPIC, detail)
        short = plain(message.payload, device.id, arrived_us, arrived_us + _AHEAD_US)
        if short is not None:
            return short
        readings: list[Reading] = []
        faults = 0
        try:
            for entry in entries(message.payload, arrived_us):
                if faults > _MOST and isinstance(entry, Fault):
                    faults += 1
                    continue
                reading = _observation(message, device, entry, arrived_us)
                if isinstance(reading, Reject):
                    faults += 1
                    if faults > _MOST:  # or 4 MiB of faults would fill the disk
                        continue
                readings.append(reading)
        except NotJsonError as error:
            return _reject(message, arrived_us, Reason.NOT_JSON, str(error))
        except NotSenmlError as error:
            return _reject(message, arrived_us, Reason.NOT_SENML, str(error))
        if faults > _MOST:
            detail = f"{faults - _MOST} more records of this message can't be used"
            readings.extend(_reject(message, arrived_us, Reason.NOT_SENML, detail))
        return readings or _reject(message, arrived_us, Reason.NOT_SENML, "the pack holds no value")

    def _frame(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if device.kind is not DeviceKind.CAMERA:
            detail = f"{device.id!r} is configured as {device.kind}, not as camera"
            return _reject(message, arrived_us, Reason.UNKNOWN_DEVICE, detail)
        fault = jpeg.fault(message.payload)
        if fault is not None:
            return _reject(message, arrived_us, Reason.NOT_JPEG, f"{fault}; expected one JPEG")
        try:
            time_us = arrived_us if message.time is None else _instant_us(message.time)
        except ValueError as error:
            return _reject(message, arrived_us, Reason.BAD_VALUE, f"user property time: {error}")
        if time_us > arrived_us + _AHEAD_US:
            return _future(message, arrived_us, time_us)
        if time_us < 0:
            detail = "user property time is before 1970; set the camera's clock"
            return _reject(message, arrived_us, Reason.BAD_VALUE, detail)
        return (Frame(device.id, time_us, message.payload),)

    def _status(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if message.payload in (b"online", b"offline"):
            return (DeviceStatus(device.id, arrived_us, message.payload == b"online"),)
        if message.is_retained and not message.payload:
            return ()  # a retained status was deleted
        return _reject(message, arrived_us, Reason.BAD_STATUS, "expected online or offline")


def _observation(
    message: Message, device: Device, entry: Entry | Fault, arrived_us: int
) -> Reading:
    """One record as an observation, or why it is none."""

    def reject(reason: Reason, detail: str) -> Reject:
        return _reject(message, arrived_us, reason, detail)[0]

    if isinstance(entry, Fault):
        return reject(Reason.BAD_VALUE if entry.is_value else Reason.NOT_SENML, entry.detail)
    quantity = QUANTITIES.get(entry.name)
    if quantity is None:
        return reject(Reason.UNKNOWN_QUANTITY, f"{entry.name!r} is no canonical quantity")
    if entry.time_us > arrived_us + _AHEAD_US:
        return _future(message, arrived_us, entry.time_us)[0]
    if entry.time_us < 0:
        return reject(Reason.BAD_VALUE, "its time is before 1970; set the device's clock")
    read = _state if quantity.states else _number
    return read(entry, quantity, device, reject)


def _state(entry: Entry, quantity: Quantity, device: Device, reject: Refuse) -> Reading:
    word = str(entry.value).lower() if isinstance(entry.value, bool) else entry.value
    if word not in quantity.states:
        expected = ", ".join(quantity.states)
        return reject(Reason.BAD_VALUE, f"{entry.name} {word!r}; expected one of {expected}")
    value = float(quantity.states.index(str(word)))
    return Observation(device.id, entry.name, entry.time_us, value)


def _number(entry: Entry, quantity: Quantity, device: Device, reject: Refuse) -> Reading:
    if isinstance(entry.value, bool | str) or not math.isfinite(entry.value):
        return reject(Reason.BAD_VALUE, f"{entry.name} {entry.value!r}; expected a number")
    known = CONVERSIONS[entry.name]
    conversion = known.get(entry.unit or quantity.unit)
    if conversion is None:
        expected = ", ".join(known)
        return reject(Reason.UNKNOWN_UNIT, f"{entry.name} in {entry.unit!r}; expected {expected}")
    value = entry.value
    if conversion != SAME:
        value = round(value * conversion[0] + conversion[1], DIGITS)
        if not math.isfinite(value):
            return reject(Reason.BAD_VALUE, f"{entry.name} {entry.value!r} is beyond any number")
    quality = Quality.GOOD if quantity.low <= value <= quantity.high else Quality.SUSPECT
    return Observation(device.id, entry.name, entry.time_us, value, quality)


def _instant_us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


def _future(message: Message, arrived_us: int, time_us: int) -> tuple[Reject]:
    try:
        told = rfc3339(from_us(time_us))
    except OverflowError:
        told = "a time beyond the calendar"
    detail = f"{told} is more than 5 min ahead of our clock; set the device's clock"
    return _reject(message, arrived_us, Reason.FUTURE, detail)


def _reject(message: Message, arrived_us: int, reason: Reason, detail: str) -> tuple[Reject]:
    topic = message.topic.decode(errors="backslashreplace")
    if not topic.isprintable():  # control characters, which PostgreSQL and terminals refuse
        topic = topic.encode("unicode_escape").decode()
    size = len(message.payload)
    if len(detail) > _DETAIL:
        detail = f"{detail[:_DETAIL]}…"
    return (Reject(topic, reason, detail, message.payload[:KEPT], size, arrived_us),)
