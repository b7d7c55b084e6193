"""What each rule doubts, and what it must not: probed before, at and after its boundaries."""

from collections.abc import Sequence

import pytest

from monitoring.domain.observations import Observation, Quality
from monitoring.domain.signals import Signal, Signals
from monitoring.engine.checker import Checker
from tests.engine.signals import (
    GOOD,
    JUMP,
    checked_site,
    depths,
    in_time,
    minutes,
    of,
    qualities,
    rules,
    stamped,
)
from tests.engine.timeline import at, depth, observe, rain

RANGE, STUCK, SENTINEL = Quality.RANGE, Quality.STUCK, Quality.SENTINEL
TOO_LATE, NEIGHBOURS = Quality.TOO_LATE, Quality.NEIGHBOURS


def series(quantity: str, values: Sequence[float], every: float = 1) -> list[Observation]:
    """A station's values at even steps."""
    return [observe("ws-1", quantity, n * every, value) for n, value in enumerate(values)]


def checker(**signals: Signal) -> Checker:
    """With rules for some quantities and none for others."""
    return Checker(checked_site(signals=Signals(quantities=signals)))


def test_without_rules_only_what_nature_does_not_allow_is_doubted() -> None:
    found = stamped(depths(0, 600, 600.1, 0, -0.1), checker())
    assert [o.quality for o in found] == [GOOD, GOOD, RANGE, GOOD, RANGE]


def test_the_zero_of_a_depth_may_drift_a_little_below_zero() -> None:
    assert qualities(depths(0, -2, -4, -6, -8, -10, -10.1)) == [*[GOOD] * 6, RANGE]


def test_more_rain_than_ever_fell_in_a_minute_is_impossible() -> None:
    assert qualities([rain(0, 20), rain(1, 20.1), rain(2, 3)]) == [GOOD, RANGE, GOOD]


def test_rain_that_was_gathered_over_a_silence_may_be_much() -> None:
    assert qualities([rain(0, 1), rain(31, 90)]) == [GOOD, GOOD]


def test_a_sentinel_is_none_of_the_values() -> None:
    cold = qualities(series("air_temperature", [24, 85, -127, 24.2]))
    assert cold == [GOOD, SENTINEL, SENTINEL, GOOD]


def test_an_echo_is_told_by_the_height_at_which_its_sensor_hangs() -> None:
    own = rules().quantities["water_depth"].model_copy(update={"mount": 275.0})
    found = stamped(depths(0, 245, 225, -225, 244.9, 0), checker(water_depth=own))
    assert [o.quality for o in found] == [GOOD, SENTINEL, SENTINEL, SENTINEL, JUMP, GOOD]


@pytest.mark.parametrize(
    ("quantity", "before", "allowed", "beyond"),
    [
        ("air_temperature", 20, 24, 24.1),
        ("humidity", 60, 78, 78.1),
        ("pressure", 1000, 1002.5, 1002.6),
        ("wind_speed", 3, 25, 25.1),
        ("wind_gust", 3, 41, 41.1),
        ("road_temperature", 40, 33, 32.9),
        ("water_depth", 0, 2.7, 2.8),
        ("snow_depth", 10, 16, 16.1),
        ("water_level", 2, 2.15, 2.16),
    ],
)
def test_a_value_may_move_so_far_in_a_minute_and_no_further(
    quantity: str, before: float, allowed: float, beyond: float
) -> None:
    assert qualities(series(quantity, [before, allowed])) == [GOOD, GOOD]
    assert qualities(series(quantity, [before, beyond])) == [GOOD, JUMP]


@pytest.mark.parametrize(
    "quantity", ["rainfall", "rain_rate", "visibility", "gas_lel", "wind_direction", "battery"]
)
def test_what_may_change_at_once_is_never_a_jump(quantity: str) -> None:
    assert JUMP not in qualities(series(quantity, [0, 18, 0, 18]))


def test_a_first_value_has_nothing_to_be_compared_with() -> None:
    assert qualities(depths(150)) == [GOOD]


def test_after_a_silence_water_may_stand_higher() -> None:
    assert qualities([depth(0, 0), depth(10, 51)]) == [GOOD, GOOD]
    assert qualities([depth(0, 0), depth(10, 52)]) == [GOOD, JUMP]


def test_a_squall_is_believed_with_its_second_minute() -> None:
    gusts = [5, 45, 44, 40, 20, 8]
    assert qualities(series("wind_gust", gusts)) == [GOOD, JUMP, GOOD, GOOD, GOOD, GOOD]


def test_a_value_that_jumps_up_and_down_is_never_believed_up_there() -> None:
    found = stamped(depths(0, 60, 0.3, 58, 61, 0.1, 60, 0))
    assert minutes(found, JUMP) == [1, 3, 4, 6]


def test_a_value_that_stood_still_for_too_long_is_stuck_until_it_moves() -> None:
    stuck = series("air_temperature", [21.0, *[21.3] * 420, 21.4])
    found = stamped(stuck)
    assert minutes(found, STUCK) == list(range(360, 421))
    assert found[-1].quality is GOOD


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("rainfall", 0), ("water_depth", 0), ("water_depth", 0.4), ("humidity", 100),
        ("visibility", 10_000), ("wind_speed", 0), ("road_temperature", 0), ("battery", 88),
        ("snow_depth", 12), ("rain_rate", 0), ("gas_lel", 0),
    ],
)  # fmt: skip
def test_what_stands_still_by_nature_is_not_stuck(quantity: str, value: float) -> None:
    assert set(qualities(series(quantity, [value + 1, *[value] * 3000]))) == {GOOD}


def test_a_device_that_was_silent_between_two_equal_values_is_not_stuck() -> None:
    values = [observe("ws-1", "air_temperature", minute, 21.3) for minute in (0, 1, 500, 501)]
    assert set(qualities(values)) == {GOOD}


def test_a_station_that_speaks_seldom_is_waited_for_longer() -> None:
    site = checked_site()
    hourly = site.devices[0].model_copy(update={"cadence": (at(60) - at(0))})
    slow = Checker(site.model_copy(update={"devices": (hourly, *site.devices[1:])}))
    found = stamped(series("air_temperature", [21.0, *[21.3] * 24], every=60), slow)
    assert minutes(found, STUCK) == [60 * n for n in range(20, 25)]


def storm(hours: int, *devices: str, mm: float = 0.2) -> list[Observation]:
    return [rain(n, mm + n % 2 / 10, device) for n in range(60 * hours) for device in devices]


def three_stations() -> Checker:
    site = checked_site()
    third = site.devices[0].model_copy(update={"id": "ws-3"})
    return Checker(site.model_copy(update={"devices": (*site.devices, third)}))


def test_a_station_without_rain_where_all_others_have_much_is_blocked() -> None:
    blocked = [rain(n, 0) for n in range(240)]
    found = stamped(in_time(blocked, storm(4, "ws-2", "ws-3")), three_stations())
    doubted = minutes(of(found, "ws-1"), NEIGHBOURS)
    assert 120 < doubted[0] <= 180
    assert doubted[-1] == 239
    assert {o.quality for o in found if o.device != "ws-1"} == {GOOD}


def test_a_single_drop_clears_a_station_of_being_blocked() -> None:
    sparse = [rain(n, 0.1 if n % 100 == 50 else 0) for n in range(240)]
    found = stamped(in_time(sparse, storm(4, "ws-2", "ws-3")), three_stations())
    assert {o.quality for o in found} == {GOOD}


def test_a_cloudburst_over_one_station_is_real() -> None:
    calm = [rain(n, 0, device) for n in range(240) for device in ("ws-2", "ws-3")]
    found = stamped(in_time(storm(4, "ws-1", mm=1.5), calm), three_stations())
    assert {o.quality for o in found} == {GOOD}


def test_of_two_stations_that_differ_neither_is_doubted() -> None:
    differing = in_time([rain(n, 0) for n in range(240)], storm(4, "ws-2"))
    assert {o.quality for o in stamped(differing)} == {GOOD}


def test_a_late_value_is_compared_with_those_around_its_time() -> None:
    in_order = depths(0, 2, 4, 6, 8, 10)
    one = Checker(checked_site())
    stamped([o for n, o in enumerate(in_order) if n not in (2, 3)], one)
    late = stamped([depth(3, 6), depth(2, 40)], one)
    assert [o.quality for o in late] == [GOOD, JUMP]


def test_what_comes_too_late_is_said_to_and_changes_nothing() -> None:
    found = stamped([depth(1000, 0), depth(639, 30), depth(640.1, 30), depth(1001, 0.1)])
    assert [o.quality for o in found] == [GOOD, TOO_LATE, GOOD, GOOD]


def test_a_quality_that_is_known_stays() -> None:
    out = depth(1, 80)._replace(quality=Quality.MAINTENANCE)
    assert qualities([depth(0, 0), out, depth(2, 0.2)]) == [GOOD, Quality.MAINTENANCE, GOOD]


def test_rules_of_a_device_stand_instead_of_the_site_s() -> None:
    site = checked_site()
    own = {"water_depth": Signal.model_validate({"jump": None})}
    devices = tuple(
        d.model_copy(update={"signals": own}) if d.id == "wg-road-a" else d for d in site.devices
    )
    one = Checker(site.model_copy(update={"devices": devices}))
    found = stamped(in_time(depths(0, 60), [depth(n, 60 * n, "road-b") for n in range(2)]), one)
    assert [(o.device, o.quality) for o in found[2:]] == [("wg-road-a", GOOD), ("wg-road-b", JUMP)]
    assert stamped([depth(5, -11)], one)[0].quality is RANGE, "its other rules are the site's"
