"""Limits: where a segment's levels begin on each of its scales."""

from datetime import timedelta
from typing import Any

import pytest

from monitoring.domain.levels import Level
from monitoring.domain.limits import Scale, scales
from monitoring.domain.plans import Plan
from tests.domain.test_outlook import UNDERPASS, depth

HOUR = timedelta(hours=1)
DEPTH = Scale("water_depth", None, {Level.BLUE: 8, Level.ORANGE: 20, Level.RED: 30})


def rain(window: str, limit: float) -> dict[str, Any]:
    return {"quantity": "rainfall", "window": window, "aggregate": "sum", "at_least": limit}


def plan(subject: str, **levels: object) -> Plan:
    return Plan.model_validate(
        {
            "id": subject, "hazard": "rainstorm", "title": {"zh": "p", "en": "p"},
            "source": "test", "subject": subject,
            "levels": {name.replace("_", ""): {"when": when} for name, when in levels.items()},
        }
    )  # fmt: skip


def test_each_quantity_and_window_is_a_scale_of_its_own() -> None:
    devices = plan("device", blue=rain("12h", 50), orange=rain("3h", 50), red=rain("3h", 100))
    segments = plan("segment", orange=depth("closure_depth"), red=depth(30))
    assert scales(UNDERPASS, [segments, devices]) == [
        Scale("rainfall", 3 * HOUR, {Level.ORANGE: 50, Level.RED: 100}),
        Scale("rainfall", 12 * HOUR, {Level.BLUE: 50}),
        Scale("water_depth", None, {Level.ORANGE: 20, Level.RED: 30}),
    ]


def test_what_is_judged_for_the_district_says_nothing_of_a_segment() -> None:
    assert scales(UNDERPASS, [plan("district", IV=rain("1h", 20))]) == []


def test_of_several_plans_the_lowest_limit_counts() -> None:
    (scale,) = scales(UNDERPASS, [plan("segment", red=depth(40)), plan("device", red=depth(35))])
    assert scale.limits == {Level.RED: 35}


def test_a_response_counts_by_its_colour_and_a_limit_that_does_not_suffice_not_at_all() -> None:
    both = {"all": [depth(5), rain("1h", 10)]}
    (scale,) = scales(UNDERPASS, [plan("segment", III={"any": [depth(15), both]}, IV=both)])
    assert scale == Scale("water_depth", None, {Level.YELLOW: 15})


@pytest.mark.parametrize(
    ("value", "reached", "following"),
    [
        (0, Level.NONE, (Level.BLUE, 8)),
        (7.9, Level.NONE, (Level.BLUE, 8)),
        (8, Level.BLUE, (Level.ORANGE, 20)),
        (20, Level.ORANGE, (Level.RED, 30)),
        (30, Level.RED, None),
    ],
)
def test_a_limit_is_reached_at_its_own_value(
    value: float, reached: Level, following: tuple[Level, float] | None
) -> None:
    assert DEPTH.reached(value) is reached
    assert DEPTH.following(value) == following
