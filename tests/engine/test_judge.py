"""What the judge raises, when, and on what evidence."""

from datetime import timedelta

import pytest

from monitoring.domain.alarms import AlarmRaised, AlarmReturned, AlarmWithdrawn
from monitoring.domain.levels import Level
from monitoring.domain.observations import Quality
from tests.engine.sites import CRITERIA, DISTRICT, PONDING
from tests.engine.timeline import alarms, at, depth, judge, observe, periods, rain, run


def only(
    rule: str, found: list[tuple[str, str, float, float | None]]
) -> list[tuple[float, float | None]]:
    return [(onset, end) for name, _, onset, end in found if name == rule]


def test_exactly_the_limit_is_reached() -> None:
    (raised,) = [e for e in run(CRITERIA, rain(1, 49.9), rain(2, 0.1)) if e.rule.endswith("blue")]  # type: ignore[union-attr]
    assert isinstance(raised, AlarmRaised)
    assert raised.onset == at(2)
    assert raised.level is Level.BLUE
    assert raised.evidence[0].value == 50.0
    assert raised.evidence[0].threshold == 50


def test_a_hair_below_the_limit_is_not() -> None:
    assert run(CRITERIA, rain(1, 49.9), rain(2, 0.0999)) == []


def test_a_thousand_tenths_add_up_without_drift() -> None:
    steps = [rain(n * 0.01, 0.1) for n in range(1, 501)]
    assert run(CRITERIA, *steps[:499]) == []
    assert len(periods(run(CRITERIA, *steps))) == 3


def test_rain_leaves_the_window_exactly_a_window_later() -> None:
    wet = [rain(minute, 10) for minute in range(1, 6)]
    dry = [rain(minute, 0) for minute in range(6, 200)]
    assert only("criteria-rainstorm/orange", periods(run(CRITERIA, *wet, *dry))) == [(5, 181)]


def test_a_sum_over_a_window_with_a_gap_may_raise_but_not_clear() -> None:
    wet = [rain(minute, 10) for minute in range(1, 6)]
    after_a_gap = [rain(minute, 0) for minute in range(300, 300 + 143)]
    (period,) = only("criteria-rainstorm/orange", periods(run(CRITERIA, *wet, *after_a_gap)))
    assert period == (5, None)
    covered = [*after_a_gap, rain(443, 0)]
    (period,) = only("criteria-rainstorm/orange", periods(run(CRITERIA, *wet, *covered)))
    assert period == (5, 443), "144 of 180 minutes are 80 %"


def test_silence_clears_nothing() -> None:
    one = judge(CRITERIA)
    assert len(one.step([rain(1, 100)], at(1)).events) == 4
    assert one.step([], at(10_000)).events == []


def test_a_suspect_value_neither_raises_nor_clears() -> None:
    high = depth(1, 30)._replace(quality=Quality.RANGE)
    assert run(PONDING, high) == []
    low = depth(9, 0)._replace(quality=Quality.RANGE)
    assert only("ponding/orange", periods(run(PONDING, depth(1, 30), low))) == [(1, None)]


def test_the_deadband_keeps_an_alarm_until_it_is_left() -> None:
    found = run(PONDING, depth(1, 27), depth(2, 24), depth(3, 23.99), depth(4, 26.9))
    assert only("ponding/orange", periods(found)) == [(1, 3)]


def test_a_short_rise_does_not_outlast_the_hold() -> None:
    assert only("ponding/yellow", periods(run(PONDING, depth(1, 16), depth(2.9, 5)))) == []


def test_a_rise_that_lasts_the_hold_counts_from_its_end() -> None:
    steady = [depth(minute, 16) for minute in (1, 2, 3)]
    assert only("ponding/yellow", periods(run(PONDING, *steady))) == [(3, None)]


def test_a_gauge_that_falls_silent_after_one_high_value_is_believed_in_the_end() -> None:
    one = judge(PONDING)
    events = one.step([depth(1, 16)], at(1)).events
    assert only("ponding/yellow", periods(events)) == []
    assert one.step([], at(5.99)).events == []
    events += one.step([], at(6)).events
    assert only("ponding/yellow", periods(events)) == [(3, None)]


def test_an_end_waits_for_its_delay_and_for_data() -> None:
    one = judge(PONDING)
    events = one.step([depth(1, 12), depth(2, 5)], at(2)).events
    events += one.step([], at(100)).events
    assert only("ponding/blue", periods(events)) == [(1, None)], "silence clears nothing"
    events += one.step([depth(16.9, 5)], at(100)).events
    assert only("ponding/blue", periods(events)) == [(1, None)]
    events += one.step([depth(17, 5)], at(101)).events
    assert only("ponding/blue", periods(events)) == [(1, 17)]


def test_a_relapse_within_the_delay_is_the_same_alarm() -> None:
    relapse = [depth(1, 12), depth(2, 5), depth(10, 12), depth(11, 5), depth(30, 5)]
    assert only("ponding/blue", periods(run(PONDING, *relapse))) == [(1, 26)]


def test_an_underpass_has_its_own_closure_depth() -> None:
    found = periods(run(PONDING, depth(1, 20, "under"), depth(1, 20, "road-a")))
    assert [(r, s) for r, s, *_ in found if r == "ponding/orange"] == [("ponding/orange", "under")]


def test_enough_segments_at_once_make_a_district_alarm() -> None:
    found = run(
        DISTRICT,
        *(depth(m, 15, "road-a") for m in range(1, 8)),
        depth(3, 15, "road-b"),
        depth(5, 15, "road-b"),
        depth(8, 11, "road-b"),
    )
    assert only("district/III", periods(found)) == [(5, 8)]
    (raised,) = [e for e in found if isinstance(e, AlarmRaised)]
    assert raised.segments == ()
    assert raised.level is Level.YELLOW
    assert {e.device for e in raised.evidence} == {"wg-road-a", "wg-road-b"}


def test_weather_and_road_together() -> None:
    found = run(DISTRICT, rain(1, 25), depth(2, 20, "road-a"), depth(3, 20, "under"))
    assert only("district/II", periods(found)) == [(3, None)]
    assert found[0].evidence[0].device == "wg-under"  # type: ignore[union-attr]


def test_a_late_observation_raises_with_its_true_onset_and_is_marked() -> None:
    one = judge(CRITERIA)
    assert one.step([rain(10, 20), rain(60, 10)], at(60)).events == []
    events = one.step([rain(30, 25)], at(61)).events
    assert {e.onset for e in events if isinstance(e, AlarmRaised)} == {at(60)}
    assert all(e.is_late for e in events if isinstance(e, AlarmRaised))


def test_a_late_low_value_withdraws_an_alarm_that_was_none() -> None:
    one = judge(PONDING)
    events = one.step([depth(1, 16), depth(4, 16)], at(4)).events
    assert only("ponding/yellow", periods(events)) == [(3, None)]
    events += one.step([depth(2, 3)], at(4.1)).events
    assert any(isinstance(e, AlarmWithdrawn) for e in events)
    assert only("ponding/yellow", periods(events)) == []


def test_what_comes_after_the_lateness_is_handed_back_unjudged() -> None:
    one = judge(CRITERIA, lateness=timedelta(hours=1))
    one.step([rain(100, 0)], at(100))
    just_in_time, too_late = rain(40.001, 100), rain(40, 100)
    assert one.step([too_late], at(101)).too_late == [too_late]
    step = one.step([just_in_time], at(101))
    assert step.too_late == []
    assert len(step.events) == 4


def test_a_double_has_the_effect_of_once() -> None:
    assert run(CRITERIA, rain(1, 30), rain(1, 30)) == []
    assert run(CRITERIA, rain(1, 30), rain(2, 0), rain(1, 30)) == []


def test_what_no_rule_looks_at_passes_by() -> None:
    assert (
        run(CRITERIA, observe("ws-1", "humidity", 1, 99), observe("nobody", "rainfall", 1, 99))
        == []
    )


def test_a_whole_story_in_one_batch_tells_raise_and_return() -> None:
    one = judge(PONDING)
    events = one.step([depth(1, 30), depth(2, 10)], at(2)).events
    orange = [e for e in events if "orange" in e.alarm_id]
    assert [type(e) for e in orange] == [AlarmRaised, AlarmReturned]


def test_an_alarm_whose_rule_is_gone_is_withdrawn_on_load() -> None:
    told = alarms(run(PONDING, depth(1, 30)))
    events = judge(CRITERIA).load([], {}, told.values(), at(2)).events
    assert {type(e) for e in events} == {AlarmWithdrawn}


def test_a_new_plan_is_judged_on_the_archive() -> None:
    step = judge(CRITERIA).load([[rain(1, 60), rain(2, 0)]], {}, [], at(2))
    assert only("criteria-rainstorm/orange", periods(step.events)) == [(1, None)]
    assert step.leaves


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 1000])
def test_slabs_grow_and_forget_without_changing_the_sum(rows: int) -> None:
    steps = [rain(n, 0.2) for n in range(rows)]
    found = only("criteria-rainstorm/blue", periods(run(CRITERIA, *steps)))
    assert found == ([(249, None)] if rows > 249 else [])
