"""The scout: who is named in messages that nobody could use, and what they would give.

It reads with decoders of its own, so that looking changes nothing in what counts.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from monitoring.domain.devices import NATIVE, Candidate
from monitoring.domain.entries import Text
from monitoring.domain.observations import Frame, Observation
from monitoring.domain.site import Device, DeviceKind, Source
from sensors.native import NativeDecoder
from sensors.packets import Message
from sensors.profiles.decoder import ProfileDecoder
from sensors.profiles.model import Profile
from sensors.profiles.seen import Seen

_NATIVE_LEVELS: Final = 3  # root, kind and device
_KINDS: Final = (DeviceKind.STATION, DeviceKind.CAMERA)  # the one has values, the other pictures


class Scout:
    """Looks at messages for the devices of a site.

    Args:
        root: First level of the native topics.
    """

    def __init__(
        self, root: str, profiles: Iterable[Profile], devices: Mapping[str, Device]
    ) -> None:
        self._root = root
        self._devices = devices
        self._profiles = {p.id: p.model_copy(update={"listen": True}) for p in profiles}
        self._names = ProfileDecoder(self._profiles.values(), ())
        self._bound = {(s.profile, s.id.casefold()) for d in devices.values() for s in d.sources}

    def strangers(self, message: Message) -> list[tuple[str, str]]:
        """Profile and external id of everybody in a message whom no device is bound to."""
        levels = message.topic.decode(errors="backslashreplace").split("/")
        if len(levels) == _NATIVE_LEVELS and levels[0] == self._root:
            return [] if levels[2] in self._devices else [(NATIVE, levels[2])]
        topic = self._names.topic(message.topic)
        seen = Seen(message, topic.levels if topic else (), 0)
        named = [
            (route.profile, name)
            for route in (topic.routes if topic else ())
            for name in route.names(seen)
        ]
        return [
            key for key in dict.fromkeys(named) if (key[0], key[1].casefold()) not in self._bound
        ]

    def sample(self, profile: str, external: str, message: Message, arrived_us: int) -> Candidate:
        """A stranger as a candidate, with what the message would give if it were bound."""
        known = self._profiles.get(profile)
        if known is None:
            decoder = NativeDecoder(self._root, {external: _anybody(profile, external, _KINDS[0])})
            readings = decoder.decode(message, arrived_us)
            is_frame = message.topic.startswith(f"{self._root}/frame/".encode())
            return _candidate(profile, external, readings, arrived_us, (), is_camera=is_frame)
        people = [_anybody(profile, external, kind) for kind in _KINDS]
        found = ProfileDecoder([_without_parameters(known)], people).decode(message, arrived_us)
        parameters = tuple(sorted(known.parameters))
        is_frame = any(isinstance(reading, Frame) for reading in found or ())
        return _candidate(
            profile, external, found or (), arrived_us, parameters, is_camera=is_frame,
            measured=_measured(known),
        )  # fmt: skip


def _candidate(
    profile: str, external: str, readings: Iterable[object], seen_us: int,
    parameters: tuple[str, ...], *, is_camera: bool, measured: tuple[str, ...] = (),
) -> Candidate:  # fmt: skip
    values = {r.quantity: r.value for r in readings if isinstance(r, Observation)}
    return Candidate(
        profile, external, external, seen_us, tuple(dict.fromkeys((*measured, *values))),
        tuple(values.items()), parameters, is_camera=is_camera,
    )  # fmt: skip


def _measured(profile: Profile) -> tuple[str, ...]:
    """What depends on a parameter and can therefore have no sample."""
    values = (v for form in profile.messages for v in form.values if v.below)
    return tuple(dict.fromkeys(v.quantity for v in values))


def _without_parameters(profile: Profile) -> Profile:
    """The profile without the values that need to know more of a device."""
    forms = tuple(
        form.model_copy(update={"values": tuple(v for v in form.values if not v.below)})
        for form in profile.messages
    )
    return profile.model_copy(update={"messages": forms})


def _anybody(profile: str, external: str, kind: DeviceKind) -> Device:
    """A device that is not configured."""
    text = Text(zh="x", en="x")
    device = Device(id="x", kind=kind, name=text, segment="x", cadence=timedelta(minutes=1))
    sources = (Source(profile=profile, id=external),) if profile != NATIVE else ()
    return device.model_copy(update={"id": external, "sources": sources})
