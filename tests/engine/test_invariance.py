"""The same observations give the same alarms, whatever their batches, restarts and order."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.alarms import AlarmEvent
from monitoring.domain.observations import Observation
from monitoring.domain.plans import Plan
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from tests.engine.sites import PONDING, RAIN, site, threshold
from tests.engine.timeline import alarms, at, depth, periods, rain

LATENESS = timedelta(minutes=30)

QUICK = Plan.model_validate(
    {
        "id": "quick",
        "hazard": "rainstorm",
        "title": {"zh": "快", "en": "Quick"},
        "subject": "device",
        "source": "test",
        "levels": {
            "blue": {"when": {**RAIN, "window": "20min", "at_least": 10, "deadband": 2}},
            "red": {
                "when": {
                    **RAIN,
                    "window": "5min",
                    "at_least": 8,
                    "for": "2min",
                    "clear_for": "3min",
                }
            },
        },
    }
)
TOGETHER = Plan.model_validate(
    {
        "id": "together",
        "hazard": "rainstorm",
        "title": {"zh": "合", "en": "Together"},
        "subject": "district",
        "source": "test",
        "levels": {
            "III": {
                "when": {
                    "count": {"at_least": 2, "of": "segments"},
                    "when": threshold(deadband=3),
                    "for": "3min",
                    "clear_for": "4min",
                }
            },
            "II": {
                "when": {
                    "all": [
                        {**RAIN, "window": "10min", "at_least": 8},
                        {"any": [threshold(at_least=12, deadband=2), threshold(at_least=20)]},
                    ]
                }
            },
        },
    }
)
SITE = site(QUICK, PONDING, TOGETHER, lateness=LATENESS)
BOOK = compile_site(SITE)
END = at(300)

wet = st.builds(
    rain,
    st.integers(0, 120),
    st.sampled_from([0.0, 0.5, 2.0, 5.0, 9.0]),
    st.sampled_from(["ws-1", "ws-2"]),
)
deep = st.builds(
    depth,
    st.integers(0, 120),
    st.sampled_from([0.0, 8.0, 11.0, 12.0, 14.0, 15.0, 18.0, 21.0, 30.0]),
    st.sampled_from(["road-a", "road-b", "under"]),
)
storms = st.lists(
    st.one_of(wet, deep), min_size=1, max_size=120, unique_by=lambda o: (o[0], o[1], o[2])
)


class Desk:
    """What a process leaves behind: archive, leaves, event log."""

    def __init__(self) -> None:
        self.archive: list[Observation] = []
        self.leaves: dict[str, str] = {}
        self.events: list[AlarmEvent] = []
        self.clock = at(0)
        self.judge = self.start()

    def start(self) -> Judge:
        judge = Judge(BOOK, LATENESS)
        ordered = sorted(self.archive, key=lambda o: o.time_us)
        told = alarms(self.events).values()
        step = judge.load([ordered], self.leaves, told, self.clock)
        assert step.events == [], "a restart leaves no trace"
        self.leaves.update(step.leaves)
        return judge

    def take(self, batch: Sequence[Observation]) -> None:
        newest = max((o.time_us for o in batch), default=0)
        self.clock = max(self.clock, at(newest / 60e6 - at(0).timestamp() / 60))
        step = self.judge.step(batch, self.clock)
        assert step.too_late == []
        self.archive += batch
        self.leaves.update(step.leaves)
        self.events += step.events

    def close(self) -> list[AlarmEvent]:
        self.events += self.judge.step([], END).events
        return self.events


def in_order(storm: Sequence[Observation]) -> list[Observation]:
    return sorted(storm, key=lambda o: (o.time_us, o.device))


def one_by_one(storm: Sequence[Observation]) -> list[AlarmEvent]:
    """Instant by instant: which of the same instant came first is not in the data.

    Where they do come apart the alarm is the same, but its evidence names what was known.
    """
    desk = Desk()
    for _, observations in groupby(in_order(storm), key=lambda o: o.time_us):
        desk.take(list(observations))
    return desk.close()


def streams(events: Sequence[AlarmEvent]) -> dict[str, list[AlarmEvent]]:
    found: dict[str, list[AlarmEvent]] = {}
    for event in events:
        found.setdefault(event.alarm_id, []).append(event)
    return found


@settings(max_examples=150, deadline=None)
@given(storms, st.data())
def test_batches_and_restarts_change_no_event(
    storm: list[Observation], data: st.DataObject
) -> None:
    ordered = in_order(storm)
    desk = Desk()
    while ordered:
        size = data.draw(st.integers(1, 30), label="batch")
        # Observations of one instant arrive together: which came first is not in the data.
        while size < len(ordered) and ordered[size].time_us == ordered[size - 1].time_us:
            size += 1
        desk.take(ordered[:size])
        ordered = ordered[size:]
        if data.draw(st.booleans(), label="restart"):
            desk.judge = desk.start()
    assert streams(desk.close()) == streams(one_by_one(storm))


@settings(max_examples=150, deadline=None)
@given(storms, st.data())
def test_order_within_the_lateness_changes_no_alarm(
    storm: list[Observation], data: st.DataObject
) -> None:
    delays = data.draw(
        st.lists(st.integers(0, 29), min_size=len(storm), max_size=len(storm)), label="delays"
    )
    arrival = sorted(zip(storm, delays, strict=True), key=lambda p: p[0].time_us + p[1] * 60e6)
    arrived = [observation for observation, _ in arrival]
    desk = Desk()
    while arrived:
        size = data.draw(st.integers(1, 10), label="batch")
        desk.take(arrived[:size])
        arrived = arrived[size:]
        if data.draw(st.booleans(), label="restart"):
            desk.judge = desk.start()
    assert periods(desk.close()) == periods(one_by_one(storm))


@settings(max_examples=60, deadline=None)
@given(storms, st.data())
def test_a_second_delivery_of_anything_changes_nothing(
    storm: list[Observation], data: st.DataObject
) -> None:
    ordered = in_order(storm)
    again = data.draw(st.lists(st.sampled_from(ordered), max_size=20), label="again")
    desk = Desk()
    for observation in ordered:
        desk.take([observation])
    before = list(desk.events)
    for observation in again:
        desk.events += desk.judge.step([observation], desk.clock).events
    assert desk.events == before


@settings(max_examples=150, deadline=None)
@given(st.lists(wet, min_size=1, max_size=100, unique_by=lambda o: (o[0], o[2])))
def test_sums_agree_with_adding_up_by_hand(storm: list[Observation]) -> None:
    """Raises of the plain sum rule against a naive oracle: first instant at or above 10."""
    own = in_order([o for o in storm if o.device == "ws-1"])
    by_hand: list[float] = []
    was_on = False
    for n, observation in enumerate(own):
        since = observation.time_us - 20 * 60_000_000
        total = sum(round(o.value * 10) for o in own[: n + 1] if o.time_us > since) / 10
        known = sum(o.time_us > since for o in own[: n + 1])
        if not was_on and total >= 10:
            by_hand.append((observation.time_us / 60e6) - at(0).timestamp() / 60)
            was_on = True
        elif was_on and total < 8 and known >= 16:
            was_on = False
        elif was_on:
            was_on = not _left_between(own, n)
            if not was_on and total >= 10:
                by_hand.append((observation.time_us / 60e6) - at(0).timestamp() / 60)
                was_on = True
    found = [
        onset
        for rule, subject, onset, _ in periods(one_by_one(storm))
        if rule == "quick/blue" and subject == "ws-1"
    ]
    assert found == by_hand


def _left_between(own: Sequence[Observation], n: int) -> bool:
    """Whether the sum, well covered, fell below the release before observation `n` came."""
    window = 20 * 60_000_000
    for leaving in own[:n]:
        instant = leaving.time_us + window
        if own[n - 1].time_us < instant < own[n].time_us:
            inside = [o for o in own[:n] if instant - window < o.time_us <= instant]
            if sum(o.value for o in inside) < 8 and len(inside) >= 16:
                return True
    return False


def test_an_end_that_a_silent_gauge_holds_back_is_told_as_of_when_it_was() -> None:
    storm = [depth(0, 15), depth(0, 15, "road-b"), depth(4, 0), depth(5, 0, "road-b")]
    desk = Desk()
    desk.take([*storm, depth(53, 0, "road-b")])  # road-a is not heard; is it still above?
    desk.judge = desk.start()
    desk.take([depth(60, 0)])
    ends = [end for rule, _, _, end in periods(desk.close()) if rule == "together/III"]
    assert ends == [8]
