"""Our own topics: what `<root>/obs`, `/frame` and `/status` messages say.

It never raises: what can't be used comes back as a reject that says why.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitoring.domain.instants import to_us
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
from sensors.rejects import AHEAD_US, LARGEST, MOST, reject, untimely
from sensors.senml import Entry, Fault, NotJsonError, NotSenmlError, entries
from sensors.units import CONVERSIONS, DIGITS, SAME

Refuse = Callable[[Reason, str], Reject]


class Others(Protocol):
    """Whoever reads topics that are not native."""

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading] | None:
        """What a message says; None where its topic is not theirs either."""
        ...


class NativeDecoder:
    """Reads native topics for the devices of a site, and has others read what is not native."""

    def __init__(
        self, root: str, devices: Mapping[str, Device], others: Others | None = None
    ) -> None:
        self._others = others
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
            return reject(message, arrived_us, Reason.TOO_LARGE, f"{size}; at most 4 MiB are read")
        known = self._known.get(message.topic)
        if known is None:
            return self._unknown(message, arrived_us)
        kind, device = known
        return self._readers[kind](message, device, arrived_us)

    def _unknown(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        if self._others is not None:
            readings = self._others.decode(message, arrived_us)
            if readings is not None:
                return readings
        try:
            levels = message.topic.decode().split("/")
        except UnicodeDecodeError:
            return reject(message, arrived_us, Reason.TOPIC, "the topic is no UTF-8")
        if len(levels) == 3 and levels[1] in self._readers:  # noqa: PLR2004 - root, kind, device
            detail = (
                f"no device {levels[2]!r} is known; bind it on /devices, or add it to devices.yaml"
            )
            return reject(message, arrived_us, Reason.UNKNOWN_DEVICE, detail)
        detail = (
            "expected <root>/obs/<device>, <root>/frame/<camera>, <root>/status/<device>"
            " or a topic of a device profile"
        )
        return reject(message, arrived_us, Reason.TOPIC, detail)

    def _observations(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if device.kind is DeviceKind.CAMERA:
            detail = f"{device.id!r} is configured as camera; cameras publish to frame/"
            return reject(message, arrived_us, Reason.TOPIC, detail)
        short = plain(message.payload, device.id, arrived_us, arrived_us + AHEAD_US)
        if short is not None:
            return short
        readings: list[Reading] = []
        faults = 0
        try:
            for entry in entries(message.payload, arrived_us):
                if faults > MOST and isinstance(entry, Fault):
                    faults += 1
                    continue
                reading = _observation(message, device, entry, arrived_us)
                if isinstance(reading, Reject):
                    faults += 1
                    if faults > MOST:  # or 4 MiB of faults would fill the disk
                        continue
                readings.append(reading)
        except NotJsonError as error:
            return reject(message, arrived_us, Reason.NOT_JSON, str(error))
        except NotSenmlError as error:
            return reject(message, arrived_us, Reason.NOT_SENML, str(error))
        if faults > MOST:
            detail = f"{faults - MOST} more records of this message can't be used"
            readings.extend(reject(message, arrived_us, Reason.NOT_SENML, detail))
        return readings or reject(message, arrived_us, Reason.NOT_SENML, "the pack holds no value")

    def _frame(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if device.kind is not DeviceKind.CAMERA:
            detail = f"{device.id!r} is configured as {device.kind}, not as camera"
            return reject(message, arrived_us, Reason.UNKNOWN_DEVICE, detail)
        fault = jpeg.fault(message.payload)
        if fault is not None:
            return reject(message, arrived_us, Reason.NOT_JPEG, f"{fault}; expected one JPEG")
        try:
            time_us = arrived_us if message.time is None else _instant_us(message.time)
        except ValueError as error:
            return reject(message, arrived_us, Reason.BAD_VALUE, f"user property time: {error}")
        if not 0 <= time_us <= arrived_us + AHEAD_US:
            return untimely(message, arrived_us, time_us)
        return (Frame(device.id, time_us, message.payload),)

    def _status(self, message: Message, device: Device, arrived_us: int) -> Sequence[Reading]:
        if message.payload in (b"online", b"offline"):
            return (DeviceStatus(device.id, arrived_us, message.payload == b"online"),)
        if message.is_retained and not message.payload:
            return ()  # a retained status was deleted
        return reject(message, arrived_us, Reason.BAD_STATUS, "expected online or offline")


def _observation(
    message: Message, device: Device, entry: Entry | Fault, arrived_us: int
) -> Reading:
    """One record as an observation, or why it is none."""

    def refuse(reason: Reason, detail: str) -> Reject:
        return reject(message, arrived_us, reason, detail)[0]

    if isinstance(entry, Fault):
        return refuse(Reason.BAD_VALUE if entry.is_value else Reason.NOT_SENML, entry.detail)
    quantity = QUANTITIES.get(entry.name)
    if quantity is None:
        return refuse(Reason.UNKNOWN_QUANTITY, f"{entry.name!r} is no canonical quantity")
    if not 0 <= entry.time_us <= arrived_us + AHEAD_US:
        return untimely(message, arrived_us, entry.time_us)[0]
    read = _state if quantity.states else _number
    return read(entry, quantity, device, refuse)


def _state(entry: Entry, quantity: Quantity, device: Device, refuse: Refuse) -> Reading:
    word = str(entry.value).lower() if isinstance(entry.value, bool) else entry.value
    if word not in quantity.states:
        expected = ", ".join(quantity.states)
        return refuse(Reason.BAD_VALUE, f"{entry.name} {word!r}; expected one of {expected}")
    value = float(quantity.states.index(str(word)))
    return Observation(device.id, entry.name, entry.time_us, value)


def _number(entry: Entry, quantity: Quantity, device: Device, refuse: Refuse) -> Reading:
    if isinstance(entry.value, bool | str) or not math.isfinite(entry.value):
        return refuse(Reason.BAD_VALUE, f"{entry.name} {entry.value!r}; expected a number")
    known = CONVERSIONS[entry.name]
    conversion = known.get(entry.unit or quantity.unit)
    if conversion is None:
        expected = ", ".join(known)
        return refuse(Reason.UNKNOWN_UNIT, f"{entry.name} in {entry.unit!r}; expected {expected}")
    value = entry.value
    if conversion != SAME:
        value = round(value * conversion[0] + conversion[1], DIGITS)
        if not math.isfinite(value):
            return refuse(Reason.BAD_VALUE, f"{entry.name} {entry.value!r} is beyond any number")
    quality = Quality.GOOD if quantity.low <= value <= quantity.high else Quality.SUSPECT
    return Observation(device.id, entry.name, entry.time_us, value, quality)


def _instant_us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))
