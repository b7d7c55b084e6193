"""Responses: decided by name and with a reason, and never against what is in force."""

from dataclasses import replace

import pytest

from monitoring.domain.levels import ResponseLevel
from monitoring.domain.responses import (
    ResponseError,
    ResponseState,
    activate,
    change,
    decline,
    fold,
    gravest,
    levels_of,
    response_plan,
)
from tests.domain.bulletins import activated, declined, ended, lowered, raised, response
from tests.engine.sites import CRITERIA, DISTRICT, PONDING
from tests.engine.timeline import at

I, II, III, IV = (ResponseLevel(v) for v in ("I", "II", "III", "IV"))  # noqa: E741


def test_a_response_goes_up_and_down_and_ends() -> None:
    one = response(activated(III), raised(I, 1, "a"), lowered(II, 2, "b"))
    assert (one.level, one.state, one.leveled.at) == (II, ResponseState.ACTIVE, at(2))
    over = fold(one, ended(3))
    assert (over.level, over.state) == (II, ResponseState.ENDED)
    assert over.ended
    assert over.ended.by == "li"
    assert [type(d).__name__ for d in over.decisions] == [
        "ResponseActivated", "ResponseRaised", "ResponseLowered", "ResponseEnded",
    ]  # fmt: skip


def test_two_who_activate_at_once_leave_one_response() -> None:
    active = response(activated(II))
    with pytest.raises(ResponseError, match="level II for rainstorm in test is in force, set by"):
        activate([active], activated(III, response_id="r2"))


def test_another_hazard_or_another_area_is_another_response() -> None:
    active = response(activated(II))
    for other in (
        activated(III, response_id="r2", hazard="snowstorm"),
        activated(III, response_id="r2", area="old"),
    ):
        assert activate([active], other) == (other,)


def test_after_its_end_a_new_one_can_be_activated() -> None:
    over = response(activated(II), ended())
    assert activate([over], activated(II, response_id="r2"))


def test_the_same_decision_twice_has_the_effect_of_once() -> None:
    active = response(activated(II))
    assert activate([active], activated(II)) == ()
    up = raised(I, decision="d1")
    assert change(active, up) == (up,)
    assert change(fold(active, up), up) == ()
    over = fold(active, ended())
    assert change(over, ended()) == ()
    assert decline(declined(), declined(minute=9)) == ()


@pytest.mark.parametrize("level", [II, III, IV])
def test_raising_goes_up_only(level: ResponseLevel) -> None:
    with pytest.raises(ResponseError, match=f"level II .* set by wang at 00:00Z; {level} is not"):
        change(response(activated(II)), raised(level))


@pytest.mark.parametrize("level", [II, I])
def test_lowering_goes_down_only(level: ResponseLevel) -> None:
    with pytest.raises(ResponseError, match="not lighter"):
        change(response(activated(II)), lowered(level))


def test_what_has_ended_is_not_changed() -> None:
    with pytest.raises(ResponseError, match="was ended by li at 00:01Z; activate a new one"):
        change(response(activated(II), ended(1)), raised(I))


def test_who_decided_on_another_level_than_stands_decides_again() -> None:
    active = response(activated(III), raised(II))
    assert change(active, ended(), seen=II)
    with pytest.raises(ResponseError, match=r"level II .*, not at III as you saw it"):
        change(active, ended(), seen=III)


def test_who_declined_first_is_named() -> None:
    with pytest.raises(ResponseError, match="declined by li at 00:05Z already: elsewhere"):
        decline(declined(), declined(decision="n2"))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_every_decision_needs_its_reason(reason: str) -> None:
    active = response(activated())
    for decide in (
        lambda: activate([], replace(activated(), reason=reason)),
        lambda: change(active, replace(ended(), reason=reason)),
        lambda: decline(None, replace(declined(), reason=reason)),
    ):
        with pytest.raises(ResponseError, match="reason"):
            decide()


def test_the_gravest_in_force_comes_first() -> None:
    light = response(activated(IV, response_id="a", area="old"))
    grave = response(activated(II, response_id="b"))
    over = response(activated(I, response_id="r1"), ended())
    assert gravest([light, over, grave]) == [grave, light]


def test_a_history_that_does_not_begin_with_its_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="never activated"):
        fold(None, ended())


def test_only_a_plan_for_the_district_with_response_levels_can_be_activated() -> None:
    plans = (CRITERIA, PONDING, DISTRICT)
    plan = response_plan(plans, "rainstorm")
    assert plan is DISTRICT
    assert levels_of(plan) == [III, II]
    assert response_plan(plans, "ponding") is None
