"""What the rain stations of a site say together: whether it is dry, and whether one is blocked."""

from typing import Final

from monitoring.engine.compiled import compiled
from monitoring.engine.kernel import SCALE, Ints
from monitoring.engine.remembered import DRY, MUCH, Floats, rain_until

COVERED: Final = 0.75  # share of a window that must be known


@compiled
def is_dry(stations: Ints, all_ints: Ints, all_floats: Floats, t: int) -> bool:
    """Whether it is known that it has rained nowhere; not knowing is not dry."""
    is_known = False
    for s in stations:
        total, known = rain_until(all_ints[s], t)
        if total >= all_floats[s, DRY] * SCALE:
            return False
        is_known |= known >= COVERED
    return is_known


@compiled
def is_blocked(stations: Ints, all_ints: Ints, all_floats: Floats, own: int, t: int) -> bool:
    """Whether a station measured nothing while all others, two or more, measured much."""
    total, known = rain_until(all_ints[own], t)
    if total > 0 or known < COVERED:
        return False
    others = 0
    for s in stations:
        if s == own:
            continue
        total, known = rain_until(all_ints[s], t)
        if known >= COVERED:
            if total < all_floats[own, MUCH] * SCALE:
                return False
            others += 1
    return others >= 2  # noqa: PLR2004 - of two that differ either may be wrong
