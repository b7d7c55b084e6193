"""A site whose signals are checked by the shipped rules, and what its devices say."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import yaml

from monitoring.domain.observations import Observation, Quality
from monitoring.domain.plans import Plan
from monitoring.domain.signals import Signals
from monitoring.domain.site import Site
from monitoring.engine.checker import Checker
from tests.engine.sites import site
from tests.engine.timeline import at, depth, rain

CONFIG = Path(__file__).resolve().parents[2] / "config" / "signals.yaml"
GOOD, JUMP = Quality.GOOD, Quality.JUMP


@cache
def rules() -> Signals:
    """What is shipped."""
    return Signals.model_validate(yaml.safe_load(CONFIG.read_text(encoding="utf-8")))


def checked_site(*plans: Plan, signals: Signals | None = None) -> Site:
    """The small site of the engine's tests, its signals checked by the shipped rules or others."""
    return site(*plans).model_copy(update={"signals": signals or rules()})


def stamped(
    observations: Iterable[Observation], checker: Checker | None = None
) -> list[Observation]:
    """Observations with their qualities, each in a batch of its own that arrives at once."""
    one = checker or Checker(checked_site())
    return [one.stamp([o], o.time_us)[0] for o in observations]


def qualities(observations: Iterable[Observation]) -> list[Quality]:
    return [o.quality for o in stamped(observations)]


def depths(*values: float, start: float = 0, every: float = 1) -> list[Observation]:
    """Depths of one gauge, cm."""
    return [depth(start + n * every, value) for n, value in enumerate(values)]


def dry(hours: float, start: float = 0) -> list[Observation]:
    """Two stations that report no rain, every minute."""
    return [rain(start + n, 0, ws) for n in range(int(60 * hours)) for ws in ("ws-1", "ws-2")]


def in_time(*parts: Sequence[Observation]) -> list[Observation]:
    """All of them in order of time."""
    return sorted((o for part in parts for o in part), key=lambda o: (o.time_us, o.device))


def of(observations: Iterable[Observation], device: str) -> list[Observation]:
    return [o for o in observations if o.device == device]


def minutes(observations: Iterable[Observation], *wanted: Quality) -> list[float]:
    """When there were values of the qualities, in minutes from the start."""
    start = at(0).timestamp() * 1e6
    return [(o.time_us - start) / 60e6 for o in observations if o.quality in wanted]
