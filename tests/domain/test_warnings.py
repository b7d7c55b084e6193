"""Official warnings: in force, superseded, lifted; exercises apart from what is meant."""

from itertools import permutations

import pytest

from monitoring.domain.levels import Level
from monitoring.domain.warnings import (
    WarningConflictError,
    WarningError,
    WarningEvent,
    WarningKind,
    Warnings,
    WarningStatus,
    concerns,
    take,
)
from tests.domain.bulletins import SITE, issued, lifted, standing
from tests.engine.timeline import at

AROUND = ((119.4, 35.3), (119.6, 35.3), (119.6, 35.5), (119.4, 35.5))
EAST = ((120.4, 35.3), (120.6, 35.3), (120.6, 35.5), (120.4, 35.5))


def ids(warnings: Warnings, minute: float) -> list[str]:
    return [w.issued.warning_id for w in warnings.in_force(at(minute))]


def test_a_warning_holds_from_its_beginning_and_not_at_its_end() -> None:
    warnings = standing(issued(expires=at(60)))
    assert ids(warnings, -0.01) == []
    assert ids(warnings, 0) == ["w1"]
    assert ids(warnings, 59.99) == ["w1"]
    assert ids(warnings, 60) == []


def test_a_warning_without_an_end_holds_until_it_is_lifted() -> None:
    warnings = standing(issued(), lifted("w1", minute=9000))
    assert ids(warnings, 8999) == ["w1"]
    assert ids(warnings, 9000) == []
    assert warnings.received["w1"].superseded_by == "c1"


def test_an_update_takes_the_place_of_what_it_names_when_it_takes_effect() -> None:
    update = issued("w2", Level.ORANGE, minute=20, references=("w1",))
    warnings = standing(issued(), update)
    assert ids(warnings, 19) == ["w1"]
    assert ids(warnings, 20) == ["w2"]
    assert update.kind is WarningKind.UPDATE


def test_the_gravest_comes_first_and_then_the_newest() -> None:
    warnings = standing(
        issued("a", Level.BLUE, 2), issued("b", Level.RED, 0), issued("c", Level.RED, 1)
    )
    assert ids(warnings, 5) == ["c", "b", "a"]


def test_in_whatever_order_messages_come_the_same_stands() -> None:
    messages: tuple[WarningEvent, ...] = (
        issued(),
        issued("w2", minute=10, references=("w1",)),
        issued("w3", minute=20, references=("w1", "w2")),
        lifted("w3", minute=40),
    )
    orders = [standing(*order, received=at(50)) for order in permutations(messages)]
    assert all(order == orders[0] for order in orders)
    assert [ids(orders[0], minute) for minute in (5, 15, 25, 45)] == [["w1"], ["w2"], ["w3"], []]


@pytest.mark.parametrize("status", [WarningStatus.EXERCISE, WarningStatus.TEST])
def test_an_exercise_neither_looks_actual_nor_lifts_what_is_meant(status: WarningStatus) -> None:
    exercise = issued("x1", status=status, minute=5, references=("w1",))
    warnings = standing(issued(), exercise, lifted("w1", minute=5, status=status))
    assert ids(warnings, 10) == ["x1", "w1"]
    assert not warnings.received["x1"].is_actual
    assert warnings.received["w1"].superseded_by is None


def test_what_is_meant_does_not_lift_an_exercise() -> None:
    exercise = issued("x1", status=WarningStatus.EXERCISE)
    assert ids(standing(exercise, lifted("x1", minute=5)), 10) == ["x1"]


def test_the_same_message_twice_has_the_effect_of_once() -> None:
    warnings = standing(issued(), lifted("w1"))
    assert take(warnings, issued(headline="in other words")) == ()
    assert take(warnings, lifted("w1", minute=31)) == ()
    assert standing(issued(), lifted("w1"), issued(headline="x"), lifted("w2")).received == (
        standing(issued(), lifted("w1"), lifted("w2")).received
    )


def test_another_warning_under_a_known_identifier_is_refused_with_advice() -> None:
    with pytest.raises(WarningConflictError, match="'w1' is known as red rainstorm; an update"):
        take(standing(issued()), issued(level=Level.ORANGE))
    with pytest.raises(WarningConflictError, match="'w1' is a warning's identifier"):
        take(standing(issued()), lifted("w2", message_id="w1"))
    with pytest.raises(WarningConflictError, match="'c1' is a cancellation's identifier"):
        take(standing(lifted("w2")), issued("c1"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (issued(level=Level.WATCH), "no colour of a warning; use blue, yellow, orange, red"),
        (issued(level=Level.UNKNOWN), "no colour"),
        (issued(minute=10, expires=at(10)), "expire before it takes effect"),
        (issued("with space"), "without spaces"),
        (issued("w" * 201), "1 to 200 signs"),
        (issued("w1", references=("w1",)), "can't supersede itself"),
        (lifted(), "names the warnings that it lifts"),
        (lifted("a b"), "'a b' is no identifier"),
    ],
)
def test_what_contradicts_itself_is_refused(wrong: WarningEvent, said: str) -> None:
    with pytest.raises(WarningError, match=said):
        take(Warnings(), wrong)


@pytest.mark.parametrize(
    "area", ["", "  ", "东港区", "日照市东港区、岚山区", "山东省日照市", "NAME"]
)
def test_a_warning_that_names_our_place_or_none_is_ours(area: str) -> None:
    assert concerns(issued(area=area), SITE)


@pytest.mark.parametrize("area", ["五莲县", "莒县", "Qingdao"])
def test_a_warning_that_names_another_place_is_not_ours(area: str) -> None:
    assert not concerns(issued(area=area), SITE)


def test_where_an_outline_is_known_it_decides() -> None:
    assert concerns(issued(area="五莲县", polygons=(EAST, AROUND)), SITE)
    assert not concerns(issued(area="东港区", polygons=(EAST,)), SITE)
    closed = (*AROUND, AROUND[0])
    assert concerns(issued(polygons=(closed,)), SITE)
