"""The device desk: who is there that nobody has bound, and who was bound by whom."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from monitoring.domain.devices import (
    ANNOUNCED,
    BindingError,
    Bound,
    Candidate,
    DeviceBound,
    DeviceUnbound,
    Parameter,
    bind,
    fold,
    holder,
    is_joined,
    unbind,
)
from monitoring.domain.events import RecordedEvent
from monitoring.domain.observations import Reason
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.quarantine import StoredReject
from monitoring.domain.site import DeviceKind, Site
from monitoring.services.ports import Store, Wire
from monitoring.services.streams import Streams

STREAM: Final = "device/"
_PAGE: Final = 200
_LOOKED_AT: Final = 2_000  # newest quarantined messages in which strangers are sought
_MOST: Final = 500  # strangers that are remembered


@dataclass(frozen=True, slots=True)
class Binding:
    """What somebody says of a candidate: which device it is from now on, and where."""

    device: str
    kind: DeviceKind
    name_zh: str
    name_en: str
    segment: str
    cadence: timedelta
    quantities: tuple[str, ...]
    parameters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BoundDevice:
    """A device that was bound, by whom and when, and whether the site has it.

    Attributes:
        is_joined: False where the configuration has another one of that id, or has no such
            segment any more; or where the next start is still awaited.
    """

    bound: DeviceBound
    by: str
    at: datetime
    is_joined: bool


def bindings(store: Store) -> Bound:
    """The devices that are bound, by id."""
    bound: Bound = {}
    for entry in store.events(0, STREAM):
        if isinstance(entry.event, DeviceBound | DeviceUnbound):
            bound = fold(bound, entry.event)
    return bound


class DeviceDesk:
    """Candidates and bindings of a site; safe from any thread.

    Args:
        site: With the devices that were bound when it was put together.
        rebuild: Puts everything together anew, so that a binding takes effect at once; None
            where it takes effect at the next start.
    """

    def __init__(
        self, site: Site, store: Store, wire: Wire[Any], rebuild: Callable[[], None] | None = None
    ) -> None:
        self._site, self._store, self._wire = site, store, wire
        self._rebuild = rebuild
        self._lock = threading.Lock()
        self._bound: Bound = {}
        self._entries: dict[str, RecordedEvent] = {}
        self._newest = 0  # number of the newest quarantined message that was looked at
        self._strangers: dict[tuple[str, str], tuple[str, StoredReject]] = {}
        self._samples: dict[tuple[str, str], tuple[int, Candidate]] = {}
        self._streams = Streams(store, STREAM, self._take)

    @property
    def takes_effect_at_once(self) -> bool:
        """Whether bindings need no start by hand."""
        return self._rebuild is not None

    def bound(self) -> list[BoundDevice]:
        """The devices that are bound, newest first."""
        found = [
            BoundDevice(known, entry.actor, entry.occurred_at, is_joined(known, self._site))
            for name, known in self._bound.items()
            if (entry := self._entries.get(name)) is not None
        ]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def candidates(self) -> list[Candidate]:
        """Who is there and bound to nothing: those heard last first, then those announced."""
        with self._lock:
            self._look()
            heard = [self._sampled(*entry) for entry in self._strangers.items()]
        every = [*sorted(heard, key=lambda c: -c.seen_us), *self._wire.announced()]
        return [c for c in every if holder(c.key, self._bound, self._site) is None
                and not self._is_heard(c)]  # fmt: skip

    def bind(
        self, profile: str, external: str, asked: Binding, by: str, at: datetime
    ) -> DeviceBound:
        """Bind a candidate to a segment; the same binding again changes nothing.

        Raises:
            KeyError: There is no such candidate.
            BindingError: It can't be bound so.
        """
        key = profile, external.casefold()
        known = next((one for one in self._bound.values() if one.key == key), None)
        candidate = next((c for c in self.candidates() if c.key == key), None)
        if known is None and candidate is None:
            raise KeyError(external)
        made = _event(candidate, asked) if candidate else _event(_as_candidate(known), asked)
        stream = STREAM + made.device
        self._streams.record(stream, lambda: bind(self._bound, made, self._site), by, at)
        self._renew()
        return made

    def unbind(self, device: str, by: str, at: datetime) -> None:
        """Take a bound device out of the site; what it sent stays archived.

        Raises:
            KeyError: No device of that id is bound.
        """
        if device not in self._bound:
            raise KeyError(device)
        self._streams.record(STREAM + device, lambda: unbind(self._bound, device), by, at)
        self._renew()

    def _take(self, entry: RecordedEvent) -> None:
        if isinstance(entry.event, DeviceBound | DeviceUnbound):
            self._bound = fold(self._bound, entry.event)
            self._entries[entry.event.device] = entry

    def _renew(self) -> None:
        if self._rebuild is not None:
            self._rebuild()

    def _look(self) -> None:
        """Look through what came into quarantine since the last look, newest first."""
        if all(row.number <= self._newest for row in self._store.rejects(None, 1)):
            return
        before, newest, looked = None, self._newest, 0
        while looked < _LOOKED_AT:
            rows = self._store.rejects(before, _PAGE)
            fresh = [row for row in rows if row.number > self._newest]
            for row in fresh:
                self._note(row)
            looked += len(rows)
            newest = max([newest, *(row.number for row in fresh)])
            if len(fresh) < _PAGE:
                break
            before = rows[-1].number
        self._newest = newest

    def _note(self, row: StoredReject) -> None:
        if row.reject.reason is not Reason.UNKNOWN_DEVICE:
            return
        for profile, external in self._wire.strangers(row.reject):
            key = profile, external.casefold()
            held = self._strangers.get(key)
            if held is not None and held[1].number >= row.number:
                continue
            if held is not None or len(self._strangers) < _MOST:
                self._strangers[key] = external, row

    def _sampled(self, key: tuple[str, str], heard: tuple[str, StoredReject]) -> Candidate:
        external, row = heard
        held = self._samples.get(key)
        if held is None or held[0] != row.number:
            held = row.number, self._wire.sample(key[0], external, row.reject)
            self._samples[key] = held
        return held[1]

    def _is_heard(self, candidate: Candidate) -> bool:
        """Whether a device that announced itself is heard on one of its topics already."""
        topics = {value.topic for value in candidate.values}
        return any(s.id in topics for d in self._site.devices for s in d.sources)


def _event(candidate: Candidate, asked: Binding) -> DeviceBound:
    """The binding of a candidate.

    Raises:
        BindingError: A parameter is missing or too many, or a quantity is unknown.
    """
    wanted = set() if asked.kind is DeviceKind.CAMERA else set(candidate.parameters)
    if missing := sorted(wanted - asked.parameters.keys()):
        raise BindingError(f"{missing[0]} is missing; {candidate.external!r} measures from there")
    if extra := sorted(asked.parameters.keys() - wanted):
        raise BindingError(f"{extra[0]} means nothing to {candidate.external!r}; leave it out")
    if unknown := [q for q in asked.quantities if q not in QUANTITIES]:
        raise BindingError(f"{unknown[0]!r} is no quantity; expected some of {_listed(QUANTITIES)}")
    quantities = () if asked.kind is DeviceKind.CAMERA else asked.quantities
    if asked.kind is not DeviceKind.CAMERA and not quantities:
        raise BindingError("say what it reports, such as water_depth battery")
    is_announced = candidate.profile == ANNOUNCED
    return DeviceBound(
        asked.device, asked.kind, asked.name_zh, asked.name_en, asked.segment, quantities,
        asked.cadence.total_seconds(), candidate.profile, candidate.external,
        tuple(Parameter(name, asked.parameters[name]) for name in sorted(wanted)),
        candidate.values if is_announced else (), candidate.status if is_announced else None,
    )  # fmt: skip


def _as_candidate(known: DeviceBound | None) -> Candidate:
    """What was bound, as what it was before: the same request may come again."""
    if known is None:
        raise KeyError(known)
    return Candidate(
        known.profile, known.external, known.external, quantities=known.quantities,
        parameters=tuple(p.name for p in known.parameters), values=known.values,
        status=known.status,
    )  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
