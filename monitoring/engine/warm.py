"""Compile the engine's loop and keep it on disk: `python -m monitoring.engine.warm`."""

import numpy as np

from monitoring.domain.plans import Aggregate
from monitoring.engine import plausible
from monitoring.engine.compiled import forget_others
from monitoring.engine.remembered import empty_rows
from monitoring.engine.windows import Leaf, Windows


def warm() -> None:
    """Run every compiled function once; the compiler caches them beside the source."""
    leaves = [
        Leaf(("device", "rainfall"), Aggregate.SUM, 60_000_000, 1.0, 0.0, 1_000_000),
        Leaf(("device", "rainfall"), Aggregate.LAST, 0, 1.0, 0.0, 1_000_000),
    ]
    windows = Windows(leaves, 1_000_000)
    windows.take([0] * 70, list(range(0, 7_000_000, 100_000)), [0.1] * 70)
    windows.insert(0, 6_850_000, 2.0)
    windows.replay(0, 1, was_on=False)
    nothing = np.zeros(0, dtype=np.int64)
    ints, floats = empty_rows(1)
    plausible.check(nothing, nothing, nothing.astype(float), nothing, ints, floats, nothing, 0, 0)


if __name__ == "__main__":
    forget_others()
    warm()
