"""The rulebook: plans and site made into leaves and trees, once, before the first observation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from monitoring.domain.instants import span_us
from monitoring.domain.levels import STALE_AFTER_CADENCES, Level, ResponseLevel
from monitoring.domain.plans import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    Plan,
    Subject,
    Threshold,
)
from monitoring.domain.site import Device, DeviceKind, Segment, Site
from monitoring.engine.windows import Leaf


@dataclass(frozen=True, slots=True)
class Node:
    """A condition for one subject: at least `least` of its parts hold, delayed.

    A node without parts and with a leaf stands for that leaf.
    """

    leaf: int | None
    parts: tuple["Node", ...]
    least: int
    hold_us: int = 0
    clear_us: int = 0

    def leaves(self) -> Iterable[int]:
        """Numbers of all leaves below."""
        if self.leaf is not None:
            yield self.leaf
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Rule:
    """One level of one plan for one subject."""

    plan: str
    rule: str
    level: Level
    subject: str
    segments: tuple[str, ...]
    node: Node

    @property
    def key(self) -> tuple[str, str]:
        """Names the rule and its subject."""
        return self.rule, self.subject


@dataclass(slots=True)
class Rulebook:
    """All rules of a site.

    Attributes:
        leaves: Each limit once, however many rules look at it.
        grace_us: How long an observation may be under way before a hold runs out without it.
    """

    leaves: list[Leaf] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    grace_us: int = 0


def compile_site(site: Site) -> Rulebook:
    """The rulebook of a site's plans."""
    book = Rulebook()
    compiler = _Compiler(site, book)
    for plan in site.plans:
        compiler.add(plan)
    cadences = (d.cadence for d in site.devices if d.kind is not DeviceKind.CAMERA)
    longest = max(cadences, default=timedelta(0))
    book.grace_us = span_us(STALE_AFTER_CADENCES * longest)
    return book


class _Compiler:
    def __init__(self, site: Site, book: Rulebook) -> None:
        self._site = site
        self._book = book
        self._numbers: dict[Leaf, int] = {}
        self._sensors = [d for d in site.devices if d.kind is not DeviceKind.CAMERA]
        self._stations = [d for d in site.devices if d.kind is DeviceKind.STATION]

    def add(self, plan: Plan) -> None:
        for name, entry in plan.levels.items():
            level = name.colour if isinstance(name, ResponseLevel) else name
            for subject, segments, devices, segment in self._subjects(plan):
                node = self._node(entry.when, devices, segment)
                if any(True for _ in node.leaves()):
                    rule = f"{plan.id}/{name.value}"
                    self._book.rules.append(Rule(plan.id, rule, level, subject, segments, node))

    def _subjects(
        self, plan: Plan
    ) -> Iterable[tuple[str, tuple[str, ...], Sequence[Device], Segment | None]]:
        """Each subject: its id, the segments it speaks for, its devices, its segment."""
        match plan.subject:
            case Subject.DEVICE:
                for device in self._sensors:
                    yield device.id, device.segments, [device], None
            case Subject.SEGMENT:
                for segment in self._segments(plan.kinds):
                    yield segment.id, (segment.id,), self._site.devices_of[segment.id], segment
            case Subject.DISTRICT:
                yield self._site.id, (), self._sensors, None

    def _segments(self, kinds: Sequence[str]) -> list[Segment]:
        return [s for s in self._site.segments if not kinds or s.kind in kinds]

    def _node(
        self, condition: Condition, devices: Sequence[Device], segment: Segment | None
    ) -> Node:
        match condition:
            case Threshold():
                parts = self._thresholds(condition, devices, segment)
                least = 1
            case AnyOf():
                parts = tuple(self._node(c, devices, segment) for c in condition.any)
                least = 1
            case AllOf():
                parts = tuple(self._node(c, devices, segment) for c in condition.all)
                least = len(parts)
            case Count():
                parts = self._counted(condition)
                least = condition.count.at_least
        hold_us, clear_us = span_us(condition.hold), span_us(condition.clear_for)
        if len(parts) == 1 and least == 1 and not (hold_us or clear_us):
            return parts[0]
        return Node(None, parts, least, hold_us, clear_us)

    def _counted(self, count: Count) -> tuple[Node, ...]:
        if count.count.of == "stations":
            return tuple(self._node(count.when, [d], None) for d in self._stations)
        kinds = (count.count.kind,) if count.count.kind else ()
        return tuple(
            self._node(count.when, self._site.devices_of[s.id], s) for s in self._segments(kinds)
        )

    def _thresholds(
        self, threshold: Threshold, devices: Sequence[Device], segment: Segment | None
    ) -> tuple[Node, ...]:
        speaking = [d for d in devices if threshold.quantity in d.quantities]
        return tuple(Node(self._leaf(threshold, d, segment), (), 1) for d in speaking)

    def _leaf(self, threshold: Threshold, device: Device, segment: Segment | None) -> int:
        if threshold.at_least == "closure_depth":
            limit = (segment or self._site.segment[device.segment]).closure_depth_cm
        else:
            limit = threshold.at_least
        leaf = Leaf(
            series=(device.id, threshold.quantity),
            aggregate=threshold.aggregate,
            window_us=span_us(threshold.window) if threshold.window else 0,
            limit=limit,
            deadband=threshold.deadband,
            cadence_us=span_us(device.cadence),
        )
        if leaf not in self._numbers:
            self._numbers[leaf] = len(self._book.leaves)
            self._book.leaves.append(leaf)
        return self._numbers[leaf]
