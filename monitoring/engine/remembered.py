"""What is remembered of every series, so that its next value can be judged.

Scalar code over plain arrays, compiled. Each series has a row of whole numbers and a row of
floats; what stands where is said below. What is remembered is a function of the *set* of a
series' archived observations with their qualities: the newest few in order of time, the newest
good one, since when the value has not changed. So a restart that enters them anew, in whatever
order, knows the same.

Values are in canonical units, instants and spans in µs, qualities the numbers of `Quality`.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from monitoring.domain.instants import SECOND_US
from monitoring.domain.observations import Quality
from monitoring.domain.signals import MOST_SENTINELS
from monitoring.engine.compiled import compiled
from monitoring.engine.kernel import SCALE, Ints

Floats = npt.NDArray[np.float64]

MINUTE: Final = 60 * SECOND_US
HOUR: Final = 60 * MINUTE

RING: Final = 12  # samples that are remembered
MARKS: Final = MOST_SENTINELS  # values that stand for none
SLICES: Final = 12  # parts of the window over which rain is compared …
STANDING: Final = 16  # … and of the time for which a value may stand still
HOURS: Final = 25  # in which qualities are counted; the oldest is always incomplete
LAGS: Final = 9  # messages by which a clock is judged
QUALITIES: Final = len(Quality)

# Places of the floats: limits, then what is known.
LOW: Final = 0
HIGH: Final = 1
MOST: Final = 2  # of an amount, per minute
STEP: Final = 3
SHARE: Final = 4  # of the newest good value, beside the step
PACE: Final = 5  # per minute
PACE_APART: Final = 6  # per minute, where samples are far apart
HEIGHT: Final = 7  # from which a jump may be an object
FLAT: Final = 8  # within which its echo stays
NATURAL_LOW: Final = 9
NATURAL_HIGH: Final = 10
MUCH: Final = 11  # rain that all neighbours have
DRY: Final = 12  # rain below which it is dry
LIMITS: Final = 13
MARK: Final = LIMITS  # values that stand for none; NaN behind the last
GOOD_VALUE: Final = MARK + MARKS
VALUE: Final = GOOD_VALUE + 1  # of the samples, oldest first
FLOATS: Final = VALUE + RING

# Places of the whole numbers: terms, then what is known.
CADENCE: Final = 0
AFTER: Final = 1  # how long a jump must have stayed
STILL: Final = 2  # how long a value may stand still; 0 for ever
SLICE: Final = 3  # length of a slice of the rain window; 0 for what is no rain
TERMS: Final = 4
COUNT: Final = TERMS  # samples that are remembered
GOOD_AT: Final = COUNT + 1  # time of the newest good one; −1 for none
OTHER_AT: Final = COUNT + 2  # time of the newest that differs from the newest; −1 for none
SLOT: Final = COUNT + 3  # the newest part of `STILL` in which it was heard …
HEARD: Final = COUNT + 4  # … and a bit for it and each one before
BATCH: Final = COUNT + 5  # arrival of the newest lag
LAG_COUNT: Final = COUNT + 6
TIME: Final = COUNT + 7  # of the samples, oldest first
FLAG: Final = TIME + RING  # their qualities
LAG: Final = FLAG + RING  # from observation to arrival, oldest first
RAIN_SLOT: Final = LAG + LAGS  # number of the slice that each place holds; −1 for none
RAIN: Final = RAIN_SLOT + SLICES  # in 1/SCALE mm: a sum of floats would depend on their order
RAIN_COUNT: Final = RAIN + SLICES
TALLY_HOUR: Final = RAIN_COUNT + SLICES  # since 1970, that each place holds; −1 for none
TALLY: Final = TALLY_HOUR + HOURS  # by hour and quality
INTS: Final = TALLY + HOURS * QUALITIES

_GOOD: Final = int(Quality.GOOD)


def empty_rows(count: int) -> tuple[Ints, Floats]:
    """Rows of series of which nothing is known."""
    ints = np.zeros((count, INTS), dtype=np.int64)
    floats = np.zeros((count, FLOATS))
    ints[:, [GOOD_AT, OTHER_AT]] = -1
    ints[:, RAIN_SLOT : RAIN_SLOT + SLICES] = -1
    ints[:, TALLY_HOUR : TALLY_HOUR + HOURS] = -1
    floats[:, MARK : MARK + MARKS] = np.nan
    return ints, floats


@compiled
def _place(ints: Ints, floats: Floats, t: int, v: float, flag: int) -> None:
    """Put a sample where its time belongs; the oldest leaves."""
    count = ints[COUNT]
    place = count
    while place > 0 and ints[TIME + place - 1] > t:
        place -= 1
    if count == RING:
        if place == 0:
            return
        place -= 1
        for i in range(place):
            ints[TIME + i] = ints[TIME + i + 1]
            ints[FLAG + i] = ints[FLAG + i + 1]
            floats[VALUE + i] = floats[VALUE + i + 1]
    else:
        for i in range(count, place, -1):
            ints[TIME + i] = ints[TIME + i - 1]
            ints[FLAG + i] = ints[FLAG + i - 1]
            floats[VALUE + i] = floats[VALUE + i - 1]
        ints[COUNT] = count + 1
    ints[TIME + place] = t
    ints[FLAG + place] = flag
    floats[VALUE + place] = v


@compiled
def _hear_rain(ints: Ints, t: int, v: float) -> None:
    """Add to what a rain station measured."""
    slot = t // ints[SLICE]
    place = slot % SLICES
    if ints[RAIN_SLOT + place] < slot:
        ints[RAIN_SLOT + place] = slot
        ints[RAIN + place] = 0
        ints[RAIN_COUNT + place] = 0
    if ints[RAIN_SLOT + place] == slot:
        ints[RAIN + place] += round(v * SCALE)
        ints[RAIN_COUNT + place] += 1


@compiled
def rain_until(ints: Ints, t: int) -> tuple[int, float]:
    """Rain of a station in its window up to `t`, in 1/SCALE mm, and the share that is known."""
    slot = t // ints[SLICE]
    total = 0
    heard = 0
    for i in range(SLICES):
        if slot - SLICES < ints[RAIN_SLOT + i] <= slot:
            total += ints[RAIN + i]
            heard += ints[RAIN_COUNT + i]
    return total, heard * ints[CADENCE] / (SLICES * ints[SLICE])


@compiled
def _hear(ints: Ints, t: int) -> None:
    """Mark the part of the time in which it was heard."""
    slot = t * STANDING // ints[STILL]
    passed = slot - ints[SLOT]
    if passed > 0:
        ints[HEARD] = ((ints[HEARD] << min(passed, STANDING)) | 1) & ((1 << STANDING) - 1)
        ints[SLOT] = slot
    elif passed > -STANDING:
        ints[HEARD] |= 1 << -passed


@compiled
def enter(ints: Ints, floats: Floats, t: int, v: float, flag: int) -> None:
    """Remember a sample, in whatever order it comes."""
    count = ints[COUNT]
    if count and v != floats[VALUE + count - 1]:
        newest = ints[TIME + count - 1]
        ints[OTHER_AT] = newest if t > newest else max(ints[OTHER_AT], t)
    if ints[STILL]:
        _hear(ints, t)
    if flag == _GOOD and t > ints[GOOD_AT]:
        ints[GOOD_AT] = t
        floats[GOOD_VALUE] = v
    if ints[SLICE]:
        _hear_rain(ints, t, v)
    _place(ints, floats, t, v, flag)


@compiled
def count_quality(ints: Ints, t: int, flag: int) -> None:
    """Count an observation of that hour and quality."""
    hour = t // HOUR
    place = hour % HOURS
    begin = TALLY + place * QUALITIES
    if ints[TALLY_HOUR + place] < hour:
        ints[TALLY_HOUR + place] = hour
        ints[begin : begin + QUALITIES] = 0
    if ints[TALLY_HOUR + place] == hour:
        ints[begin + flag] += 1


@compiled
def count_lag(ints: Ints, lag: int, arrived: int) -> None:
    """Remember how long a message was under way; of one batch the shortest."""
    count = ints[LAG_COUNT]
    if count and ints[BATCH] == arrived:
        if abs(lag) < abs(ints[LAG + count - 1]):
            ints[LAG + count - 1] = lag
        return
    ints[BATCH] = arrived
    if count == LAGS:
        for i in range(LAGS - 1):
            ints[LAG + i] = ints[LAG + i + 1]
        count -= 1
    ints[LAG + count] = lag
    ints[LAG_COUNT] = count + 1
