"""Limits: the values at which a segment's levels begin, by the plans that judge it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.plans import AnyOf, Condition, Plan, Subject, Threshold
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Segment

_ANY_KIND: Final = ("road", "underpass", "bridge", "square")
_INSTANT: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Scale:
    """What is measured of a segment, and where on it levels begin.

    Attributes:
        window: Over which the quantity is summed; None where its last value counts.
        limits: By level, gravest last; in the quantity's canonical unit.
    """

    quantity: str
    window: timedelta | None
    limits: Mapping[Level, float]

    def reached(self, value: float) -> Level:
        """The gravest level whose limit a value has reached."""
        return max(
            (level for level, limit in self.limits.items() if value >= limit),
            key=lambda level: level.gravity,
            default=Level.NONE,
        )

    def following(self, value: float) -> tuple[Level, float] | None:
        """The lowest limit above a value, with its level; None where it is above all."""
        above = [(limit, level) for level, limit in self.limits.items() if limit > value]
        if not above:
            return None
        limit, level = min(above, key=lambda entry: (entry[0], entry[1].gravity))
        return level, limit


def scales(segment: Segment, plans: Iterable[Plan]) -> list[Scale]:
    """All scales of a segment, in the order of the quantities, shorter windows first.

    Only limits that suffice by themselves count: those of a condition that asks for more
    say nothing about when a level begins. Of several plans the lowest limit counts.
    """
    found: dict[tuple[str, timedelta | None], dict[Level, float]] = {}
    for plan in plans:
        for written, rule in plan.levels.items() if _judges(plan, segment) else ():
            level = written.colour if isinstance(written, ResponseLevel) else written
            for threshold in _sufficient(rule.when):
                limits = found.setdefault((threshold.quantity, threshold.window), {})
                limit = limit_of(threshold, segment)
                limits[level] = min(limit, limits.get(level, limit))
    order = list(QUANTITIES)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1] or _INSTANT))
    return [Scale(*key, _by_gravity(found[key])) for key in keys]


def limit_of(threshold: Threshold, segment: Segment) -> float:
    """A limit as a number; a segment's own closure depth stands where the plan names it."""
    is_own = threshold.at_least == "closure_depth"
    return segment.closure_depth_cm if is_own else float(threshold.at_least)


def _judges(plan: Plan, segment: Segment) -> bool:
    """Whether a plan's levels are those of the segment or of the devices that speak for it."""
    if plan.subject is Subject.SEGMENT:
        return segment.kind.value in (plan.kinds or _ANY_KIND)
    return plan.subject is Subject.DEVICE


def _sufficient(condition: Condition) -> Iterable[Threshold]:
    match condition:
        case Threshold():
            yield condition
        case AnyOf():
            for child in condition.any:
                yield from _sufficient(child)


def _by_gravity(limits: dict[Level, float]) -> dict[Level, float]:
    return dict(sorted(limits.items(), key=lambda entry: entry[0].gravity))
