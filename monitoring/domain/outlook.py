"""Outlook: where a depth is heading, and when it would reach the next limit.

Pure arithmetic on what was measured; no forecast of weather. It is shown as an aid and
never raises an alarm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median
from typing import Final

from monitoring.domain.levels import Level
from monitoring.domain.limits import scales
from monitoring.domain.plans import Plan
from monitoring.domain.site import Segment

BASIS: Final = timedelta(minutes=15)
HORIZON: Final = timedelta(minutes=30)
_FEWEST: Final = 4  # points that a slope may rest on
_SHORTEST: Final = timedelta(minutes=4)

Points = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """At its present rate the value reaches a limit.

    Attributes:
        rate_per_h: In the quantity's unit.
        level: What the limit would raise.
        reached_at: Within `HORIZON`.
    """

    rate_per_h: float
    level: Level
    limit: float
    reached_at: datetime


def rate_per_h(points: Points, now: datetime) -> float | None:
    """The present rate of change; None where too little is known of the last 15 min.

    The median of the slopes between all pairs of points, which single spikes do not move
    (Theil 1950; Sen 1968).

    Args:
        points: Instants and values, oldest first.
    """
    recent = [(at, value) for at, value in points if now - BASIS <= at <= now]
    if len(recent) < _FEWEST or recent[-1][0] - recent[0][0] < _SHORTEST:
        return None
    return median(
        (later - earlier) / ((b - a) / timedelta(hours=1))
        for (a, earlier), (b, later) in combinations(recent, 2)
    )


def limits(segment: Segment, plans: Iterable[Plan]) -> dict[Level, float]:
    """The water depths, cm, at which a segment's levels begin, gravest last."""
    for scale in scales(segment, plans):
        if scale.quantity == "water_depth" and scale.window is None:
            return dict(scale.limits)
    return {}


def outlook(points: Points, now: datetime, limits_of: dict[Level, float]) -> Outlook | None:
    """The next limit that is reached within 30 min; None where none is, or nothing is rising.

    Args:
        points: Instants and values, oldest first.
        limits_of: Limit of each level, as `limits` gives them.
    """
    rate = rate_per_h(points, now)
    if rate is None or rate <= 0:
        return None
    at, value = points[-1]
    above = [(limit, level) for level, limit in limits_of.items() if limit > value]
    if not above:
        return None
    limit, level = min(above, key=lambda entry: entry[0])
    reached_at = max(at + (limit - value) / rate * timedelta(hours=1), now)
    return Outlook(rate, level, limit, reached_at) if reached_at - now <= HORIZON else None


def extrapolated(points: Points, now: datetime) -> list[tuple[datetime, float]]:
    """The straight line from the newest value over the next 30 min, never below zero."""
    rate = rate_per_h(points, now)
    if rate is None:
        return []
    at, value = points[-1]
    end = now + HORIZON
    reached = value + rate * ((end - at) / timedelta(hours=1))
    if reached >= 0:
        return [(at, value), (end, reached)]
    dry_at = at + timedelta(hours=value / -rate)
    return [(at, value), (dry_at, 0.0), (end, 0.0)]
