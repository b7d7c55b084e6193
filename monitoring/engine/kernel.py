"""The loop that every observation passes: windows slide, limits are reached or left.

One scalar loop over plain arrays, compiled. It knows series and leaves by number only:
a *series* is one quantity of one device, a *leaf* one limit on one window of a series.

Values are whole numbers (`SCALE` to the canonical unit), because a moving sum of floats
drifts and misses exact thresholds such as 50.0 mm.

A window at `t` is `(t − w, t]`: what was observed at `s` leaves it at `s + w`. Leaving a
limit counts only where the window is covered by enough observations (`need`): a sum of
what is known is a lower bound, so it may raise, but silence must not clear it.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from monitoring.engine.compiled import compiled

SCALE: Final = 10_000
LAST: Final = 0
SUM: Final = 1

Ints = npt.NDArray[np.int64]

# Columns of the series table.
OFFSET: Final = 0  # first place of its slab in the pool
CAPACITY: Final = 1
COUNT: Final = 2
KEEP: Final = 3  # µs that observations are kept; no shorter than any of its windows
SERIES_COLUMNS: Final = 4

# Columns of the leaf table.
KIND: Final = 0
WINDOW: Final = 1  # µs
LIMIT: Final = 2  # scaled; reached at or above it
RELEASE: Final = 3  # scaled; left below it
NEED: Final = 4  # observations in the window without which the limit cannot be left
ON: Final = 5
LOW: Final = 6  # how many of the slab's observations have left the window
TOTAL: Final = 7  # scaled sum of the window
LEAF_COLUMNS: Final = 8

# Columns of a transition.
T_LEAF: Final = 0
T_TIME: Final = 1
T_ON: Final = 2
T_VALUE: Final = 3  # scaled
T_KNOWN: Final = 4  # observations in the window
TRANSITION_COLUMNS: Final = 5


@compiled
def _tell(out: Ints, told: int, leaf: int, time: int, on: int, value: int, known: int) -> int:
    out[told, T_LEAF] = leaf
    out[told, T_TIME] = time
    out[told, T_ON] = on
    out[told, T_VALUE] = value
    out[told, T_KNOWN] = known
    return told + 1


@compiled
def _advance(
    leaves: Ints,
    leaf: int,
    times: Ints,
    values: Ints,
    known: int,
    time: int,
    value: int,
    out: Ints,
    told: int,
) -> int:
    """Move one leaf on by the observation (`time`, `value`).

    `times` and `values` are the series' slab, of which the first `known` came before.
    Tells at most two transitions: left while time passed, reached at `time`.
    """
    row = leaves[leaf]
    if row[KIND] == LAST:
        if row[ON] == 0 and value >= row[LIMIT]:
            row[ON] = 1
            return _tell(out, told, leaf, time, 1, value, 1)
        if row[ON] == 1 and value < row[RELEASE]:
            row[ON] = 0
            return _tell(out, told, leaf, time, 0, value, 1)
        return told
    low = row[LOW]
    total = row[TOTAL]
    while low < known and times[low] + row[WINDOW] <= time:
        total -= values[low]
        leaves_at = times[low] + row[WINDOW]
        low += 1
        if (
            leaves_at < time  # at `time` itself the new observation counts too
            and row[ON] == 1
            and total < row[RELEASE]
            and known - low >= row[NEED]
        ):
            row[ON] = 0
            told = _tell(out, told, leaf, leaves_at, 0, total, known - low)
    total += value
    row[LOW] = low
    row[TOTAL] = total
    in_window = known + 1 - low
    if row[ON] == 0 and total >= row[LIMIT]:
        row[ON] = 1
        told = _tell(out, told, leaf, time, 1, total, in_window)
    elif row[ON] == 1 and total < row[RELEASE] and in_window >= row[NEED]:
        row[ON] = 0
        told = _tell(out, told, leaf, time, 0, total, in_window)
    return told


@compiled
def drop_old(
    series: Ints,
    s: int,
    pool_times: Ints,
    pool_values: Ints,
    leaves: Ints,
    first_leaf: Ints,
    leaf_of: Ints,
) -> int:
    """Forget what is older than the series keeps; how many observations are left.

    Counted back from the newest one, at which all windows stand: what is dropped has
    left them before.
    """
    begin = series[s, OFFSET]
    count = series[s, COUNT]
    horizon = pool_times[begin + count - 1] - series[s, KEEP]
    dropped = np.searchsorted(pool_times[begin : begin + count], horizon, side="right")
    for i in range(first_leaf[s], first_leaf[s + 1]):
        leaves[leaf_of[i], LOW] = max(0, leaves[leaf_of[i], LOW] - dropped)
    for i in range(begin, begin + count - dropped):
        pool_times[i] = pool_times[i + dropped]
        pool_values[i] = pool_values[i + dropped]
    series[s, COUNT] = count - dropped
    return int(count - dropped)


@compiled
def step(
    numbers: Ints,
    times: Ints,
    values: Ints,
    done: int,
    series: Ints,
    pool_times: Ints,
    pool_values: Ints,
    leaves: Ints,
    first_leaf: Ints,
    leaf_of: Ints,
    out: Ints,
    late: Ints,
) -> tuple[int, int, int, int]:
    """Take observations from `done` on, in the order given.

    Those that are not newer than what their series knows are left to `late`: their index,
    and how far the series was when they came.

    Returns:
        How many are done, how many transitions were told, how many are late, and the
        series whose slab must grow before the next one can be taken (−1: none; then
        either all are done or `out` is full).
    """
    told = 0
    lates = 0
    for i in range(done, len(numbers)):
        s = numbers[i]
        count = series[s, COUNT]
        begin = series[s, OFFSET]
        if count > 0 and times[i] <= pool_times[begin + count - 1]:
            late[lates, 0] = i
            late[lates, 1] = pool_times[begin + count - 1]
            lates += 1
            continue
        if told + 2 * (first_leaf[s + 1] - first_leaf[s]) > len(out):
            return i, told, lates, -1
        if count == series[s, CAPACITY]:
            count = drop_old(series, s, pool_times, pool_values, leaves, first_leaf, leaf_of)
            if 2 * count > series[s, CAPACITY]:  # else it would be moved for every observation
                return i, told, lates, s
        slab_times = pool_times[begin : begin + count + 1]
        slab_values = pool_values[begin : begin + count + 1]
        for j in range(first_leaf[s], first_leaf[s + 1]):
            told = _advance(
                leaves, leaf_of[j], slab_times, slab_values, count, times[i], values[i], out, told
            )
        slab_times[count] = times[i]
        slab_values[count] = values[i]
        series[s, COUNT] = count + 1
    return len(numbers), told, lates, -1


@compiled
def insert(series: Ints, s: int, pool_times: Ints, pool_values: Ints, time: int, value: int) -> int:
    """Put a late observation where its time belongs; the slab must have room.

    Returns:
        Its place in the slab, or −1 where one of that time is already there.
    """
    begin = series[s, OFFSET]
    count = series[s, COUNT]
    place = np.searchsorted(pool_times[begin : begin + count], time)
    if place < count and pool_times[begin + place] == time:
        return -1
    for i in range(count, place, -1):
        pool_times[begin + i] = pool_times[begin + i - 1]
        pool_values[begin + i] = pool_values[begin + i - 1]
    pool_times[begin + place] = time
    pool_values[begin + place] = value
    series[s, COUNT] = count + 1
    return int(place)


@compiled
def replay(
    leaves: Ints, leaf: int, times: Ints, values: Ints, place: int, on: int, out: Ints
) -> int:
    """Judge a leaf anew from the observation at `place` on; `on` is how it stood before.

    `times` and `values` are the whole slab; `out` has room for two transitions
    for each observation.

    Returns:
        How many transitions were told.
    """
    row = leaves[leaf]
    row[ON] = on
    row[LOW] = 0
    if place < len(times):
        row[LOW] = np.searchsorted(times[:place], times[place] - row[WINDOW])
    elif place > 0:
        row[LOW] = np.searchsorted(times, times[-1] - row[WINDOW], side="right")
    row[TOTAL] = values[row[LOW] : place].sum()
    told = 0
    for i in range(place, len(times)):
        told = _advance(leaves, leaf, times, values, i, times[i], values[i], out, told)
    return told
