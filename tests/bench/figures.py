"""Figures of merit from many single readings."""

from collections.abc import Iterable


def quantile(readings: Iterable[float], share: float) -> float:
    """The reading below which a share of them lie, such as 0.95; one that was really read."""
    ordered = sorted(readings)
    return ordered[int(share * (len(ordered) - 1))]
