"""Routes: one form of messages, compiled, with the devices that are heard by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from monitoring.domain.observations import DeviceStatus, Reading, Reason
from monitoring.domain.site import Device, DeviceKind, Source
from sensors.payloads import PayloadError, Reader
from sensors.profiles.counters import Counters
from sensors.profiles.measures import Measure, every, measure, observe, some
from sensors.profiles.model import MessageForm, Naming
from sensors.profiles.outcomes import FrameReader, frame_reader, status_reader
from sensors.profiles.readers import FRAMED, chained
from sensors.profiles.seen import Seen
from sensors.profiles.select import selector
from sensors.profiles.times import clock

Bindings = Mapping[str, Sequence[tuple[Device, Source]]]
"""External id, folded → the devices that are heard by it."""


class Rank(IntEnum):
    """What became of a message on one route; the least of several routes' counts."""

    READ = 0
    IGNORED = 1
    UNKNOWN = 2
    FAULT = 3
    OTHER = 4  # the message is not of that form


class Taken(NamedTuple):
    """What one route made of a message.

    Attributes:
        readings: Where it was read.
        reason: Else what a reject of it would say, but where it is ignored on purpose …
        detail: … in a sentence.
    """

    rank: Rank
    readings: Sequence[Reading] = ()
    reason: Reason = Reason.NO_VALUE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A device with its values; a camera has none, and it alone has pictures."""

    device: Device
    measures: tuple[Measure, ...]

    @property
    def is_camera(self) -> bool:
        return self.device.kind is DeviceKind.CAMERA


class Route:
    """Reads the messages of one form of one profile."""

    def __init__(
        self, profile: str, form: MessageForm, bindings: Bindings,
        readers: Mapping[str, Reader], counters: Counters,
    ) -> None:  # fmt: skip
        self.profile = profile
        self.chain = form.payload
        self.reader = chained(form.payload, readers)
        self._counters = counters
        self._inside = [(selector(i.path), chained(i.payload, readers), i) for i in form.inside]
        self._when, self._ignore_when = every(form.when), some(form.ignore_when)
        self._names = [_naming(way) for way in form.device]
        self._at = selector(form.at) if form.at else None
        self._clock = clock(form.time)
        self._status = status_reader(form.status) if form.status else None
        self._of = form.status.of if form.status else "device"
        self._frame = frame_reader(form.frame) if form.frame else None
        detail = f"profile {profile} has no form that this message is of"
        self._other = Taken(Rank.OTHER, (), Reason.NO_VALUE, detail)
        self._reads = bool(form.values or form.status or form.frame)
        self._tells_faults = form.payload[-1] in FRAMED
        self._bound = {
            name: tuple(_bind(form, device, source) for device, source in sources)
            for name, sources in bindings.items()
        }

    def read(self, seen: Seen) -> Taken:
        """What a message says to the devices of this route."""
        try:
            tree = self._tree(seen)
        except PayloadError as error:
            return Taken(Rank.FAULT, (), Reason.PAYLOAD, f"profile {self.profile}: {error}")
        if not self._when(tree, tree):
            return self._other
        if self._ignore_when(tree, tree):
            return Taken(Rank.IGNORED)
        if not self._reads:
            return self._other
        name = self._name(seen.levels, tree)
        bound = self._meant(name)
        if bound is None:
            return Taken(Rank.UNKNOWN, (), Reason.UNKNOWN_DEVICE, self._unknown(name))
        return self._told(seen, tree, bound)

    def named(self, seen: Seen) -> str | None:
        """The external id in a message; None where it has none or can't be read."""
        try:
            return self._name(seen.levels, self._tree(seen))
        except PayloadError:
            return None

    def _name(self, levels: Sequence[str], tree: Any) -> str | None:
        return next((name for way in self._names if (name := way(levels, tree))), None)

    def _tree(self, seen: Seen) -> Any:
        tree = seen.tree(self.chain, self.reader)
        for select, read, inside in self._inside:
            if not isinstance(tree, dict) or tree.get(inside.name) is not None:
                continue
            packed = select(tree, tree)
            if isinstance(packed, str):
                tree = tree | {inside.name: read(seen.message.topic, packed.encode())}
        return tree

    def _meant(self, name: str | None) -> tuple[_Bound, ...] | None:
        """The devices that a message is about; None where it names somebody unknown."""
        if self._of == "all":
            return tuple(bound for some_bound in self._bound.values() for bound in some_bound)
        if name is None:
            return None
        own = self._bound.get(name.casefold())
        if self._of == "device":
            return own
        start = f"{name.casefold()}/"
        below = [b for n, bounds in self._bound.items() if n.startswith(start) for b in bounds]
        return (*(own or ()), *below) or None

    def _told(self, seen: Seen, tree: Any, bound: Sequence[_Bound]) -> Taken:
        readings = self._faults(seen, tree) + self._statuses(seen, tree, bound)
        is_missing = False
        for each in bound:
            if self._frame is not None and each.is_camera:
                readings += self._pictures(self._frame, seen, tree, each.device.id)
            if each.measures:
                found, is_there = self._values(seen, tree, each)
                readings += found
                is_missing = is_missing or not is_there
        if readings:
            return Taken(Rank.READ, readings)
        if is_missing and self._status is None:
            detail = f"profile {self.profile} finds none of its values in the payload"
            return Taken(Rank.FAULT, (), Reason.NO_VALUE, detail)
        return Taken(Rank.IGNORED)

    def _faults(self, seen: Seen, tree: Any) -> list[Reading]:
        """What the payload's reader could not read of it, told by one of its forms."""
        if not self._tells_faults or not isinstance(tree, dict) or self.chain in seen.told:
            return []
        seen.told.add(self.chain)
        return [
            seen.refuse(Reason.PAYLOAD, f"profile {self.profile}: {fault}")
            for fault in tree.get("faults") or ()
        ]

    def _statuses(self, seen: Seen, tree: Any, bound: Sequence[_Bound]) -> list[Reading]:
        if self._status is None:
            return []
        try:
            is_online = self._status(tree)
        except ValueError as error:
            return [seen.refuse(Reason.BAD_STATUS, f"profile {self.profile}: {error}")]
        if is_online is None:
            return []
        return [DeviceStatus(each.device.id, seen.arrived_us, is_online) for each in bound]

    def _values(self, seen: Seen, tree: Any, bound: _Bound) -> tuple[list[Reading], bool]:
        readings: list[Reading] = []
        is_there = False
        for node in self._nodes(tree):
            try:
                time_us = self._clock(node, tree)
            except ValueError as error:
                detail = f"profile {self.profile}: {error}"
                readings.append(seen.refuse(Reason.BAD_VALUE, detail))
                continue
            if fault := seen.untimely(time_us):
                readings.append(fault)
                continue
            found = observe(
                bound.measures, bound.device.id, self._counters, seen, node, tree, time_us
            )
            readings += found.readings
            is_there = is_there or found.is_there
        return readings, is_there

    def _nodes(self, tree: Any) -> Sequence[Any]:
        """Where values are sought."""
        if self._at is None:
            return (tree,)
        found = self._at(tree, tree)
        if found is None:
            return ()
        return found if isinstance(found, list) else (found,)

    def _pictures(self, read: FrameReader, seen: Seen, tree: Any, camera: str) -> list[Reading]:
        try:
            time_us = self._clock(tree, tree)
        except ValueError as error:
            return [seen.refuse(Reason.BAD_VALUE, f"profile {self.profile}: {error}")]
        fault = seen.untimely(time_us)
        return [fault] if fault else read(seen, tree, camera, time_us)

    def _unknown(self, name: str | None) -> str:
        if name is None:
            return f"profile {self.profile} finds no device id in the message"
        return (
            f"profile {self.profile} knows no device {name!r}; "
            "add it to the sources of a device in devices.yaml"
        )


def _bind(form: MessageForm, device: Device, source: Source) -> _Bound:
    is_camera = device.kind is DeviceKind.CAMERA
    values = () if is_camera else form.values
    return _Bound(device, tuple(measure(value, source.parameters) for value in values))


def _naming(way: Naming) -> Callable[[Sequence[str], Any], str | None]:
    places = way.topic
    paths = [*([way.path] if way.path else []), *((path,) for path in way.join or ())]
    parts = [selector(path) for path in paths]

    def name(levels: Sequence[str], tree: Any) -> str | None:
        found = [levels[n] for n in places if n < len(levels)]
        for part in parts:
            if (text := _text(part(tree, tree))) is None:
                return None
            found.append(text)
        return "/".join(found) or None

    return name


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, float) else None
