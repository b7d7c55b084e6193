"""A device is taken out by a named person, with a reason and an end."""

from datetime import timedelta

import pytest

from monitoring.domain.maintenance import (
    MaintenanceBegan,
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceLog,
    begin,
    end,
    fold,
)
from tests.engine.timeline import at

GAUGE = "wg-road-a"


def folded(*events: MaintenanceEvent) -> MaintenanceLog:
    log = MaintenanceLog()
    for event in events:
        log = fold(log, event)
    return log


def began(since: float, until: float, request: str = "r1", by: str = "li") -> MaintenanceBegan:
    return MaintenanceBegan(GAUGE, request, by, "cleaning", at(since), at(until))


def test_a_device_is_out_from_its_beginning_until_just_before_its_end() -> None:
    log = folded(*begin(MaintenanceLog(), GAUGE, "r", "li", " cleaning ", at(0), at(60)))
    held = log.current(at(0))
    assert held is not None
    assert (held.by, held.reason, held.until) == ("li", "cleaning", at(60))
    assert log.current(at(59.9)) == held
    assert log.current(at(60)) is None
    assert log.current(at(-0.1)) is None


def test_it_can_be_given_back_before() -> None:
    log = folded(began(0, 60))
    log = folded(began(0, 60), *end(log, "r2", "wang", at(20)))
    assert log.current(at(19.9)) is not None
    assert log.current(at(20)) is None
    assert log.current(at(30)) is None


def test_nothing_is_given_back_that_is_not_out() -> None:
    assert end(MaintenanceLog(), "r", "li", at(0)) == []
    assert end(folded(began(0, 60)), "r2", "li", at(60)) == []


def test_who_takes_it_out_again_takes_the_place_of_who_did() -> None:
    log = folded(began(0, 60), began(30, 120, "r2", "wang"))
    first, second = log.current(at(10)), log.current(at(40))
    assert first is not None
    assert second is not None
    assert (first.by, second.by) == ("li", "wang")
    assert log.current(at(119)) == second


def test_a_shorter_time_ends_the_longer_one() -> None:
    assert folded(began(0, 600), began(30, 60, "r2")).current(at(90)) is None


def test_what_was_out_and_given_back_can_be_taken_out_again() -> None:
    back = MaintenanceEnded(GAUGE, "r2", "li", at(20))
    log = folded(began(0, 60), back, began(40, 50, "r3"))
    assert [bool(log.current(at(m))) for m in (10, 30, 45, 55)] == [True, False, True, False]


def test_the_same_request_twice_has_the_effect_of_once() -> None:
    log = folded(began(0, 60), *end(folded(began(0, 60)), "r2", "li", at(20)))
    assert begin(log, GAUGE, "r1", "li", "cleaning", at(25), at(60)) == []
    assert end(folded(began(0, 60), began(1, 90, "r2")), "r2", "li", at(20)) == []


@pytest.mark.parametrize("until", [at(0), at(-1), at(0) + timedelta(days=30, seconds=1)])
def test_an_end_lies_within_thirty_days_from_now(until: object) -> None:
    with pytest.raises(ValueError, match="within 30 days"):
        begin(MaintenanceLog(), GAUGE, "r", "li", "cleaning", at(0), until)  # type: ignore[arg-type]


def test_a_reason_must_be_given() -> None:
    with pytest.raises(ValueError, match="why"):
        begin(MaintenanceLog(), GAUGE, "r", "li", "  ", at(0), at(60))
