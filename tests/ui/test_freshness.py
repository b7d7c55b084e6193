"""What is old says so, wherever it is shown; what is live does not."""

from dataclasses import replace
from datetime import datetime

import pytest

from monitoring.domain.cameras import Sight, Verdict
from monitoring.domain.levels import Freshness, Level
from monitoring.services.picture import DeviceState, DeviceView
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


def doubts(view: DeviceView) -> tuple[list[str], list[str | None]]:
    """What is said over a picture, and the instants that its ages count from."""
    (note,) = found(one(desks.cameras([view], EN)), **{"class": "note"})
    return [words(e) for e in note[:1]], [e.get("data-at") for e in found(note, **{"class": "age"})]


def ms(instant: datetime) -> str:
    return str(int(instant.timestamp() * 1000))


@pytest.mark.parametrize("state", OLD_STATES)
def test_an_old_picture_says_so_over_the_picture(state: DeviceState) -> None:
    view = device_view("cam-a", state)
    assert classes(one(desks.cameras([view], EN))) == {"camera", state.value}
    assert doubts(view) == ([OLD_STATES[state]], [ms(START)])


FAULTS = {
    Verdict.FROZEN: ("frozen picture", "画面冻结"),
    Verdict.BLACK: ("black picture", "黑屏"),
    Verdict.OVEREXPOSED: ("over-exposed", "过曝"),
    Verdict.OBSCURED: ("obscured or blurred", "遮挡或模糊"),
    Verdict.SHIFTED: ("shifted", "偏移"),
    Verdict.UNREADABLE: ("unreadable picture", "图像无法读取"),
}


def seeing(state: DeviceState, verdict: Verdict) -> DeviceView:
    return replace(device_view("cam-a", state), picture=Sight(verdict, START - MINUTE))


@pytest.mark.parametrize(("verdict", "said"), FAULTS.items())
def test_a_picture_that_cannot_be_believed_is_grey_and_says_why_and_since_when(
    verdict: Verdict, said: tuple[str, str]
) -> None:
    view = seeing(DeviceState.SUSPECT, verdict)
    figure = one(desks.cameras([view], EN))
    assert classes(figure) == {"camera", "suspect"}
    assert figure.get("data-verdict") == verdict.value
    assert doubts(view) == ([said[0]], [ms(START - MINUTE)])
    for language, word in zip((EN, Language.ZH), said, strict=True):
        assert olds(one(card.device_rows([view], language))) == [word]


def test_every_fault_has_its_words() -> None:
    assert set(FAULTS) == set(Verdict) - {Verdict.OK}


def test_a_lost_camera_is_lost_and_not_what_its_last_picture_was() -> None:
    view = seeing(DeviceState.LOST, Verdict.BLACK)
    assert doubts(view) == (["no signal"], [ms(START)])
    assert classes(one(desks.cameras([view], EN))) == {"camera", "lost"}


def test_a_stale_camera_that_was_black_is_black() -> None:
    assert doubts(seeing(DeviceState.STALE, Verdict.BLACK))[0] == ["black picture"]
    assert doubts(seeing(DeviceState.STALE, Verdict.OK)) == (["stale"], [ms(START)])


def test_a_live_picture_has_no_note() -> None:
    for seen in (
        device_view("cam-a", DeviceState.LIVE),
        seeing(DeviceState.LIVE, Verdict.OK),
    ):
        assert not found(one(desks.cameras([seen], EN)), **{"class": "note"})


def test_a_camera_that_never_sent_a_picture_shows_none() -> None:
    figure = one(desks.cameras([device_view("cam-a", DeviceState.LOST, None)], EN))
    assert not list(figure.iter("img"))
    assert classes(figure) == {"camera", "lost"}
    assert "No picture yet" in words(figure)


def test_another_picture_has_another_address() -> None:
    views = [device_view("cam-a", DeviceState.LIVE, START + n * MINUTE) for n in range(2)]
    sources = [e.get("src") for e in elements(desks.cameras(views, EN)).iter("img")]
    assert len(set(sources)) == 2
