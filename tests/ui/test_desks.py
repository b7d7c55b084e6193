"""The desks: duty, depot and alarms say what is so and mark what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from dash.development.base_component import Component

from monitoring.domain.levels import Freshness, Level
from monitoring.domain.quantities import QUANTITIES
from monitoring.services.depot import Stock
from monitoring.web.language import Language, catalogue
from monitoring.web.ui.components import card, desks, lists
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows
from monitoring.web.ui.components.marks import SHAPES, age
from monitoring.web.ui.components.status import proposal
from monitoring.web.wording import amount, explanation
from tests.engine.timeline import START
from tests.ui import samples
from tests.ui.elements import found, words
from tests.ui.samples import (
    SALT,
    ZONE,
    alarm,
    bilingual,
    classes,
    elements,
    one,
    stock,
    value,
    view,
)

ZH, EN = Language.ZH, Language.EN
SITE = bilingual()
Parts = Callable[[Language], Sequence[Component]]


def test_a_proposal_names_the_grade_of_the_response_in_numerals() -> None:
    text = words(elements([proposal(samples.response(), SITE, Level.YELLOW, EN)]))
    assert "Response · Observed criteria met: level Ⅲ suggested" in text
    assert SHAPES[Level.YELLOW] in text


def test_a_proposal_says_how_much_of_its_window_is_known() -> None:
    text = words(elements([proposal(samples.response(), SITE, Level.YELLOW, EN)]))
    assert "Rainfall in 1 h: 40 mm, limit 30 mm (75 % of the window known)" in text


@pytest.mark.parametrize(("on_hand", "is_marked"), [(9.9, True), (10, False), (0, True)])
def test_stock_is_marked_only_below_its_minimum(on_hand: float, is_marked: bool) -> None:
    row = one(desks.depot([stock(on_hand)], EN))
    assert ("short" in classes(row)) is is_marked


def test_the_minimum_of_a_stock_is_the_middle_of_its_bar() -> None:
    row = one(desks.depot([stock(SALT.minimum)], EN))
    (bar,) = found(row, **{"class": "bar"})
    assert bar[0].get("style") == "width:50%"


def test_a_stock_without_a_minimum_is_never_short() -> None:
    free = SALT.model_copy(update={"minimum": 0})
    assert classes(one(desks.depot([Stock(free, 0)], EN))) == {"stock"}


def test_the_group_on_duty_the_handover_and_the_next_group_are_named() -> None:
    text = words(elements(desks.duty(samples.on_duty(), ZONE, EN, is_masked=True)))
    assert text.startswith("Group 1Leader 1Ann, Bobuntil 07-07 08:30")
    assert text.endswith("next Group 2 · Leader 2")


def test_an_alarm_that_nobody_acknowledged_bears_a_button() -> None:
    row = one(holding_rows([alarm()], SITE, ZONE, EN))
    assert [b.get("data-acknowledge") for b in row.iter("button")] == ["a0"]


def test_an_acknowledged_alarm_names_who_did_it_and_bears_no_button() -> None:
    row = one(holding_rows([alarm(by="admin")], SITE, ZONE, EN))
    assert not list(row.iter("button"))
    assert "acknowledged by admin" in words(row)


def test_a_past_alarm_that_nobody_acknowledged_says_so() -> None:
    assert "not acknowledged" in words(elements(past_rows([samples.past()], SITE, ZONE, EN)))


def test_a_past_alarm_bears_its_times_on_the_clocks_of_the_place() -> None:
    row = one(past_rows([samples.past()], SITE, ZONE, EN))
    assert [words(e) for e in row.iter("time")] == ["07-07 08:00:00 → 07-07 08:05:00"]


def test_the_total_of_alarms_is_said_however_many_fit() -> None:
    many = [alarm(number=n) for n in range(lists.MOST_ALARMS + 2)]
    shown = elements(lists.alarm_cards(many, SITE, EN))
    assert len(shown) == 1 + lists.MOST_ALARMS
    assert words(shown[0]) == f"{lists.MOST_ALARMS + 2} in all, gravest first"


def test_an_alarm_from_late_data_says_so() -> None:
    assert "late data" in words(elements(lists.alarm_cards([alarm(is_late=True)], SITE, EN)))
    assert "late data" not in words(elements(lists.alarm_cards([alarm()], SITE, EN)))


def test_more_evidence_than_there_is_room_for_is_counted() -> None:
    evidence = alarm().evidence * 5
    assert explanation(evidence, EN, most=3).endswith("; and 2 more")


EMPTY: dict[str, tuple[Parts, str]] = {
    "alarm cards": (lambda at: lists.alarm_cards([], SITE, at), "No alarm is active."),
    "holding": (lambda at: holding_rows([], SITE, ZONE, at), "No alarm is active."),
    "past": (lambda at: past_rows([], SITE, ZONE, at), "None yet."),
    "values": (lambda at: card.value_rows(view(), at), "No value yet."),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("part", "said"), EMPTY.values(), ids=EMPTY)
def test_an_empty_list_says_that_it_is_empty(part: Parts, said: str, language: Language) -> None:
    row = one(part(language))
    assert classes(row) == {"empty"}
    assert words(row) == (said if language is EN else catalogue(ZH)[said])


@pytest.mark.parametrize("part", [lambda at: desks.cameras([], at), lambda at: desks.depot([], at)])
def test_a_panel_without_entries_says_that_it_is_empty(part: Parts) -> None:
    assert words(elements(part(EN)))


def test_a_state_of_the_road_reads_in_chinese() -> None:
    rows = card.value_rows(view(Level.NONE, Freshness.LIVE, value("road_state", 3)), ZH)
    assert QUANTITIES["road_state"].states[3] not in words(elements(rows))


def test_a_value_just_below_zero_bears_no_sign_of_its_own() -> None:
    assert amount("air_temperature", -0.04) == "0 °C"


@pytest.mark.parametrize(
    ("number", "text"), [(12.0, "12 cm"), (12.34, "12.3 cm"), (100.0, "100 cm"), (0.0, "0 cm")]
)
def test_a_value_has_at_most_one_decimal(number: float, text: str) -> None:
    assert amount("water_depth", number) == text


def test_an_age_counts_from_the_instant_that_it_bears() -> None:
    mark = one([age(START + timedelta(milliseconds=5))])
    assert mark.get("data-at") == str(int(START.timestamp()) * 1000 + 5)


def test_what_was_never_heard_has_no_age() -> None:
    assert one([age(None)]).get("data-at") is None


@pytest.mark.parametrize(
    ("phone", "shown"), [("13800138000", "138******00"), ("0633-822", "063***22"), ("110", "***")]
)
def test_a_telephone_number_on_a_wall_cannot_be_dialled(phone: str, shown: str) -> None:
    assert desks.masked(phone) == shown


def test_a_desk_shows_the_whole_number() -> None:
    name = bilingual().segments[0].name
    assert "110" in words(elements(desks.person(name, "110", EN, is_masked=False)))
    assert "110" not in words(elements(desks.person(name, "110", EN, is_masked=True)))


def test_a_segment_at_a_desk_says_why_it_has_its_level() -> None:
    raining = replace(view(Level.ORANGE), causes=(samples.response(),))
    (row,) = elements(lists.segment_rows([raining], EN, is_explained=True))
    assert "Rainfall in 1 h: 40 mm, limit 30 mm" in words(row)
    (calm,) = elements(lists.segment_rows([view()], EN, is_explained=True))
    assert [words(c) for c in found(calm, **{"class": "cause"})] == [""]
