"""The decoder of all profiles: finds who reads a topic, and what they make of a message."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitoring.domain.observations import Observation, Reading, Reason, Reject
from monitoring.domain.site import Device, Source
from sensors.packets import Message
from sensors.payloads import PayloadError
from sensors.profiles.births import Births
from sensors.profiles.counters import Counters
from sensors.profiles.model import Profile
from sensors.profiles.readers import new_readers
from sensors.profiles.routes import Rank, Route, Taken
from sensors.profiles.seen import Seen
from sensors.profiles.topics import fits
from sensors.rejects import MOST

_MOST_TOPICS = 20_000  # that are taken apart beforehand


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic, and who reads it.

    Attributes:
        ignored_by: Profile that ignores it on purpose, where no other reads it.
        is_birth: Whether its messages are needed again after a start.
    """

    levels: Sequence[str]
    routes: Sequence[Route]
    ignored_by: str | None
    is_birth: bool


class ProfileDecoder:
    """Reads the topics of profiles for the devices that are heard by them.

    Attributes:
        topics: Filters of what must be subscribed.
        ignored: How many messages were ignored on purpose, by profile.
    """

    def __init__(
        self, profiles: Iterable[Profile], devices: Iterable[Device], births: Births | None = None
    ) -> None:
        self.ignored: Counter[str] = Counter()
        self._births = births
        self._counters = Counters()
        self._known: dict[bytes, _Topic | None] = {}
        bindings = _bindings(devices)
        self._profiles = [p for p in profiles if p.listen or p.id in bindings]
        forms = [(profile, form) for profile in self._profiles for form in profile.messages]
        self.topics = list(dict.fromkeys(topic for _, form in forms for topic in form.topics))
        readers = new_readers()
        self._routes = [
            (
                profile,
                [topic.split("/") for topic in form.topics],
                Route(profile.id, form, bindings.get(profile.id, {}), readers, self._counters),
            )
            for profile, form in forms
        ]
        self._remember()

    def resume(self, newest: Iterable[Observation]) -> None:
        """Go on counting from the newest archived totals."""
        self._counters.resume(newest)

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading] | None:
        """What a message says; empty where it is ignored on purpose, None where nobody reads it."""
        topic = self.topic(message.topic)
        if topic is None:
            return None
        if topic.ignored_by is not None:
            self.ignored[topic.ignored_by] += 1
            return ()
        seen = Seen(message, topic.levels, arrived_us)
        taken = [(route.profile, route.read(seen)) for route in topic.routes]
        if topic.is_birth and self._births is not None and _is_readable(seen):
            self._births.keep(message.topic, message.payload)
        return self._together(seen, taken)

    def topic(self, name: bytes) -> "_Topic | None":
        """Who reads a topic; None where nobody does. It is found out once for each topic."""
        try:
            return self._known[name]
        except KeyError:
            if len(self._known) >= _MOST_TOPICS:
                self._known.clear()
            found = self._known[name] = self._find(name)
            return found

    def _find(self, name: bytes) -> _Topic | None:
        try:
            levels = name.decode().split("/")
        except UnicodeDecodeError:
            return None
        ignoring = {p.id for p in self._profiles if _passes(levels, p.ignore)}
        routes = [
            route
            for profile, filters, route in self._routes
            if profile.id not in ignoring and any(fits(levels, wanted) for wanted in filters)
        ]
        if not routes and not ignoring:
            return None
        return _Topic(
            levels,
            routes,
            ignored_by=None if routes else min(ignoring),
            is_birth=any(_passes(levels, p.remember) for p in self._profiles),
        )

    def _together(self, seen: Seen, taken: Sequence[tuple[str, Taken]]) -> Sequence[Reading]:
        """What all routes made of a message, as one."""
        readings = [reading for _, each in taken for reading in each.readings]
        strangers = _strangers(taken)
        if readings:
            told = [seen.refuse(Reason.UNKNOWN_DEVICE, strangers)] if strangers else []
            return _capped(seen, [*readings, *told])
        profile, best = min(taken, key=lambda each: each[1].rank)
        if best.rank is Rank.IGNORED:
            self.ignored[profile] += 1
            return ()
        if best.rank is Rank.UNKNOWN and strangers:
            return [seen.refuse(Reason.UNKNOWN_DEVICE, strangers)]
        alike = [each.detail for _, each in taken if each.rank is best.rank]
        return [seen.refuse(best.reason, "; ".join(dict.fromkeys(alike)))]

    def _remember(self) -> None:
        """Let readers read again what they need to understand the next messages."""
        for name, payload in self._births.kept() if self._births else ():
            topic = self.topic(name)
            for route in topic.routes if topic else ():
                try:
                    route.reader(name, payload)
                except PayloadError:
                    continue


def _bindings(devices: Iterable[Device]) -> dict[str, dict[str, list[tuple[Device, Source]]]]:
    """Profile → external id, folded → devices."""
    bindings: dict[str, dict[str, list[tuple[Device, Source]]]] = {}
    for device in devices:
        for source in device.sources:
            names = bindings.setdefault(source.profile, {})
            names.setdefault(source.id.casefold(), []).append((device, source))
    return bindings


def _strangers(taken: Sequence[tuple[str, Taken]]) -> str:
    """Who is named in a message and known to no profile, in a sentence; empty for nobody."""
    known = frozenset().union(*(each.known for _, each in taken))
    named: dict[str, dict[str, None]] = {}
    for profile, each in taken:
        strangers = [name for name in each.strangers if name.casefold() not in known]
        if strangers:
            named.setdefault(profile, {}).update(dict.fromkeys(strangers))
    if not named:
        return ""
    told = [f"profile {p} knows no device {_listed(list(names))}" for p, names in named.items()]
    return f"{'; '.join(told)}; bind it on /devices, or add it to devices.yaml"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(map(repr, names[:MOST])) + more


def _passes(levels: Sequence[str], filters: Sequence[str]) -> bool:
    return any(fits(levels, wanted.split("/")) for wanted in filters)


def _is_readable(seen: Seen) -> bool:
    return any(not isinstance(tree, PayloadError) for tree in seen.trees.values())


def _capped(seen: Seen, readings: list[Reading]) -> list[Reading]:
    """The readings with their first faults: a thousand of one message would fill the disk."""
    rejects = [reading for reading in readings if isinstance(reading, Reject)]
    if len(rejects) <= MOST:
        return readings
    good = [reading for reading in readings if not isinstance(reading, Reject)]
    detail = f"{len(rejects) - MOST} more values of this message can't be used"
    return [*good, *rejects[:MOST], seen.refuse(Reason.BAD_VALUE, detail)]
