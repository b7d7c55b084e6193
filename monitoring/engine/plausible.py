"""The loop that every observation passes before rules judge it: can it be true?

Scalar code over plain arrays, compiled; `remembered.py` says what stands where. Nothing here
asks the time: a value is compared with what was observed before it and beside it.
"""

from typing import Final

import numpy as np

from monitoring.domain.observations import Quality
from monitoring.engine.compiled import compiled
from monitoring.engine.kernel import Ints
from monitoring.engine.neighbours import is_blocked, is_dry
from monitoring.engine.remembered import (
    AFTER,
    CADENCE,
    COUNT,
    FLAG,
    FLAT,
    GOOD_AT,
    GOOD_VALUE,
    HEARD,
    HEIGHT,
    HIGH,
    LOW,
    MARK,
    MARKS,
    MINUTE,
    MOST,
    NATURAL_HIGH,
    NATURAL_LOW,
    OTHER_AT,
    PACE,
    PACE_APART,
    SHARE,
    SLICE,
    SLOT,
    STANDING,
    STEP,
    STILL,
    TIME,
    VALUE,
    Floats,
    count_lag,
    count_quality,
    enter,
)

APART: Final = 3 * MINUTE  # samples further apart can't confirm each other soon
NEAR: Final = 0.05  # within which a value is a mark
HASTE: Final = 1.5  # a motion that is believed may go on so much faster
LEAP: Final = 2.0  # times what is doubted by which it may still grow at once
ALIKE: Final = 3.0  # times a move may be larger than another that is like it
STANDING_HEARD: Final = 14  # of `STANDING`
SETTLED: Final = 6  # doubted samples from which a slow motion shows …
ENDS: Final = 3  # … by so many at both ends

GOOD: Final = int(Quality.GOOD)
RANGE: Final = int(Quality.RANGE)
TOO_LATE: Final = int(Quality.TOO_LATE)
STUCK: Final = int(Quality.STUCK)
JUMP: Final = int(Quality.JUMP)
SENTINEL: Final = int(Quality.SENTINEL)
NEIGHBOURS: Final = int(Quality.NEIGHBOURS)


@compiled
def _allowance(floats: Floats, apart: int) -> float:
    """How far a value may move in that time."""
    pace = floats[PACE] if apart <= APART else floats[PACE_APART]
    return float(floats[STEP] + floats[SHARE] * abs(floats[GOOD_VALUE]) + pace * apart / MINUTE)


@compiled
def _motion(ints: Ints, floats: Floats, sign: float) -> float:
    """How fast, per µs, a believed value is moving in a direction; 0 where it isn't."""
    last = ints[COUNT] - 1
    if last < 3 or ints[FLAG + last] != GOOD:  # noqa: PLR2004 - three moves
        return 0.0
    for i in range(last - 2, last + 1):
        if sign * (floats[VALUE + i] - floats[VALUE + i - 1]) < 0.0:
            return 0.0
    moved = sign * (floats[VALUE + last] - floats[VALUE + last - 3])
    return float(moved / (ints[TIME + last] - ints[TIME + last - 3]))


@compiled
def _doubted_since(ints: Ints, floats: Floats, sign: float) -> int:
    """Where those doubted samples begin that stay on one side of the newest good one.

    The number of samples where there are none. What falls back begins anew.
    """
    first = ints[COUNT]
    for i in range(ints[COUNT] - 1, -1, -1):
        flag = ints[FLAG + i]
        if flag not in (JUMP, NEIGHBOURS):
            break
        if sign * (floats[VALUE + i] - floats[GOOD_VALUE]) <= 0.0:
            break
        if first < ints[COUNT]:
            fall = sign * (floats[VALUE + i] - floats[VALUE + first])
            if fall > _allowance(floats, ints[TIME + first] - ints[TIME + i]):
                break
        first = i
    return int(first)


@compiled
def _goes_on(ints: Ints, floats: Floats, apart: int, v: float, sign: float) -> bool:
    """Whether a value carries on what was doubted: it neither falls back nor leaps anew."""
    newest = floats[VALUE + ints[COUNT] - 1]
    allowance = _allowance(floats, apart)
    doubted = sign * (newest - floats[GOOD_VALUE])
    return bool(-allowance <= sign * (v - newest) <= allowance + LEAP * doubted)


@compiled
def _flows(ints: Ints, floats: Floats, first: int, v: float) -> bool:
    """Whether doubted samples and a new value move as water does, rather than lie still.

    Either the last two moves are alike, or, for what moves slowly, the samples have drifted
    without a leap.
    """
    count = ints[COUNT]
    if count - first >= 2:  # noqa: PLR2004 - two moves
        now = v - floats[VALUE + count - 1]
        before = floats[VALUE + count - 1] - floats[VALUE + count - 2]
        least, most = min(abs(now), abs(before)), max(abs(now), abs(before))
        if now * before > 0.0 and least >= floats[FLAT] and most <= ALIKE * least:
            return True
    if count - first < SETTLED:
        return False
    for i in range(first + 1, count):
        apart = ints[TIME + i] - ints[TIME + i - 1]
        if abs(floats[VALUE + i] - floats[VALUE + i - 1]) > _allowance(floats, apart):
            return False
    begin = floats[VALUE + first : VALUE + first + ENDS]
    end = floats[VALUE + count - ENDS : VALUE + count]
    rise, fall = end.min() - begin.max(), begin.min() - end.max()
    return bool(max(rise, fall) > floats[FLAT])


@compiled
def _moved(stations: Ints, all_ints: Ints, all_floats: Floats, s: int, t: int, v: float) -> int:
    """Judge how a value has moved since the newest good one."""
    ints, floats = all_ints[s], all_floats[s]
    last = ints[COUNT] - 1
    apart = t - ints[TIME + last]
    if ints[GOOD_AT] < 0:  # nothing to compare with; what was an object goes on being one
        is_same = abs(v - floats[VALUE + last]) <= floats[FLAT]
        return NEIGHBOURS if is_same and ints[FLAG + last] == NEIGHBOURS else GOOD
    sign = 1.0 if v > floats[GOOD_VALUE] else -1.0
    rise = sign * (v - floats[GOOD_VALUE])
    allowance = _allowance(floats, apart)
    if rise <= allowance or rise <= allowance + HASTE * apart * _motion(ints, floats, sign):
        return GOOD
    first = _doubted_since(ints, floats, sign)
    if first > last or t - ints[TIME + first] < ints[AFTER]:
        return JUMP
    if not _goes_on(ints, floats, apart, v, sign):
        return JUMP
    came = sign * (floats[VALUE + first] - floats[GOOD_VALUE])
    if sign < 0.0 or came < floats[HEIGHT] or _flows(ints, floats, first, v):
        return GOOD
    was_object = ints[FLAG + last] == NEIGHBOURS
    return NEIGHBOURS if was_object or is_dry(stations, all_ints, all_floats, t) else GOOD


@compiled
def _late(ints: Ints, floats: Floats, t: int, v: float) -> int:
    """Judge a value that comes out of order by its good neighbours in time."""
    before, after = -1, -1
    for i in range(ints[COUNT]):
        if ints[FLAG + i] == GOOD:
            if ints[TIME + i] < t:
                before = i
            elif after < 0:
                after = i
    for i in (before, after):
        if i >= 0:
            apart = abs(t - ints[TIME + i])
            if abs(v - floats[VALUE + i]) <= _allowance(floats, apart):
                return GOOD
    return GOOD if max(before, after) < 0 else JUMP


@compiled
def _stands_still(ints: Ints, floats: Floats, t: int, v: float) -> bool:
    """Whether a value has not changed for longer than it ever stands still."""
    if ints[STILL] == 0 or v != floats[VALUE + ints[COUNT] - 1]:
        return False
    if floats[NATURAL_LOW] <= v <= floats[NATURAL_HIGH] or t - ints[OTHER_AT] < ints[STILL]:
        return False
    passed = t * STANDING // ints[STILL] - ints[SLOT]
    bits = (ints[HEARD] << min(passed, STANDING)) | 1
    heard = 0
    for i in range(STANDING):
        heard += (bits >> i) & 1
    return heard >= STANDING_HEARD


@compiled
def _is_mark(floats: Floats, v: float) -> bool:
    """Whether a value is an instrument's way to say that it has none."""
    for i in range(MARK, MARK + MARKS):
        if np.isnan(floats[i]):
            return False
        if abs(v - floats[i]) <= NEAR:
            return True
    return False


@compiled
def _is_possible(ints: Ints, floats: Floats, apart: int, v: float) -> bool:
    """Whether there can be such a value, and so much of it in the time."""
    most = floats[MOST] * max(ints[CADENCE], apart) / MINUTE
    return bool(floats[LOW] <= v <= floats[HIGH] and v <= most)


@compiled
def _judge(
    stations: Ints, all_ints: Ints, all_floats: Floats, s: int, t: int, v: float, lateness: int
) -> int:
    """The quality of a value that nobody has judged yet."""
    ints, floats = all_ints[s], all_floats[s]
    count = ints[COUNT]
    newest = ints[TIME + count - 1] if count else t - ints[CADENCE]
    flag = GOOD
    if t <= newest - lateness:
        flag = TOO_LATE
    elif _is_mark(floats, v):
        flag = SENTINEL
    elif not _is_possible(ints, floats, t - newest, v):
        flag = RANGE
    elif t < newest:
        flag = _late(ints, floats, t, v)
    elif count:
        flag = _moved(stations, all_ints, all_floats, s, t, v)
        if flag == GOOD and _stands_still(ints, floats, t, v):
            flag = STUCK
        elif flag == GOOD and ints[SLICE] and v == 0.0:
            flag = NEIGHBOURS if is_blocked(stations, all_ints, all_floats, s, t) else GOOD
    return flag


@compiled
def check(
    numbers: Ints,
    times: Ints,
    values: Floats,
    flags: Ints,
    ints: Ints,
    floats: Floats,
    stations: Ints,
    lateness: int,
    arrived: int,
) -> None:
    """Judge what is `GOOD` in `flags` so far, one by one in the order given, and remember it.

    Args:
        flags: Qualities that are known; replaced by those that were found.
        stations: The series of rain that are compared with each other.
        arrived: Of these observations, in µs; below 0 they come from the archive, and their
            qualities stand.
    """
    for i in range(len(numbers)):
        s, t, v = numbers[i], times[i], values[i]
        if arrived >= 0:
            count_lag(ints[s], arrived - t, arrived)
            if flags[i] == GOOD:
                flags[i] = _judge(stations, ints, floats, s, t, v, lateness)
        flag = flags[i]
        count_quality(ints[s], t, flag)
        if flag in (GOOD, STUCK, JUMP, NEIGHBOURS):
            enter(ints[s], floats[s], t, v, flag)
