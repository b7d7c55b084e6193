"""Outlook: a rising depth tells when it reaches the next limit; nothing else does."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.entries import Text
from monitoring.domain.levels import Level
from monitoring.domain.outlook import HORIZON, extrapolated, limits, outlook, rate_per_h
from monitoring.domain.plans import Plan
from monitoring.domain.site import Segment, SegmentKind
from tests.engine.timeline import START

MINUTE = timedelta(minutes=1)
LIMITS = {Level.BLUE: 10.0, Level.ORANGE: 20.0}
UNDERPASS = Segment(
    id="u", name=Text(zh="下穿", en="U"), kind=SegmentKind.UNDERPASS, area="a",
    closure_depth_cm=20, line=((119.5, 35.4),), grade="A",
)  # fmt: skip


def rising(*values: float) -> list[tuple[datetime, float]]:
    """A value each minute, the last one now."""
    return [(START - (len(values) - 1 - n) * MINUTE, v) for n, v in enumerate(values)]


def plan(**levels: object) -> Plan:
    return Plan.model_validate(
        {
            "id": "p", "hazard": "ponding", "title": {"zh": "p", "en": "p"}, "source": "test",
            "subject": "segment", "kinds": ["underpass"], "levels": levels,
        }
    )  # fmt: skip


def depth(limit: object) -> dict[str, object]:
    return {"quantity": "water_depth", "aggregate": "last", "at_least": limit}


def test_a_steady_rise_reaches_the_next_limit_when_arithmetic_says() -> None:
    found = outlook(rising(3, 4, 5, 6, 7), START, LIMITS)
    assert found is not None
    assert (found.level, found.limit) == (Level.BLUE, 10)
    assert found.rate_per_h == pytest.approx(60)
    assert found.reached_at == START + 3 * MINUTE


def test_a_limit_already_reached_is_not_the_next() -> None:
    found = outlook(rising(6, 7, 8, 9, 10), START, LIMITS)
    assert found is not None
    assert (found.level, found.reached_at) == (Level.ORANGE, START + 10 * MINUTE)


@pytest.mark.parametrize(
    "values", [(9, 8, 7, 6, 5), (5, 5, 5, 5, 5), (7, 8, 9), (), (21, 22, 23, 24, 25)]
)
def test_what_falls_stands_is_hardly_known_or_is_above_all_limits_has_no_outlook(
    values: tuple[float, ...],
) -> None:
    assert outlook(rising(*values), START, LIMITS) is None


def test_a_limit_farther_than_half_an_hour_is_not_told() -> None:
    assert outlook(rising(1, 1.1, 1.2, 1.3, 1.4), START, LIMITS) is None


def test_one_spike_does_not_make_a_rise() -> None:
    assert rate_per_h(rising(5, 5, 5, 40, 5, 5, 5), START) == 0


def test_what_is_older_than_a_quarter_of_an_hour_does_not_count() -> None:
    old = [(at - timedelta(minutes=20), v) for at, v in rising(1, 2, 3, 4, 5)]
    assert rate_per_h(old, START) is None


@given(st.lists(st.floats(0, 200), min_size=5, max_size=15))
def test_an_extrapolation_ends_at_the_horizon_and_is_never_negative(values: list[float]) -> None:
    line = extrapolated(rising(*values), START)
    assert line[0] == (START, values[-1])
    assert line[-1][0] == START + HORIZON
    assert all(value >= 0 for _, value in line)


def test_limits_are_those_that_suffice_by_themselves() -> None:
    found = limits(
        UNDERPASS,
        [
            plan(
                orange={"when": depth("closure_depth")},
                blue={"when": {"any": [depth(8), depth(9)]}},
                red={"when": {"all": [depth(30), depth(31)]}},
            )
        ],
    )
    assert found == {Level.BLUE: 8, Level.ORANGE: 20}
    assert list(found) == [Level.BLUE, Level.ORANGE]


def test_a_plan_for_other_kinds_sets_no_limit() -> None:
    road = UNDERPASS.model_copy(update={"kind": SegmentKind.ROAD})
    assert limits(road, [plan(blue={"when": depth(8)})]) == {}
