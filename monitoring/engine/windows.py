"""Windows: the kernel's tables for a set of series and leaves, and how they are filled.

Pure state without a clock; everything is told in event time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from monitoring.domain.plans import Aggregate
from monitoring.engine import kernel

CLEARING_COVERAGE: Final = 0.8  # share of a window that must be known before a sum may clear
_FIRST_SLAB: Final = 64
_OUT_ROWS: Final = 4096

SeriesKey = tuple[str, str]  # device id, quantity


@dataclass(frozen=True, slots=True)
class Leaf:
    """One limit on one window of one series.

    Attributes:
        series: Device id and quantity.
        window_us: 0 for the last value.
        limit: Reached at or above it, in the canonical unit.
        deadband: Left below `limit − deadband`.
        cadence_us: How often the device should be heard; 0 where nobody knows, then
            coverage is not asked for.
    """

    series: SeriesKey
    aggregate: Aggregate
    window_us: int
    limit: float
    deadband: float
    cadence_us: int

    @property
    def key(self) -> str:
        """Names what it judges, so that its memory survives a restart and a changed plan."""
        device, quantity = self.series
        return (
            f"{device}/{quantity}/{self.aggregate}/{self.window_us}"
            f"/{self.limit:g}/{self.deadband:g}/{self.cadence_us}"
        )

    @property
    def need(self) -> int:
        """Observations that a window must hold before its sum may clear."""
        if not self.window_us or not self.cadence_us:
            return 0
        return math.ceil(CLEARING_COVERAGE * self.window_us / self.cadence_us)

    def coverage(self, known: int) -> float | None:
        """Share of the window that `known` observations cover; None where it can't be said."""
        if not self.window_us:
            return 1.0
        if not self.cadence_us:
            return None
        return min(1.0, known * self.cadence_us / self.window_us)


class Transition(NamedTuple):
    """A leaf's limit was reached or left; `value` is scaled, `known` counts observations."""

    time_us: int
    is_on: bool
    value: int
    known: int


class Windows:
    """The tables of the kernel, by number of series and leaf."""

    def __init__(self, leaves: Sequence[Leaf], lateness_us: int) -> None:
        self.leaves = list(leaves)
        self.number: dict[SeriesKey, int] = {}
        for leaf in leaves:
            self.number.setdefault(leaf.series, len(self.number))
        count = len(self.number)
        of_series: list[list[int]] = [[] for _ in range(count)]
        for i, leaf in enumerate(leaves):
            of_series[self.number[leaf.series]].append(i)
        self.leaves_of = of_series
        self._first_leaf = np.cumsum([0, *map(len, of_series)], dtype=np.int64)
        self._leaf_of = np.array([i for row in of_series for i in row], dtype=np.int64)
        self._table = np.zeros((len(leaves), kernel.LEAF_COLUMNS), dtype=np.int64)
        for i, leaf in enumerate(leaves):
            self._table[i, : kernel.ON] = _row(leaf)
        self._series = np.zeros((count, kernel.SERIES_COLUMNS), dtype=np.int64)
        self._series[:, kernel.CAPACITY] = _FIRST_SLAB
        self._series[:, kernel.OFFSET] = np.arange(count) * _FIRST_SLAB
        for s, members in enumerate(of_series):
            longest = max(leaves[i].window_us for i in members)
            self._series[s, kernel.KEEP] = longest + lateness_us
        self._pool_times = np.zeros(count * _FIRST_SLAB, dtype=np.int64)
        self._pool_values = np.zeros(count * _FIRST_SLAB, dtype=np.int64)
        self._used = count * _FIRST_SLAB
        widest = 2 * max(map(len, of_series), default=0)
        self._out = np.zeros((_OUT_ROWS + widest, kernel.TRANSITION_COLUMNS), dtype=np.int64)

    def newest_us(self, series: int) -> int | None:
        """Time of the newest observation of a series."""
        count = int(self._series[series, kernel.COUNT])
        if not count:
            return None
        return int(self._pool_times[self._series[series, kernel.OFFSET] + count - 1])

    def take(
        self, numbers: Sequence[int], times_us: Sequence[int], values: Sequence[float]
    ) -> tuple[list[tuple[int, Transition]], list[tuple[int, int]]]:
        """Enter observations in the order given.

        Returns:
            What the leaves told, by leaf number, in that order; and the observations that
            were not entered, because they are not newer than their series: their index,
            and the time of the series' newest observation when they came.
        """
        number_column = np.array(numbers, dtype=np.int64)
        time_column = np.array(times_us, dtype=np.int64)
        value_column = scaled(values)
        late = np.empty((len(number_column), 2), dtype=np.int64)
        told: list[tuple[int, Transition]] = []
        lates: list[tuple[int, int]] = []
        done = 0
        while True:
            done, rows, late_rows, crowded = kernel.step(
                number_column, time_column, value_column, done,
                self._series, self._pool_times, self._pool_values,
                self._table, self._first_leaf, self._leaf_of, self._out, late,
            )  # fmt: skip
            told.extend(self._told(rows))
            lates.extend((index, newest_us) for index, newest_us in late[:late_rows].tolist())
            if crowded >= 0:
                self._grow(crowded)
            elif done == len(number_column):
                return told, lates

    def insert(self, series: int, time_us: int, value: float) -> int | None:
        """Enter one late observation, without judging it; its place, None for a double."""
        if self._series[series, kernel.COUNT] == self._series[series, kernel.CAPACITY]:
            self._grow(series)
        place = kernel.insert(
            self._series, series, self._pool_times, self._pool_values,
            time_us, int(scaled([value])[0]),
        )  # fmt: skip
        return None if place < 0 else place

    def replay(self, leaf: int, place: int, *, was_on: bool) -> list[Transition]:
        """Judge a leaf anew from the observation at `place` on; what it told."""
        times, values = self._slab(self.number[self.leaves[leaf].series])
        out = np.zeros((2 * len(times) + 2, kernel.TRANSITION_COLUMNS), dtype=np.int64)
        told = kernel.replay(self._table, leaf, times, values, place, int(was_on), out)
        return [_transition(row)[1] for row in out[:told].tolist()]

    def load(self, series: int, times_us: Sequence[int], values: Sequence[float]) -> None:
        """Fill a series' slab with what the archive knows, in order of time; judges nothing."""
        while self._series[series, kernel.CAPACITY] < len(times_us) + 1:
            self._grow(series)
        begin = int(self._series[series, kernel.OFFSET])
        self._pool_times[begin : begin + len(times_us)] = times_us
        self._pool_values[begin : begin + len(times_us)] = scaled(values)
        self._series[series, kernel.COUNT] = len(times_us)

    def place_after(self, leaf: int, time_us: int) -> int:
        """The place of the first observation of a leaf's series that is later than `time_us`."""
        times, _ = self._slab(self.number[self.leaves[leaf].series])
        return int(np.searchsorted(times, time_us, side="right"))

    def _slab(self, series: int) -> tuple[kernel.Ints, kernel.Ints]:
        begin = int(self._series[series, kernel.OFFSET])
        end = begin + int(self._series[series, kernel.COUNT])
        return self._pool_times[begin:end], self._pool_values[begin:end]

    def _grow(self, series: int) -> None:
        """Move a series to a slab of twice the size at the pool's end.

        The slab left behind stays empty: all such slabs of a series together are smaller
        than the one it has, and nothing else has to move.
        """
        times, values = self._slab(series)
        capacity = 2 * int(self._series[series, kernel.CAPACITY])
        begin, self._used = self._used, self._used + capacity
        if self._used > len(self._pool_times):
            more = np.zeros(max(self._used, 2 * len(self._pool_times)), dtype=np.int64)
            more[:begin] = self._pool_times[:begin]
            self._pool_times = more
            more = np.zeros(len(more), dtype=np.int64)
            more[:begin] = self._pool_values[:begin]
            self._pool_values = more
        self._pool_times[begin : begin + len(times)] = times
        self._pool_values[begin : begin + len(values)] = values
        self._series[series, kernel.OFFSET] = begin
        self._series[series, kernel.CAPACITY] = capacity

    def _told(self, rows: int) -> list[tuple[int, Transition]]:
        return [_transition(row) for row in self._out[:rows].tolist()]


def scaled(values: Sequence[float]) -> kernel.Ints:
    """Values as whole numbers of the kernel's scale, rounded to the nearest."""
    return np.rint(np.asarray(values, dtype=np.float64) * kernel.SCALE).astype(np.int64)


def _row(leaf: Leaf) -> tuple[int, int, int, int, int]:
    kind = kernel.SUM if leaf.aggregate is Aggregate.SUM else kernel.LAST
    limit, deadband = scaled([leaf.limit, leaf.deadband]).tolist()
    return kind, leaf.window_us, limit, limit - deadband, leaf.need


def _transition(row: list[int]) -> tuple[int, Transition]:
    leaf, time_us, is_on, value, known = row
    return leaf, Transition(time_us, bool(is_on), value, known)
