"""The checker: stamps each observation with its quality, before it is archived and judged.

It keeps the rows of `remembered.py` for every series that is heard. Qualities depend on what
came before in order of arrival, not on batches; a restart enters what is archived.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from monitoring.domain.instants import MICROSECOND, span_us
from monitoring.domain.observations import Observation, Quality
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.signals import Signal
from monitoring.domain.site import Device, Site
from monitoring.engine import plausible
from monitoring.engine import remembered as row
from monitoring.engine.kernel import Ints
from monitoring.engine.windows import SeriesKey

MEMORY: Final = timedelta(hours=row.HOURS - 1)
_FIRST_SERIES: Final = 64
_FEWEST_LAGS: Final = 5  # messages from which a clock is judged
_STILL_CADENCES: Final = 20
_QUALITIES: Final = tuple(Quality)
_FROM_ARCHIVE: Final = -1
_NOWHERE: Final = (math.inf, -math.inf)


@dataclass(frozen=True, slots=True)
class Lag:
    """How the times of a device differ from those of arrival.

    Attributes:
        median: Of its last messages; below zero where its clock is ahead.
        is_off: Whether every one of them differs by more than the site allows, the same way.
    """

    median: timedelta
    is_off: bool


class Checker:
    """Knows what is plausible of each series of a site; only one thread may stamp.

    Args:
        allowance: How long transport may take before it counts against a clock.
    """

    def __init__(self, site: Site, allowance: timedelta = timedelta(0)) -> None:
        self._site = site
        self._lateness_us = span_us(site.lateness)
        self._off_us = span_us(site.signals.clock_off)
        self._allowance_us = span_us(allowance)
        self._number: dict[SeriesKey, int] = {}
        self._stations = np.zeros(0, dtype=np.int64)
        self._ints, self._floats = row.empty_rows(_FIRST_SERIES)

    def load(self, observations: Sequence[Observation]) -> None:
        """Enter what is archived of the last `MEMORY`, each once, in whatever order."""
        if observations:
            self._check(observations, _FROM_ARCHIVE)

    def stamp(self, observations: Sequence[Observation], arrived_us: int) -> list[Observation]:
        """The same observations in the same order, each with its quality.

        What is not `GOOD` any more keeps the quality that it has.
        """
        if not observations:
            return []
        stamped = list(observations)
        flags = self._check(observations, arrived_us)
        for i in np.flatnonzero(flags).tolist():
            stamped[i] = stamped[i]._replace(quality=_QUALITIES[flags[i]])
        return stamped

    def counts(self, key: SeriesKey, at_us: int) -> dict[Quality, int]:
        """How many observations of a series there were of each quality in the last 24 h."""
        number = self._number.get(key)
        if number is None:
            return {}
        ints = self._ints[number]
        hours = ints[row.TALLY_HOUR : row.TALLY_HOUR + row.HOURS]
        tally = ints[row.TALLY :].reshape(row.HOURS, row.QUALITIES)
        totals = tally[hours > at_us // row.HOUR - (row.HOURS - 1)].sum(axis=0).tolist()
        return {quality: totals[quality] for quality in Quality if totals[quality]}

    def lag(self, device: Device) -> Lag | None:
        """How a device's clock differs from ours; None where too little was heard of it."""
        keys = [(device.id, quantity) for quantity in device.quantities]
        heard = [self._ints[self._number[key]] for key in keys if key in self._number]
        ints = max(heard, key=lambda ints: int(ints[row.LAG_COUNT]), default=None)
        if ints is None or ints[row.LAG_COUNT] < _FEWEST_LAGS:
            return None
        lags = ints[row.LAG : row.LAG + ints[row.LAG_COUNT]]
        is_behind = bool((lags > self._off_us + self._allowance_us).all())
        is_ahead = bool((lags < -self._off_us).all())
        return Lag(int(np.median(lags)) * MICROSECOND, is_behind or is_ahead)

    def _check(self, observations: Sequence[Observation], arrived_us: int) -> Ints:
        devices, quantities, times, values, qualities = zip(*observations, strict=True)
        keys = list(zip(devices, quantities, strict=True))
        try:
            numbers = list(map(self._number.__getitem__, keys))
        except KeyError:
            for key in keys:
                if key not in self._number:
                    self._add(key)
            numbers = list(map(self._number.__getitem__, keys))
        is_new = qualities.count(Quality.GOOD) == len(qualities)
        flags = np.zeros(len(keys), np.int64) if is_new else np.array(qualities, np.int64)
        plausible.check(
            np.array(numbers, dtype=np.int64), np.array(times, dtype=np.int64),
            np.array(values, dtype=np.float64), flags,
            self._ints, self._floats, self._stations, self._lateness_us, arrived_us,
        )  # fmt: skip
        return flags

    def _add(self, key: SeriesKey) -> None:
        """Make room for a series that is heard for the first time."""
        number = len(self._number)
        if number == len(self._ints):
            ints, floats = row.empty_rows(number)
            self._ints = np.concatenate((self._ints, ints))
            self._floats = np.concatenate((self._floats, floats))
        self._number[key] = number
        device, signal = self._site.device.get(key[0]), self._site.signal(*key)
        cadence_us = span_us(device.cadence) if device else 0
        self._ints[number, : row.TERMS] = _terms(signal, cadence_us)
        self._floats[number, : row.LIMITS] = _limits(key[1], signal)
        self._floats[number, row.MARK : row.MARK + len(signal.marks)] = signal.marks
        if device and signal.neighbours is not None:
            self._stations = np.append(self._stations, number)


def _limits(quantity: str, signal: Signal) -> tuple[float, ...]:
    """The limits of `remembered` in their order; what is not asked for is never reached."""
    known = QUANTITIES[quantity]
    jump, parked, rain = signal.jump, signal.parked, signal.neighbours
    natural = signal.stuck.natural if signal.stuck else None
    pace = jump.per_minute if jump else 0.0
    apart = jump.per_minute_apart if jump else None
    return (
        *(signal.range or (known.low, known.high)),
        math.inf if signal.most_per_minute is None else signal.most_per_minute,
        jump.step if jump else math.inf,
        jump.share if jump else 0.0,
        pace,
        pace if apart is None else apart,
        parked.height if parked else math.inf,
        parked.flat if parked else 0.0,
        *(natural or _NOWHERE),
        rain.at_least if rain else math.inf,
        rain.dry_below if rain else 0.0,
    )


def _terms(signal: Signal, cadence_us: int) -> tuple[int, ...]:
    """The terms of `remembered` in their order; 0 for what is not asked for."""
    return (
        cadence_us,
        span_us(signal.jump.after) if signal.jump else 0,
        max(span_us(signal.stuck.after), _STILL_CADENCES * cadence_us) if signal.stuck else 0,
        span_us(signal.neighbours.window) // row.SLICES if signal.neighbours else 0,
    )
