"""What is old says so, wherever it is shown; what is live does not."""

import pytest

from monitoring.domain.levels import Freshness, Level
from monitoring.services.picture import DeviceState
from monitoring.web.language import Language
from monitoring.web.ui.components import card, desks, lists
from tests.engine.sites import MINUTE
from tests.engine.timeline import START
from tests.ui.elements import Element, found, words
from tests.ui.samples import classes, device_view, elements, one, value, view

EN = Language.EN
OLD = {Freshness.STALE: "stale", Freshness.LOST: "no signal"}
OLD_STATES = {DeviceState.STALE: "stale", DeviceState.LOST: "no signal"}


def olds(element: Element) -> list[str]:
    """What the marks of old values say."""
    return [words(hit) for hit in element.iter() if "old" in classes(hit)]


def every_class(element: Element) -> set[str]:
    return set().union(*(classes(e) for e in element.iter()))


@pytest.mark.parametrize("fresh", OLD)
def test_an_old_depth_bears_its_age_as_class_and_word(fresh: Freshness) -> None:
    row = one(lists.segment_rows([view(Level.NONE, fresh, value(fresh=fresh))], EN))
    assert olds(row) == [OLD[fresh]]
    assert row.get("data-freshness") == fresh.value
    assert {"depth", fresh.value} in [classes(e) for e in row.iter()]
    assert "live" not in every_class(row)


def test_a_live_depth_beside_a_lost_rain_gauge_stays_live() -> None:
    row = one(lists.segment_rows([view(Level.UNKNOWN, Freshness.LOST, value())], EN))
    assert not olds(row)
    assert found(row, **{"class": "depth live"})
    assert row.get("data-freshness") == "lost"


def test_a_lost_depth_under_a_standing_alarm_is_marked() -> None:
    row = one(lists.segment_rows([view(Level.RED, Freshness.LOST, value(fresh=Freshness.LOST))]
                                 , EN))  # fmt: skip
    assert olds(row) == ["no signal"]
    assert row.get("data-level") == "red"


def test_a_segment_without_a_depth_shows_a_dash_and_no_zero() -> None:
    row = one(lists.segment_rows([view(Level.UNKNOWN, Freshness.LOST)], EN))
    assert words(found(row, **{"class": "depth lost"})[0]) == "— / 27 cm"
    assert row.get("data-depth") == ""


def test_a_depth_above_the_closure_depth_fills_its_bar_and_no_more() -> None:
    row = one(lists.segment_rows([view(Level.RED, Freshness.LIVE, value(number=80))], EN))
    (bar,) = found(row, **{"class": "bar"})
    assert bar[0].get("style") == "width:100%"


@pytest.mark.parametrize("fresh", OLD)
def test_an_old_value_on_a_card_is_marked(fresh: Freshness) -> None:
    row = one(card.value_rows(view(Level.NONE, Freshness.LIVE, value(fresh=fresh)), EN))
    assert olds(row) == [OLD[fresh]]
    assert classes(row) == {"value", fresh.value}
    assert row.get("data-freshness") == fresh.value


def test_a_live_value_on_a_card_bears_no_such_mark() -> None:
    row = one(card.value_rows(view(Level.NONE, Freshness.LIVE, value()), EN))
    assert not olds(row)
    assert classes(row) == {"value", "live"}


@pytest.mark.parametrize("fresh", OLD)
def test_a_card_says_that_its_segment_is_not_live(fresh: Freshness) -> None:
    assert olds(elements(card.state(view(Level.NONE, fresh), EN))) == [OLD[fresh]]
    assert not olds(elements(card.state(view(), EN)))


@pytest.mark.parametrize("state", OLD_STATES)
def test_a_silent_device_is_marked(state: DeviceState) -> None:
    row = one(card.device_rows([device_view("ws-1", state)], EN))
    assert olds(row) == [OLD_STATES[state]]
    assert row.get("data-state") == state.value
    assert "ok" not in every_class(row)


def test_a_device_with_a_doubtful_value_is_not_called_live() -> None:
    row = one(card.device_rows([device_view("ws-1", DeviceState.SUSPECT)], EN))
    assert olds(row) == ["suspect"]
    assert "live" not in words(row)


def test_a_live_device_is_called_live() -> None:
    row = one(card.device_rows([device_view("ws-1", DeviceState.LIVE)], EN))
    assert not olds(row)
    assert "live" in words(row)


@pytest.mark.parametrize("state", OLD_STATES)
def test_an_old_picture_says_so_over_the_picture(state: DeviceState) -> None:
    figure = one(desks.cameras([device_view("cam-a", state)], EN))
    assert classes(figure) == {"camera", state.value}
    assert words(found(figure, **{"class": "note"})[0]) == "Picture is old"


def test_a_live_picture_has_no_note() -> None:
    figure = one(desks.cameras([device_view("cam-a", DeviceState.LIVE)], EN))
    assert not found(figure, **{"class": "note"})


def test_a_camera_that_never_sent_a_picture_shows_none() -> None:
    figure = one(desks.cameras([device_view("cam-a", DeviceState.LOST, None)], EN))
    assert not list(figure.iter("img"))
    assert classes(figure) == {"camera", "lost"}
    assert "No picture yet" in words(figure)


def test_another_picture_has_another_address() -> None:
    views = [device_view("cam-a", DeviceState.LIVE, START + n * MINUTE) for n in range(2)]
    sources = [e.get("src") for e in elements(desks.cameras(views, EN)).iter("img")]
    assert len(set(sources)) == 2
