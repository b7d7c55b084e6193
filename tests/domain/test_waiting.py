"""The clock from warning to response: what starts it, what stops it, what never sets it back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from monitoring.domain.alarms import Alarm, AlarmRaised
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import Cause, Response, ResponseDeclined
from monitoring.domain.waiting import LIMITS, Waiting, of_proposals, of_warnings, unanswered
from monitoring.domain.warnings import Warnings, WarningStatus
from tests.domain.bulletins import (
    SITE,
    activated,
    declined,
    ended,
    issued,
    lifted,
    lowered,
    raised,
    response,
    standing,
)
from tests.engine.timeline import at

I, II, III, IV = (ResponseLevel(v) for v in ("I", "II", "III", "IV"))  # noqa: E741


def clock(
    warnings: Warnings,
    minute: float,
    responses: Sequence[Response] = (),
    declines: Iterable[ResponseDeclined] = (),
    alarms: Iterable[Alarm] = (),
) -> list[tuple[str, datetime]]:
    """What waits at a minute, and since when."""
    declines = list(declines)
    causes = [*of_warnings(warnings, declines, at(minute)), *of_proposals(alarms, SITE)]
    left = unanswered(causes, responses, declines, SITE.id)
    return [(waiting.cause_id, waiting.since) for waiting in left]


def proposed(level: Level = Level.ORANGE, grade: str = "II", minute: float = 0) -> Alarm:
    raised_ = AlarmRaised(
        f"p-{grade}", "district", f"district/{grade}", level, "test", (), None, at(minute), ()
    )
    return Alarm(raised_, at(minute), at(minute), ())


def test_a_warning_waits_from_when_it_takes_effect() -> None:
    assert clock(standing(issued(minute=3)), 2) == []
    assert clock(standing(issued(minute=3)), 3) == [("w1", at(3))]


def test_it_waits_from_then_also_where_it_was_entered_late() -> None:
    assert clock(standing(issued(), received=at(20)), 20) == [("w1", at(0))]


def test_what_is_over_or_lifted_waits_no_longer() -> None:
    assert clock(standing(issued(expires=at(60))), 60) == []
    assert clock(standing(issued(), lifted("w1", minute=30)), 30) == []


@pytest.mark.parametrize("status", [WarningStatus.EXERCISE, WarningStatus.TEST])
def test_an_exercise_never_starts_the_clock(status: WarningStatus) -> None:
    assert clock(standing(issued(status=status)), 5) == []


def test_a_warning_of_another_place_never_starts_the_clock() -> None:
    assert clock(standing(issued(area="elsewhere")), 5) == []


def test_a_decision_taken_in_view_of_the_warning_answers_it_at_any_level() -> None:
    warnings = standing(issued(level=Level.RED))
    assert clock(warnings, 9, [response(activated(IV, minute=5))]) == []


def test_a_response_from_before_answers_a_warning_of_its_gravity_and_no_graver_one() -> None:
    before = response(activated(II, minute=-60))
    assert clock(standing(issued(level=Level.ORANGE)), 5, [before]) == []
    assert clock(standing(issued(level=Level.RED)), 5, [before]) == [("w1", at(0))]


def test_a_response_from_before_in_one_area_does_not_answer_for_the_district() -> None:
    before = response(activated(I, minute=-60, area="old"))
    assert clock(standing(issued(level=Level.BLUE)), 5, [before]) == [("w1", at(0))]


def test_raising_or_lowering_answers_what_came_in_between() -> None:
    warnings = standing(issued(level=Level.RED, minute=5))
    before = activated(III, minute=0)
    assert clock(warnings, 6, [response(before)]) == [("w1", at(5))]
    assert clock(warnings, 9, [response(before, raised(II, 8))]) == []
    assert clock(warnings, 9, [response(before, lowered(IV, 8))]) == []


def test_a_decision_before_the_warning_was_known_to_us_does_not_answer_it() -> None:
    warnings = standing(issued(level=Level.RED), received=at(20))
    assert clock(warnings, 21, [response(activated(III, minute=10))]) == [("w1", at(0))]


def test_a_response_to_another_hazard_answers_nothing() -> None:
    snow = response(activated(I, minute=5, hazard="snowstorm"))
    assert clock(standing(issued()), 9, [snow]) == [("w1", at(0))]


def test_after_the_end_of_what_answered_it_a_warning_waits_again_from_then() -> None:
    answer = response(activated(II, minute=5), ended(40))
    assert clock(standing(issued()), 45, [answer]) == [("w1", at(40))]


def test_the_end_of_what_never_answered_sets_no_clock_back() -> None:
    other = response(activated(IV, minute=-60), ended(40))
    assert clock(standing(issued(level=Level.RED)), 45, [other]) == [("w1", at(0))]


def test_a_decision_against_a_response_answers_its_warning_and_no_other() -> None:
    warnings = standing(issued("w1"), issued("w2", Level.ORANGE))
    assert clock(warnings, 9, declines=[declined("w1")]) == [("w2", at(0))]


def test_an_update_goes_on_where_what_nobody_answered_began() -> None:
    first, second = issued(), issued("w2", minute=20, references=("w1",))
    assert clock(standing(first, second), 25) == [("w2", at(0))]
    third = issued("w3", minute=40, references=("w2",))
    assert clock(standing(first, second, third), 45) == [("w3", at(0))]


def test_a_graver_update_waits_from_its_own_beginning() -> None:
    orange = issued(level=Level.ORANGE)
    red = issued("w2", Level.RED, minute=20, references=("w1",))
    assert clock(standing(orange, red), 25) == [("w2", at(20))]


def test_what_was_declined_waits_again_once_it_is_updated() -> None:
    warnings = standing(issued(), issued("w2", minute=20, references=("w1",)))
    assert clock(warnings, 25, declines=[declined("w1")]) == [("w2", at(20))]


def test_warnings_that_name_each_other_make_no_endless_way_back() -> None:
    messages = (
        issued("w1", references=("w2",), minute=0),
        issued("w2", references=("w1",), minute=1),
        issued("w3", references=("w2",), minute=5),
    )
    assert clock(standing(*messages), 6) == [("w3", at(0))]


def test_the_gravest_comes_first_and_then_who_has_waited_longest() -> None:
    warnings = standing(
        issued("a", Level.YELLOW, 0), issued("b", Level.RED, 5), issued("c", Level.RED, 2)
    )
    assert [name for name, _ in clock(warnings, 9)] == ["c", "b", "a"]


def test_a_proposal_of_the_engine_waits_for_a_person_too() -> None:
    assert clock(Warnings(), 9, alarms=[proposed(minute=2)]) == [("p-II", at(2))]
    answer = response(activated(III, minute=5))
    assert clock(Warnings(), 9, [answer], alarms=[proposed(minute=2)]) == []


def test_a_decision_against_a_proposal_is_about_lesser_ones_before_and_no_later_ones() -> None:
    against = declined("p-II", Cause.PROPOSAL, Level.ORANGE, minute=10)
    lesser = proposed(Level.YELLOW, "III", minute=1)
    assert clock(Warnings(), 12, declines=[against], alarms=[proposed(), lesser]) == []
    later = proposed(Level.YELLOW, "III", minute=11)
    assert clock(Warnings(), 12, declines=[against], alarms=[later]) == [("p-III", at(11))]
    graver = proposed(Level.RED, "I", minute=1)
    assert clock(Warnings(), 12, declines=[against], alarms=[graver]) == [("p-I", at(1))]


def test_a_decision_against_a_proposal_answers_no_official_warning() -> None:
    against = declined("p-II", Cause.PROPOSAL, Level.RED, minute=10)
    assert clock(standing(issued()), 12, declines=[against]) == [("w1", at(0))]


@pytest.mark.parametrize(
    ("level", "minutes"),
    [(Level.RED, 10), (Level.ORANGE, 15), (Level.YELLOW, 30), (Level.BLUE, 60)],
)
def test_each_colour_may_wait_for_its_own_time(level: Level, minutes: float) -> None:
    waiting = Waiting(Cause.WARNING, "w1", "rainstorm", level, at(0), at(0))
    assert LIMITS[level].total_seconds() == 60 * minutes
    assert not waiting.is_overdue(at(minutes - 0.01))
    assert waiting.is_overdue(at(minutes))
    assert not replace(waiting, since=at(1)).is_overdue(at(minutes))
