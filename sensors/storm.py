"""A storm's physics, as simple as it may be: rain over time, and water standing where it falls.

Pure. Everything is a function of minutes since the scenario began.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chicago:
    """A design storm after Keifer and Chu (1957), "Synthetic storm pattern for drainage design".

    The intensity is that of an average intensity–duration curve, split at the peak.

    Attributes:
        total_mm: Rain of the whole storm.
        duration_min: Its length.
        peak_ratio: Share of the duration before the peak.
        n: Exponent of the intensity–duration curve.
        b_min: Its time constant.
    """

    total_mm: float
    duration_min: int
    peak_ratio: float
    n: float
    b_min: float

    def by_minute(self) -> list[float]:
        """Mm of each minute; they add up to `total_mm`."""
        peak = self.peak_ratio * self.duration_min
        shape = [self._intensity(minute + 0.5, peak) for minute in range(self.duration_min)]
        scale = self.total_mm / sum(shape)
        return [scale * value for value in shape]

    def _intensity(self, minute: float, peak: float) -> float:
        side = self.peak_ratio if minute < peak else 1 - self.peak_ratio
        tau = abs(minute - peak) / side
        return float(((1 - self.n) * tau + self.b_min) / (tau + self.b_min) ** (1 + self.n))


@dataclass(frozen=True, slots=True)
class Ponding:
    """How water stands on a segment: a linear reservoir that a drain empties.

    Rain reaches the low point after a lag (first-order, Nash's single reservoir, 1957);
    what the drain can't take is stored, and the depth follows the store.

    Attributes:
        drain_mm_per_h: What drains and pumps take, as rain over the catchment.
        depth_cm_per_mm: Depth for each mm stored.
        lag_min: Time constant of the run-off.
    """

    drain_mm_per_h: float
    depth_cm_per_mm: float
    lag_min: float

    def depths(self, rain_by_minute: Sequence[float]) -> list[float]:
        """Depth in cm at the end of each minute."""
        share = 1 - math.exp(-1 / self.lag_min)
        waiting = stored = 0.0
        depths: list[float] = []
        for rain in rain_by_minute:
            waiting += rain
            arriving = share * waiting
            waiting -= arriving
            stored = max(0.0, stored + arriving - self.drain_mm_per_h / 60)
            depths.append(self.depth_cm_per_mm * stored)
        return depths


def delayed(by_minute: Sequence[float], delay_min: int, factor: float, length: int) -> list[float]:
    """A station's rain: the storm `delay_min` later and `factor` as heavy, `length` minutes."""
    shifted = [0.0] * delay_min + [factor * value for value in by_minute]
    return (shifted + [0.0] * length)[:length]


def daylight(hour: float) -> float:
    """Light from 0 (night) to 1 (day) at a local hour of a summer's day."""
    return min(1.0, max(0.0, 1.4 * math.sin(math.pi * (hour - 4.5) / 15.0) + 0.1))
