"""The same observations in the same order get the same qualities, whatever batches and restarts."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.engine.checker import MEMORY, Checker
from tests.engine.signals import checked_site
from tests.engine.timeline import at, depth, observe, rain

SITE = checked_site()

wet = st.builds(
    rain,
    st.integers(0, 400),
    st.sampled_from([0.0, 0.0, 0.1, 2.0, 25.0]),
    st.sampled_from(["ws-1", "ws-2"]),
)
deep = st.builds(
    depth,
    st.integers(0, 400),
    st.sampled_from([0.0, 0.3, 1.0, 3.0, 8.0, 12.0, 40.0, 40.4, 41.0, 80.0, -30.0]),
    st.sampled_from(["road-a", "road-b"]),
)
warm = st.builds(
    lambda minute, value: observe("ws-1", "air_temperature", minute, value),
    st.integers(0, 600),
    st.sampled_from([21.3, 21.3, 21.3, 21.3, 85.0, 30.0]),
)
days = st.lists(
    st.one_of(wet, deep, warm), min_size=1, max_size=150, unique_by=lambda o: (o[0], o[1], o[2])
)
# Long enough for what takes hours: a warm sensor that stands still, a car in dry weather.
still = [observe("ws-1", "air_temperature", n, 21.3) for n in range(700)]
parked = [depth(n, 60 + n % 2 / 2, "under") for n in range(200, 700)]
quiet = [rain(n, 0, device) for n in range(700) for device in ("ws-1", "ws-2")]
long_day = [depth(199, 0, "under"), *still, *parked, *quiet]


def arrived(o: Observation, delay_min: float = 0) -> float:
    return o.time_us + delay_min * 60e6


class Desk:
    """What a process leaves behind: the archive."""

    def __init__(self) -> None:
        self.archive: list[Observation] = []
        self.checker = Checker(SITE)

    def take(self, batch: Sequence[Observation]) -> None:
        newest = max(o.time_us for o in batch)
        self.archive += self.checker.stamp(batch, max(newest, to_us(at(0))))

    def restart(self) -> None:
        """As a world opens: the newest of each series, and everything of the last hours."""
        ordered = sorted(self.archive, key=lambda o: (o.time_us, o.device))
        newest = {(o.device, o.quantity): o for o in ordered}
        since = ordered[-1].time_us - MEMORY.total_seconds() * 1e6
        self.checker = Checker(SITE)
        self.checker.load([o for o in newest.values() if o.time_us < since])
        self.checker.load([o for o in ordered if o.time_us >= since])


def at_once(order: Sequence[Observation]) -> list[Observation]:
    desk = Desk()
    for observation in order:
        desk.take([observation])
    return desk.archive


def cut(order: list[Observation], data: st.DataObject, most: int) -> Desk:
    """Taken in batches of any size, with restarts between them."""
    desk = Desk()
    rest = order
    while rest:
        size = data.draw(st.integers(1, most), label="batch")
        desk.take(rest[:size])
        rest = rest[size:]
        if data.draw(st.booleans(), label="restart"):
            desk.restart()
    return desk


@settings(max_examples=150, deadline=None)
@given(days, st.data())
def test_batches_and_restarts_change_no_quality(
    day: list[Observation], data: st.DataObject
) -> None:
    order = sorted(day, key=arrived)
    assert cut(order, data, 30).archive == at_once(order)


@settings(max_examples=150, deadline=None)
@given(days, st.data())
def test_nor_do_they_where_what_comes_is_out_of_order(
    day: list[Observation], data: st.DataObject
) -> None:
    delays = data.draw(
        st.lists(st.integers(0, 500), min_size=len(day), max_size=len(day)), label="delays"
    )
    pairs = sorted(zip(day, delays, strict=True), key=lambda p: arrived(*p))
    order = [observation for observation, _ in pairs]
    assert cut(order, data, 30).archive == at_once(order)


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(1, len(long_day) - 1), max_size=5))
def test_nor_do_they_where_it_takes_hours_to_know(restarts: set[int]) -> None:
    order = sorted(long_day, key=arrived)
    desk = Desk()
    for begin, end in pairwise([0, *sorted(restarts), len(order)]):
        desk.take(order[begin:end])
        desk.restart()
    assert desk.archive == at_once(order)
    assert Counter(o.quality for o in desk.archive if o.device == "wg-under") == {
        Quality.GOOD: 1, Quality.JUMP: 2, Quality.NEIGHBOURS: 498,
    }  # fmt: skip
