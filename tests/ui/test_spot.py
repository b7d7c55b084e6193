"""The card of a place: its limits as marks and words, whom to call, and what it looks like dry."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitoring.domain.entries import Text
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.limits import Scale
from monitoring.domain.site import Card, Pump
from monitoring.services.picture import DeviceState
from monitoring.services.sums import Sum
from monitoring.web.language import Language
from monitoring.web.ui.components.alarm_rows import past_rows, record
from monitoring.web.ui.components.card import value_rows
from monitoring.web.ui.components.marks import SHAPES
from monitoring.web.ui.components.scale import Measured, scale_bar
from monitoring.web.ui.components.spot import pairs, reference, spot
from tests.engine.timeline import START
from tests.ui.elements import found, words
from tests.ui.samples import (
    CAMERA,
    ZONE,
    alarm,
    bilingual,
    classes,
    device_view,
    elements,
    one,
    value,
    view,
)

ZH, EN = Language.ZH, Language.EN
DEPTH = Scale("water_depth", None, {Level.BLUE: 10, Level.ORANGE: 20, Level.RED: 40})
RAIN = Scale("rainfall", timedelta(hours=3), {Level.ORANGE: 50, Level.RED: 100})
LIVE = Freshness.LIVE
PHONE = "13800138000"


def test_a_bar_bears_a_mark_for_every_limit_in_proportion() -> None:
    bar = one([scale_bar(DEPTH, 20, LIVE, EN)])
    marks = {m.get("class"): m.get("style") for m in bar.iter("i")}
    shares = [float(re.findall(r"[\d.]+", str(style))[0]) for style in marks.values()]
    assert list(marks) == ["blue", "orange", "red"]
    assert shares == pytest.approx([25 * 0.893, 50 * 0.893, 100 * 0.893], abs=0.1)
    filled = re.findall(r"[\d.]+", str(bar[0][0].get("style")))
    assert float(filled[0]) == pytest.approx(shares[1], abs=0.1)


def test_every_limit_is_said_in_words_and_what_is_reached_stands_out() -> None:
    bar = one([scale_bar(DEPTH, 20, LIVE, EN)])
    grades = {words(g): "reached" in classes(g) for g in bar.iter("span") if "grade" in classes(g)}
    assert grades == {
        f"{SHAPES[Level.BLUE]} blue 10": True,
        f"{SHAPES[Level.ORANGE]} orange 20": True,
        f"{SHAPES[Level.RED]} red 40": False,
    }
    assert "20 cm to red" in words(bar)
    assert classes(bar) == {"scale", "orange", "live"}


def test_above_the_highest_limit_the_bar_has_room_and_nothing_is_left() -> None:
    bar = one([scale_bar(DEPTH, 80, LIVE, EN)])
    assert bar[0][0].get("style") == "width:89.3%"
    assert "to red" not in words(bar)


def test_what_was_never_heard_reaches_nothing() -> None:
    bar = one([scale_bar(DEPTH, None, Freshness.LOST, EN)])
    assert classes(bar) == {"scale", "unknown", "lost"}
    assert not [g for g in bar.iter("span") if "reached" in classes(g)]


def test_a_value_bears_its_limits_and_a_sum_has_a_row_of_its_own() -> None:
    seen = view(Level.ORANGE, LIVE, value("rainfall", 2), value("water_depth", 21))
    known = Sum(52.8, START, 0.914)
    rows = elements(value_rows(seen, EN, [Measured(RAIN, known), Measured(DEPTH)]))
    heads = [words(next(e for e in row.iter() if "name" in classes(e))) for row in rows]
    assert heads == ["Water depth", "Rainfall", "Rainfall in 3 h (91 % of the window known)"]
    assert [row.get("data-quantity") for row in found(rows, **{"data-window": "10800"})] == [
        "rainfall"
    ]


def test_a_limit_is_shown_even_where_no_value_has_come() -> None:
    (row,) = elements(value_rows(view(Level.UNKNOWN, Freshness.LOST), EN, [Measured(DEPTH)]))
    assert words(row).startswith("Water depth— cmno signal")
    assert "red 40" in words(row)


def test_a_sum_whose_archive_is_not_known_is_a_dash() -> None:
    rows = elements(value_rows(view(), EN, [Measured(RAIN)]))
    assert "Rainfall in 3 h— mm" in words(rows)


def test_what_the_bureau_has_not_told_says_so() -> None:
    empty = bilingual().segments[0]
    for language, said in ((EN, "to be told by the bureau"), (ZH, "待局填报")):
        assert words(one([spot(empty, language, is_masked=False)])).count(said) == 4


def test_a_whole_number_is_for_desks_only_and_can_be_dialled_there() -> None:
    card = Card(warden=Text(zh="责任人", en="Warden"), phone=PHONE)
    segment = bilingual().segments[0].model_copy(update={"card": card})
    desk = one([spot(segment, EN, is_masked=False)])
    assert [a.get("href") for a in desk.iter("a")] == [f"tel:{PHONE}"]
    assert words(found(desk, href=f"tel:{PHONE}")[0]) == PHONE
    wall = one([spot(segment, EN, is_masked=True)])
    assert PHONE not in words(wall)
    assert not list(wall.iter("a"))


def test_a_pump_says_what_it_is_rated_for_or_that_nobody_has_told() -> None:
    name = Text(zh="一号泵", en="Pump one")
    card = Card(pumps=(Pump(name=name, rated_m3_per_h=1500), Pump(name=name)))
    segment = bilingual().segments[0].model_copy(update={"card": card})
    shown = words(one([spot(segment, EN, is_masked=True)]))
    assert "Pump one1500 m³/hPump oneto be told by the bureau" in shown


def test_a_camera_stands_beside_what_it_sees_when_it_is_dry() -> None:
    pair = one(pairs([device_view("cam-a", DeviceState.LIVE)], {"cam-a"}, EN))
    sources = [str(i.get("src")).split("?")[0] for i in pair.iter("img")]
    assert sources == ["/api/v1/cameras/cam-a/frame.jpg", "/api/v1/cameras/cam-a/reference.jpg"]


def test_a_camera_without_a_reference_says_so() -> None:
    pair = one(pairs([device_view("cam-a", DeviceState.LIVE)], set(), ZH))
    assert "未设干燥基准图" in words(pair)
    assert len(list(pair.iter("img"))) == 1
    assert "absent" in classes(one([reference(CAMERA, EN, is_set=False)]))


def test_a_record_counts_alarms_by_level_gravest_first() -> None:
    alarms = [alarm(Level.BLUE, 0), alarm(Level.RED, 1), alarm(Level.BLUE, 2)]
    text = words(one([record(alarms, "{n} alarms on record", EN)]))
    assert text == f"3 alarms on record{SHAPES[Level.RED]}red 1{SHAPES[Level.BLUE]}blue 2"


def test_a_withdrawn_alarm_says_why_it_holds_no_longer() -> None:

    row = one(past_rows([replace(alarm(), is_withdrawn=True)], bilingual(), ZONE, EN))
    assert "withdrawn after late data" in words(row)
    assert "→" not in words(row)
