"""The lookout: what one camera's pictures, one after the other, say of its sight.

Pure: the same pictures at the same instants give the same verdicts.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from monitoring.domain.cameras import PictureLimits, Sight, Verdict
from monitoring.engine.sight import Luma, Signs, changed, displacement, signs

REMEMBERED: Final = 24
"""Pictures back to which a camera's usual sharpness is known."""

_ENOUGH: Final = 6  # pictures that tell what is usual
_WRITTEN: Final = 0.08  # share of the picture where a clock may go on though it is frozen
_SEEN: Final = 0.1  # likeness from which on a displacement is certain
_STRANGE: Final = 0.06  # likeness below which a picture has nothing of its reference …
_DIM: Final = 60.0  # … if there is light enough to tell
_DOUBTFUL: Final = frozenset({Verdict.OBSCURED, Verdict.SHIFTED})  # a lorry may do it


@dataclass(slots=True)
class _Run:
    """Pictures in a row of which the same is true."""

    verdict: Verdict
    since: datetime
    count: int = 0


class Lookout:
    """Looks at one camera's pictures in order of time.

    Args:
        reference: What the camera sees where it was set up; None where nobody has told.
    """

    def __init__(self, limits: PictureLimits, reference: Luma | None) -> None:
        self._limits, self._reference = limits, reference
        self._sharpness: deque[float] = deque(maxlen=REMEMBERED)
        self._still: Luma | None = None  # the picture that nothing has changed since
        self._still_since: datetime | None = None
        self._still_count = 0
        self._run: _Run | None = None
        self._sight: Sight | None = None

    def resume(self, known: Sight | None) -> None:
        """Go on from what was recorded, whatever the pictures before have shown."""
        self._sight = known

    def look(self, luma: Luma | None, at: datetime) -> Sight:
        """What is known after one more picture; None is one that can't be read."""
        found = Verdict.UNREADABLE if luma is None else self._found(luma, at)
        if self._run is None or self._run.verdict is not found:
            since = self._still_since if found is Verdict.FROZEN else None
            self._run = _Run(found, since or at)
        self._run.count += 1
        is_certain = found not in _DOUBTFUL or self._run.count >= self._limits.confirm
        known = self._sight or Sight(Verdict.OK, at)
        is_news = is_certain and known.verdict is not found
        self._sight = Sight(found, self._run.since) if is_news else known
        return self._sight

    def _found(self, luma: Luma, at: datetime) -> Verdict:
        """What is wrong with this picture; the gravest that the camera is checked for."""
        seen = signs(luma)
        self._compare(luma, at)
        tests: tuple[tuple[Verdict, Callable[[], bool]], ...] = (
            (Verdict.BLACK, lambda: seen.light <= self._limits.black_at),
            (Verdict.OVEREXPOSED, lambda: seen.white >= self._limits.white_share),
            (Verdict.OBSCURED, lambda: self._is_obscured(seen)),
            (Verdict.FROZEN, lambda: self._is_frozen(at)),
            (Verdict.SHIFTED, lambda: self._is_shifted(luma, seen)),
        )
        for verdict, holds in tests:
            if verdict not in self._limits.skip and holds():
                return verdict
        self._sharpness.append(seen.sharpness)
        return Verdict.OK

    def _compare(self, luma: Luma, at: datetime) -> None:
        """Remember since when nothing has changed."""
        if self._still is None or changed(luma, self._still) > _WRITTEN:
            self._still, self._still_since, self._still_count = luma, at, 0
        self._still_count += 1

    def _is_frozen(self, at: datetime) -> bool:
        is_known = self._sight is not None and self._sight.verdict is Verdict.FROZEN
        if is_known and self._still_count > 1:  # after a restart it need not be proved anew
            return True
        return (
            self._still_since is not None
            and self._still_count >= self._limits.frozen_frames
            and at - self._still_since >= self._limits.frozen_after
        )

    def _is_obscured(self, seen: Signs) -> bool:
        least = self._limits.blurred_at
        if len(self._sharpness) >= _ENOUGH:
            least = max(least, self._limits.blurred_share * median(self._sharpness))
        return seen.flat >= self._limits.flat_share or seen.sharpness < least

    def _is_shifted(self, luma: Luma, seen: Signs) -> bool:
        if self._reference is None:
            return False
        found = displacement(luma, self._reference)
        if found.likeness >= _SEEN:
            return found.share >= self._limits.shifted_by
        return found.likeness < _STRANGE and seen.light >= _DIM
