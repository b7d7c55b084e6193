"""Counters: whatever is lost, late, doubled or restarted, rain is counted once."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.instants import span_us
from monitoring.domain.observations import Observation, Quality
from sensors.profiles.counters import Counters, Rise, Rule

MINUTE = 60_000_000
HOUR = span_us(timedelta(hours=1))
RULE = Rule(None, HOUR)


def steps(*totals: tuple[float, float], rule: Rule = RULE) -> list[Rise | None]:
    """What totals add, given with their minutes."""
    counters = Counters()
    return [counters.step("d", "rainfall", int(m * MINUTE), t, rule) for m, t in totals]


def sure(amount: float) -> Rise:
    return Rise(amount, is_sure=True)


def test_the_first_total_adds_nothing_and_the_next_its_rise() -> None:
    assert steps((0, 57.2), (1, 57.2), (2, 57.4)) == [None, sure(0.0), sure(0.2)]


def test_a_message_that_comes_again_adds_the_same_and_an_older_one_nothing() -> None:
    assert steps((0, 1), (2, 3), (2, 3), (2, 9), (1, 2), (3, 4)) == [
        None, sure(2), sure(2), None, None, sure(1),
    ]  # fmt: skip


def test_a_counter_that_began_anew_adds_its_new_total() -> None:
    assert steps((0, 30), (1, 0), (2, 0.4)) == [None, sure(0.0), sure(0.4)]
    assert steps((0, 30), (1, 1.2)) == [None, sure(1.2)]


def test_a_small_step_back_adds_nothing_until_the_former_total_is_passed() -> None:
    assert steps((0, 57.2), (1, 57.1), (2, 57.2), (3, 57.5)) == [
        None, sure(0.0), sure(0.0), sure(0.3),
    ]  # fmt: skip


def test_a_counter_set_back_by_hand_counts_on_after_the_hour() -> None:
    assert steps((0, 100), (30, 80), (61, 81), (62, 82)) == [None, sure(0.0), None, sure(1)]


@pytest.mark.parametrize(
    ("last", "total", "added"),
    [
        (650.0, 3.0, 8.36),  # past 655.36
        (300.0, 3.0, 3.0),  # from the middle: it began anew
        (650.0, 200.0, 200.0),  # to the middle: it began anew
    ],
)
def test_a_counter_wraps_only_from_its_end_to_its_beginning(
    last: float, total: float, added: float
) -> None:
    assert steps((0, last), (1, total), rule=Rule(655.36, HOUR)) == [None, sure(added)]


def test_a_rise_that_took_longer_than_told_is_not_sure() -> None:
    assert steps((0, 10), (61, 42)) == [None, Rise(32, is_sure=False)]
    assert steps((0, 10), (61, 2)) == [None, Rise(2, is_sure=False)]


def test_devices_and_quantities_count_by_themselves() -> None:
    counters = Counters()
    assert counters.step("a", "rainfall", 0, 5, RULE) is None
    assert counters.step("b", "rainfall", 1, 9, RULE) is None
    assert counters.step("a", "vehicle_count", 1, 9, RULE) is None
    assert counters.step("a", "rainfall", 1, 6, RULE) == sure(1)


def test_archived_totals_are_taken_up_at_a_start() -> None:
    counters = Counters()
    counters.resume([
        Observation("a", "rainfall_total", 5, 10.0),
        Observation("a", "rainfall", 5, 99.0),
        Observation("b", "rainfall_total", 5, -3.0, Quality.RANGE),
    ])  # fmt: skip
    assert counters.step("a", "rainfall", 5, 10.0, RULE) is None  # it comes again
    assert counters.step("a", "rainfall", 6, 10.6, RULE) == sure(0.6)
    assert counters.step("b", "rainfall", 6, 1.0, RULE) is None


@settings(deadline=None)
@given(
    tips=st.lists(st.integers(0, 20), min_size=1, max_size=40),
    resent=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=20),
    lost=st.sets(st.integers(1, 38), max_size=20),
    restarts=st.sets(st.integers(1, 39), max_size=5),
)
def test_the_sum_of_increments_is_the_rain_that_fell(
    tips: list[int], resent: list[tuple[int, int]], lost: set[int], restarts: set[int]
) -> None:
    totals = [round(sum(tips[: n + 1]) * 0.2, 1) for n in range(len(tips))]
    counters = Counters()
    added: dict[int, float] = {}  # the archive takes one observation of an instant
    archived: list[Observation] = []
    for n, total in enumerate(totals):
        if n in lost and n < len(totals) - 1:
            continue
        if n in restarts:  # what is archived is all that is known
            counters = Counters()
            counters.resume(archived[-1:])
        rounds = [n, *(old for at, old in resent if at == n and old <= n and old not in lost)]
        for sent in rounds:
            rise = counters.step("d", "rainfall", sent * MINUTE, totals[sent], RULE)
            if rise is not None:
                assert added.setdefault(sent, rise.amount) == rise.amount
        archived.append(Observation("d", "rainfall_total", n * MINUTE, total))
    assert sum(added.values()) == pytest.approx(totals[-1] - totals[0])
