"""Devices that people bind to segments: candidates, who bound what, and the site with them.

A candidate has been heard or has announced itself. It is never shown as live before a named
person has bound it. What stands in the configuration wins over what was bound under the same id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitoring.domain.entries import Text
from monitoring.domain.site import Device, DeviceKind, Site, Source

ANNOUNCED: Final = "homeassistant"
"""In the place of a profile's id: the device announced itself (Home Assistant MQTT discovery)."""
NATIVE: Final = ""
"""In the place of a profile's id: the device is heard on the native topics."""


@dataclass(frozen=True, slots=True)
class AnnouncedValue:
    """Where an announced device sends a value, and how.

    Attributes:
        path: In the JSON payload; `$` where the payload is the value itself.
        unit: As sent; None for a state.
        true: Word that means a state is so; None for a number.
        false: Word that means it is not.
        is_total: It is a counter, of which the rise counts.
        below: Parameter from which it is a distance down, such as `mount_height_cm`.
    """

    topic: str
    path: str
    quantity: str
    unit: str | None = None
    true: str | None = None
    false: str | None = None
    is_total: bool = False
    below: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncedStatus:
    """Where an announced device, or its last will, says whether it is there."""

    topic: str
    online: str
    offline: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that is heard, or has announced itself, and is bound to no segment.

    Attributes:
        profile: Id of the profile that hears it, `NATIVE` or `ANNOUNCED`.
        external: Its own name there.
        name: What it calls itself; its external name where it says nothing.
        seen_us: When it was last heard; 0 where it has only announced itself.
        quantities: What it would report, as far as is known.
        sample: Quantity and value of what its newest message would give.
        parameters: What must be told of it, such as `mount_height_cm`.
        is_camera: Whether it sends pictures.
    """

    profile: str
    external: str
    name: str
    seen_us: int = 0
    quantities: tuple[str, ...] = ()
    sample: tuple[tuple[str, float], ...] = ()
    parameters: tuple[str, ...] = ()
    is_camera: bool = False
    values: tuple[AnnouncedValue, ...] = ()
    status: AnnouncedStatus | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by; upper and lower case are the same."""
        return self.profile, self.external.casefold()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a profile must know of a device."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class DeviceBound:
    """Somebody bound a device to a segment; the log says who and when.

    Attributes:
        device: The id that it has from now on.
        cadence_s: How often it should be heard.
        profile: As `Candidate.profile`.
        external: Its own name there.
        values: Of an announced device: what it said of itself by then.
    """

    device: str
    kind: DeviceKind
    name_zh: str
    name_en: str
    segment: str
    quantities: tuple[str, ...]
    cadence_s: float
    profile: str
    external: str
    parameters: tuple[Parameter, ...] = ()
    values: tuple[AnnouncedValue, ...] = ()
    status: AnnouncedStatus | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What the device is known by; upper and lower case are the same."""
        return self.profile, self.external.casefold()


@dataclass(frozen=True, slots=True)
class DeviceUnbound:
    """Somebody took a bound device out of the site again."""

    device: str


Bound = Mapping[str, DeviceBound]
"""Devices that are bound, by their id."""


class BindingError(ValueError):
    """The device can't be bound so; the message says why and what to do."""


def fold(bound: Bound, event: DeviceBound | DeviceUnbound) -> Bound:
    """The devices that are bound after an event."""
    others = {name: known for name, known in bound.items() if name != event.device}
    return others | {event.device: event} if isinstance(event, DeviceBound) else others


def bind(bound: Bound, asked: DeviceBound, site: Site) -> tuple[DeviceBound, ...]:
    """Decide a binding; nothing where it stands already.

    Raises:
        BindingError: The id or the device is taken, or there is no such segment.
    """
    if bound.get(asked.device) == asked:
        return ()
    if asked.device in bound or asked.device in site.device:
        raise BindingError(f"there is a device {asked.device!r} already; choose another id")
    if asked.profile == NATIVE and asked.device != asked.external:
        raise BindingError(f"on the native topics it is called {asked.external!r}; use that id")
    if asked.segment not in site.segment:
        raise BindingError(f"there is no segment {asked.segment!r}; see /api/v1/segments")
    if (other := holder(asked.key, bound, site)) is not None:
        raise BindingError(f"{asked.external!r} is bound as {other!r} already; unbind that first")
    as_device(asked)  # refuses ids and cadences that can't be
    return (asked,)


def unbind(bound: Bound, device: str) -> tuple[DeviceUnbound, ...]:
    """Decide that a device is bound no longer; nothing where it is not."""
    return (DeviceUnbound(device),) if device in bound else ()


def holder(key: tuple[str, str], bound: Bound, site: Site) -> str | None:
    """The id of the device that has a candidate's key; None where none has."""
    profile, external = key
    for name, known in bound.items():
        if known.key == key:
            return name
    for device in site.devices:
        if profile == NATIVE and device.id.casefold() == external:
            return device.id
        if any((s.profile, s.id.casefold()) == key for s in device.sources):
            return device.id
    return None


def profile_of(bound: DeviceBound) -> str:
    """Id of the profile by which a bound device is heard; an announced one has its own."""
    return f"ha-{bound.device}" if bound.profile == ANNOUNCED else bound.profile


def as_device(bound: DeviceBound) -> Device:
    """A bound device as the configuration would have it.

    Raises:
        BindingError: The configuration would refuse it.
    """
    parameters = {p.name: p.value for p in bound.parameters}
    names = [bound.external] if bound.profile != NATIVE else []
    if bound.profile == ANNOUNCED:
        topics = [v.topic for v in bound.values] + ([bound.status.topic] if bound.status else [])
        names = list(dict.fromkeys(topics))
    profile = profile_of(bound)
    try:
        return Device(
            id=bound.device,
            kind=bound.kind,
            name=Text(zh=bound.name_zh, en=bound.name_en),
            segment=bound.segment,
            quantities=bound.quantities,
            cadence=timedelta(seconds=bound.cadence_s),
            sources=tuple(Source(profile=profile, id=name, **parameters) for name in names),
        )
    except ValueError as error:
        raise BindingError(str(error)) from error


def is_joined(bound: DeviceBound, site: Site) -> bool:
    """Whether the site's device of that id is the bound one, not one of the configuration."""
    return site.device.get(bound.device) == as_device(bound)


def joined(site: Site, bound: Iterable[DeviceBound]) -> Site:
    """The site with what was bound; the configuration wins, and a segment must still be there."""
    added = [
        as_device(known)
        for known in bound
        if known.device not in site.device and known.segment in site.segment
    ]
    # A copy would keep the indexes of the site as it was.
    return Site.model_construct(**{**dict(site), "devices": (*site.devices, *added)})
