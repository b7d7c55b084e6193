"""Counters: totals that only rise, into what was added between two messages.

Keyed by the device's own time, so that whatever comes again or late adds nothing: the newest
message of a counter gives the same increment however often it comes, which the archive takes
once; an older one gives none, and what it would have added is part of the next one's. A total
that fell is one of three things:

- the counter has wrapped, where the profile says at which number and it stood just below it;
- it has begun anew, where it is at most half of what it was: the total itself was added;
- else it is an older total come late, or a correction: nothing was added, and nothing is until
  the former total is passed again.

Two totals that lie further apart than the profile allows give a rise of which nobody knows when
it was; it is told, but not judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from monitoring.domain.observations import Observation

TOTALS: Final = {"rainfall": "rainfall_total"}
"""Increment → the quantity under which its counter is archived, and found again after a start."""

_WRAPPED: Final = 0.1  # part of the range within which both ends of a wrap must lie
_ANEW: Final = 0.5  # part of the former total below which a counter has begun anew
_DIGITS: Final = 9


class Rise(NamedTuple):
    """What was added, and whether it is known when."""

    amount: float
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """How a counter behaves.

    Attributes:
        wrap: Where it begins again at 0, in the canonical unit; None where it never does.
        within_us: How far two totals may lie apart.
    """

    wrap: float | None
    within_us: int


class Counters:
    """The newest total of every counter."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], tuple[int, float, Rise | None]] = {}

    def resume(self, newest: Iterable[Observation]) -> None:
        """Take up archived totals, so that a start loses no rain."""
        quantities = {total: name for name, total in TOTALS.items()}
        for device, quantity, time_us, value, quality in newest:
            if quantity in quantities and not quality.is_suspect:
                self._newest[device, quantities[quantity]] = time_us, value, None

    def step(
        self, device: str, quantity: str, time_us: int, total: float, rule: Rule
    ) -> Rise | None:
        """What a total adds to the one before; None where that can't be told."""
        key = device, quantity
        former = self._newest.get(key)
        if former is None:
            self._newest[key] = time_us, total, None
            return None
        then_us, last, told = former
        if time_us <= then_us:
            return told if (time_us, total) == (then_us, last) else None
        is_sure = time_us - then_us <= rule.within_us
        amount = total - last
        if amount < 0:
            amount = _after_fall(last, total, rule.wrap)
        if amount < 0 and is_sure:
            return Rise(0.0, is_sure=True)
        rise = Rise(round(amount, _DIGITS), is_sure) if amount >= 0 else None
        self._newest[key] = time_us, total, rise
        return rise


def _after_fall(last: float, total: float, wrap: float | None) -> float:
    """What was added although the total fell; negative where nothing was."""
    if wrap is not None and 0 <= total + wrap - last <= wrap * _WRAPPED:
        return total + wrap - last
    return total if total <= last * _ANEW else -1.0
