"""Routes: one form of messages, compiled, with the devices that are heard by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

from monitoring.domain.observations import DeviceStatus, Reading, Reason
from monitoring.domain.site import Device, DeviceKind, Source
from sensors.payloads import PayloadError, Reader
from sensors.profiles.counters import Counters
from sensors.profiles.measures import Measure, every, measure, observe, some
from sensors.profiles.model import MessageForm, Naming
from sensors.profiles.outcomes import frame_reader, status_reader
from sensors.profiles.readers import FRAMED, chained
from sensors.profiles.seen import Seen
from sensors.profiles.select import selector
from sensors.profiles.times import clock

_MOST_RECORDS: Final = 10_000  # of one message; more of them would hold up the intake

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
    """What one route made of a message, or of one record in it.

    Attributes:
        readings: Where it was read.
        reason: Else what a reject of it would say, but where it is ignored on purpose …
        detail: … in a sentence.
        known: External ids in it of devices that are known here, folded.
        strangers: External ids in it that are not.
    """

    rank: Rank
    readings: Sequence[Reading] = ()
    reason: Reason = Reason.NO_VALUE
    detail: str = ""
    known: frozenset[str] = frozenset()
    strangers: tuple[str, ...] = ()


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
        self._whose = f"profile {profile}:"  # how every detail begins
        detail = f"{self._whose} it has no form that this message is of"
        self._other = Taken(Rank.OTHER, (), Reason.NO_VALUE, detail)
        self._is_sparse = form.sparse or form.status is not None
        self._reads = bool(form.values or form.status or form.frame)
        self._bound = {
            name: tuple(_bind(form, device, source) for device, source in sources)
            for name, sources in bindings.items()
        }

    def read(self, seen: Seen) -> Taken:
        """What a message says to the devices of this route."""
        try:
            tree, faults = self._tree(seen)
        except PayloadError as error:
            return Taken(Rank.FAULT, (), Reason.PAYLOAD, f"{self._whose} {error}")
        if not self._when(tree, tree):
            return self._other
        if self._ignore_when(tree, tree):
            return Taken(Rank.IGNORED)
        if not self._reads:
            return self._other
        nodes = self._nodes(tree)
        if len(nodes) > _MOST_RECORDS:
            detail = f"{self._whose} {len(nodes)} records; at most {_MOST_RECORDS} are read"
            return Taken(Rank.FAULT, (), Reason.TOO_LARGE, detail)
        taken = [self._take(seen, node, tree) for node in nodes]
        if untold := [fault for fault in faults if fault not in seen.told]:
            seen.told.update(untold)
            readings = [seen.refuse(Reason.PAYLOAD, f"{self._whose} {fault}") for fault in untold]
            taken.append(Taken(Rank.READ, readings))
        return taken[0] if len(taken) == 1 else _merged(taken)

    def names(self, seen: Seen) -> list[str]:
        """The external ids in a message; none where it can't be read."""
        try:
            tree, _ = self._tree(seen)
        except PayloadError:
            return []
        names = [self._name(seen.levels, node, tree) for node in self._nodes(tree)]
        return [name for name in names if name]

    def _tree(self, seen: Seen) -> tuple[Any, list[str]]:
        """The payload, and what its readers could not read of it."""
        tree = seen.tree(self.chain, self.reader)
        faults = _faults(tree) if self.chain[-1] in FRAMED else []
        for select, read, inside in self._inside:
            if not isinstance(tree, dict) or tree.get(inside.name) is not None:
                continue
            packed = select(tree, tree)
            if isinstance(packed, str):
                found = read(seen.message.topic, packed.encode())
                tree = tree | {inside.name: found}
                faults += _faults(found) if inside.payload[-1] in FRAMED else []
        return tree, faults

    def _nodes(self, tree: Any) -> Sequence[Any]:
        """Where values are sought; None where the place is missing."""
        if self._at is None:
            return (tree,)
        found = self._at(tree, tree)
        return found or (None,) if isinstance(found, list) else (found,)

    def _name(self, levels: Sequence[str], node: Any, tree: Any) -> str | None:
        return next((name for way in self._names if (name := way(levels, node, tree))), None)

    def _take(self, seen: Seen, node: Any, tree: Any) -> Taken:
        name = self._name(seen.levels, node, tree)
        bound = self._meant(name)
        if bound is None:
            detail = f"{self._whose} there is no device id in the message"
            strangers = (name,) if name else ()
            return Taken(Rank.UNKNOWN, (), Reason.UNKNOWN_DEVICE, detail, frozenset(), strangers)
        taken = self._told(seen, node, tree, bound)
        return taken._replace(known=frozenset((name.casefold(),))) if name else taken

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

    def _told(self, seen: Seen, node: Any, tree: Any, bound: Sequence[_Bound]) -> Taken:
        readings = self._statuses(seen, node, tree, bound)
        try:
            time_us = self._clock(node, tree)
        except ValueError as error:
            refused = seen.refuse(Reason.BAD_VALUE, f"{self._whose} {error}")
            return Taken(Rank.READ, [*readings, refused])
        if fault := seen.untimely(time_us):
            return Taken(Rank.READ, [*readings, fault])
        is_missing = False
        for each in bound:
            if self._frame is not None and each.is_camera:
                readings += self._frame(seen, node, tree, each.device.id, time_us)
            if each.measures:
                found = observe(
                    each.measures, each.device.id, self._counters, seen, node, tree, time_us
                )
                readings += found.readings
                is_missing = is_missing or not found.is_there
        if readings:
            return Taken(Rank.READ, readings)
        if is_missing and not self._is_sparse:
            detail = f"{self._whose} none of its values is in the payload"
            return Taken(Rank.FAULT, (), Reason.NO_VALUE, detail)
        return Taken(Rank.IGNORED)

    def _statuses(self, seen: Seen, node: Any, tree: Any, bound: Sequence[_Bound]) -> list[Reading]:
        if self._status is None:
            return []
        try:
            is_online = self._status(node, tree)
        except ValueError as error:
            return [seen.refuse(Reason.BAD_STATUS, f"{self._whose} {error}")]
        if is_online is None:
            return []
        return [DeviceStatus(each.device.id, seen.arrived_us, is_online) for each in bound]


def _merged(taken: Sequence[Taken]) -> Taken:
    """What several records of a message give together."""
    best = min(taken, key=lambda each: each.rank)
    return best._replace(
        readings=[reading for each in taken for reading in each.readings],
        known=frozenset().union(*(each.known for each in taken)),
        strangers=tuple(dict.fromkeys(name for each in taken for name in each.strangers)),
    )


def _faults(tree: Any) -> list[str]:
    faults = tree.get("faults") if isinstance(tree, dict) else None
    return [str(fault) for fault in faults] if isinstance(faults, list) else []


def _bind(form: MessageForm, device: Device, source: Source) -> _Bound:
    is_camera = device.kind is DeviceKind.CAMERA
    values = () if is_camera else form.values
    return _Bound(device, tuple(measure(value, source.parameters) for value in values))


def _naming(way: Naming) -> Callable[[Sequence[str], Any, Any], str | None]:
    places = way.topic
    paths = [*([way.path] if way.path else []), *((path,) for path in way.join or ())]
    parts = [selector(path) for path in paths]

    def name(levels: Sequence[str], node: Any, tree: Any) -> str | None:
        found = [levels[n] for n in places if n < len(levels)]
        for part in parts:
            if (text := _text(part(node, tree))) is None:
                return None
            found.append(text)
        return "/".join(found) or None

    return name


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, float) else None
