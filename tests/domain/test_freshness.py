"""How old a signal may be before it says so."""

from datetime import timedelta

import pytest

from monitoring.domain.levels import Freshness, Level, ResponseLevel, freshness

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Freshness.LIVE),
        (3 * MINUTE, Freshness.LIVE),
        (3 * MINUTE + timedelta(microseconds=1), Freshness.STALE),
        (10 * MINUTE, Freshness.STALE),
        (10 * MINUTE + timedelta(microseconds=1), Freshness.LOST),
        (None, Freshness.LOST),
    ],
)
def test_three_cadences_are_live_and_ten_are_lost(
    age: timedelta | None, expected: Freshness
) -> None:
    assert freshness(age, MINUTE) is expected


def test_gravity_rises_from_watch_to_red() -> None:
    order = [Level.NONE, Level.WATCH, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED]
    assert [v.gravity for v in order] == [0, 1, 2, 3, 4, 5]


def test_a_response_pairs_with_the_national_colours() -> None:
    assert [r.colour for r in ResponseLevel] == [Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED]
