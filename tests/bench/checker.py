"""What it costs to say of each value whether it can be true, beside judging it by the plans.

Depths and rain as they are on a quiet day: none is doubted. Processor time, one thread, in
batches as the intake takes them.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from monitoring.domain.instants import from_us, to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.engine.checker import Checker
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from monitoring.site import load
from tests.e2e.served import ROOT

ROUNDS = 3000
BATCH = 1000
START = datetime(2026, 7, 7, tzinfo=UTC)


def measure_checker() -> dict[str, float]:
    """Microseconds per observation, and their ratio to the judge's."""
    site = load(ROOT / "config")
    gauges = [d.id for d in site.devices if "water_depth" in d.quantities]
    stations = [d.id for d in site.devices if "rainfall" in d.quantities]
    day = [
        observation
        for n in range(ROUNDS)
        for observation in (
            *(_told(name, "water_depth", n, (n + k) % 5 / 10) for k, name in enumerate(gauges)),
            *(_told(name, "rainfall", n, (n + k) % 7 // 6 / 10) for k, name in enumerate(stations)),
        )
    ]
    checker, judge = Checker(site), Judge(compile_site(site), site.lateness)
    checking = _measured(day, lambda batch: _check(checker, batch))
    judging = _measured(day, lambda batch: judge.step(batch, from_us(batch[-1].time_us)))
    return {
        "checker: µs per observation": checking,
        "checker: judging by the plans, µs per observation": judging,
        "checker: ratio to judging": checking / judging,
    }


def _told(device: str, quantity: str, minute: int, value: float) -> Observation:
    return Observation(device, quantity, to_us(START) + minute * 60_000_000, value)


def _check(checker: Checker, batch: Sequence[Observation]) -> None:
    stamped = checker.stamp(batch, batch[-1].time_us)
    assert stamped[-1].quality is Quality.GOOD


def _measured(day: Sequence[Observation], work: Callable[[Sequence[Observation]], object]) -> float:
    """Processor time of each observation, in µs; the first tenth only warms up."""
    batches = [day[n : n + BATCH] for n in range(0, len(day), BATCH)]
    cold = len(batches) // 10
    for batch in batches[:cold]:
        work(batch)
    began = time.process_time()
    for batch in batches[cold:]:
        work(batch)
    taken = time.process_time() - began
    return 1e6 * taken / sum(map(len, batches[cold:]))


if __name__ == "__main__":
    print(json.dumps(measure_checker(), indent=1))
