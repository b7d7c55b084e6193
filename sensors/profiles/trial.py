"""A trial: what a profile makes of payloads in files, told to whoever writes the profile."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from monitoring.domain.entries import Text
from monitoring.domain.instants import from_us, rfc3339, to_us
from monitoring.domain.observations import (
    DeviceStatus,
    Frame,
    Observation,
    Quality,
    Reading,
    Reject,
)
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device, DeviceKind, Site, Source
from monitoring.faults import suggestion
from sensors.packets import Message
from sensors.profiles.decoder import ProfileDecoder
from sensors.profiles.model import Profile
from sensors.profiles.seen import Seen

_KINDS: Final = (DeviceKind.STATION, DeviceKind.CAMERA)  # the one has values, the other pictures
_NOTHING: Final = "ignored on purpose, or a first total, or no value: nothing to observe"


class TrialError(ValueError):
    """The payloads give nothing; the message says why."""


def try_payloads(
    profiles: Mapping[str, Profile], site: Site, profile_id: str, topic: str,
    files: Sequence[Path], device_id: str | None, now: datetime,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> str:  # fmt: skip
    """What payloads would give, a line each, if they came one after the other now.

    Args:
        parameters: What the profile needs to know of a device that is not configured.

    Raises:
        TrialError: They give no reading; or what is asked for is not there.
    """
    profile = profiles.get(profile_id)
    if profile is None:
        raise TrialError(f"There is no profile {profile_id!r}; {suggestion(profile_id, profiles)}.")
    tried = profile.model_copy(update={"listen": True})
    messages = [_message(topic, file) for file in files]
    devices = _devices(tried, site, messages, device_id, parameters)
    decoder = ProfileDecoder([tried], devices)
    lines: list[str] = []
    is_read = False
    for place, message in enumerate(messages):
        # Each has an instant of its own, as in the intake.
        readings = decoder.decode(message, to_us(now) + place)
        if readings is None:
            filters = ", ".join(decoder.topics)
            raise TrialError(f"Profile {profile_id!r} does not read {topic!r}; it reads {filters}.")
        is_read = is_read or not all(isinstance(reading, Reject) for reading in readings)
        lines += [_line(reading) for reading in readings] or [_NOTHING]
    if not is_read:
        raise TrialError("\n".join(lines))
    return "\n".join(lines)


def _message(topic: str, file: Path) -> Message:
    try:
        payload = file.read_bytes()
    except OSError as error:
        raise TrialError(f"{file} cannot be read: {error.strerror}.") from error
    return Message(topic.encode(), payload, 1, 1, is_retained=False, properties=b"", link=1)


def _devices(
    profile: Profile, site: Site, messages: Sequence[Message], device_id: str | None,
    parameters: Mapping[str, float],
) -> list[Device]:  # fmt: skip
    """Who shall have sent the messages: the device asked for, those configured, or anybody."""
    names = _names(profile, messages)
    if device_id is not None:
        device = site.device.get(device_id)
        if device is None:
            hint = suggestion(device_id, site.device)
            raise TrialError(f"There is no device {device_id!r}; {hint}.")
        return [_heard(device, profile, names)]
    bound = [d for d in site.devices if any(s.profile == profile.id for s in d.sources)]
    known = {s.id.casefold() for d in bound for s in d.sources if s.profile == profile.id}
    strangers = [name for name in names if name.casefold() not in known]
    if strangers and (missing := sorted(profile.parameters - parameters.keys())):
        raise TrialError(
            f"{strangers[0]!r} is in the sources of no device; profile {profile.id!r} needs "
            f"{', '.join(missing)} of it: give --parameter {missing[0]}=…, or --device."
        )
    return bound + [_anybody(profile, n, k, parameters) for n in strangers for k in _KINDS]


def _anybody(
    profile: Profile, name: str, kind: DeviceKind, parameters: Mapping[str, float]
) -> Device:
    """A device that is not configured."""
    text = Text(zh=name, en=name)
    device = Device(id="x", kind=kind, name=text, segment="x", cadence=timedelta(minutes=1))
    source = Source(profile=profile.id, id=name, **parameters)
    return device.model_copy(update={"id": name, "sources": (source,)})


def _heard(device: Device, profile: Profile, names: Sequence[str]) -> Device:
    """The device as if it had sent the messages."""
    own = next((s for s in device.sources if s.profile == profile.id), None)
    parameters = own.parameters if own else {}
    missing = sorted(profile.parameters - parameters.keys())
    if missing:
        raise TrialError(
            f"Device {device.id!r} needs a source of {profile.id!r} with {missing[0]}."
        )
    sources = [Source(profile=profile.id, id=name, **parameters) for name in names]
    return device.model_copy(update={"sources": tuple(sources) or device.sources})


def _names(profile: Profile, messages: Sequence[Message]) -> list[str]:
    """The external ids that stand in the messages."""
    decoder = ProfileDecoder([profile], [])
    names: dict[str, None] = {}
    for message in messages:
        topic = decoder.topic(message.topic)
        for route in topic.routes if topic else ():
            seen = Seen(message, topic.levels if topic else (), 0)
            names |= dict.fromkeys(route.names(seen))
    return list(names)


def _line(reading: Reading) -> str:
    match reading:
        case Observation(device, name, time_us, value, quality):
            quantity = QUANTITIES[name]
            told = quantity.states[int(value)] if quantity.states else f"{value:g} {quantity.unit}"
            doubt = "" if quality is Quality.GOOD else f"  {quality.name.lower()}"
            return f"{device}  {name}  {told}  {rfc3339(from_us(time_us))}{doubt}"
        case Frame(camera, time_us, jpeg):
            return f"{camera}  picture  {len(jpeg)} bytes  {rfc3339(from_us(time_us))}"
        case DeviceStatus(device, time_us, is_online):
            word = "online" if is_online else "offline"
            return f"{device}  {word}  {rfc3339(from_us(time_us))}"
        case Reject():
            return f"{reading.reason}: {reading.detail}"
