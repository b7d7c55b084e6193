"""The map: names of the gravest, letters for levels, values of stations, no outside."""

import json
from dataclasses import replace

import pytest
from plotly.utils import PlotlyJSONEncoder

from monitoring.domain.entries import Text
from monitoring.domain.levels import Freshness, Level
from monitoring.services.picture import DeviceState
from monitoring.web.language import Language
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.components import map_marks
from monitoring.web.ui.components.marks import SHAPES, level_name
from tests.ui.elements import words
from tests.ui.samples import bilingual, device_view, elements, properties, value, view

ZH, EN = Language.ZH, Language.EN
OLD = {Freshness.STALE: "stale", Freshness.LOST: "no signal"}
SITE = bilingual()
BOUNDS = (119.4, 35.3, 119.8, 35.5)


@pytest.mark.parametrize("fresh", OLD)
def test_an_old_depth_on_the_map_says_so(fresh: Freshness) -> None:
    (label,) = map_marks.labels([view(Level.ORANGE, fresh, value(fresh=fresh))], EN)
    assert f"12 cm · {OLD[fresh]}" in label["html"]


def test_a_label_on_the_map_shows_its_level_by_shape() -> None:
    (label,) = map_marks.labels([view(Level.ORANGE, Freshness.LIVE, value())], EN)
    assert label["html"] == "<b>▲</b> Segment 0 <b>12 cm</b>"


def test_a_label_on_the_map_reads_in_the_language_asked_for() -> None:
    old = view(Level.ORANGE, Freshness.STALE, value(fresh=Freshness.STALE))
    (label,) = map_marks.labels([old], ZH)
    assert label["html"] == "<b>▲</b> 路段0 <b>12 cm · 过期</b>"


def test_a_name_on_the_map_cannot_become_markup() -> None:
    named = SITE.segments[0].model_copy(update={"name": Text(zh="<i>", en="<i>")})
    (label,) = map_marks.labels([replace(view(Level.RED), segment=named)], EN)
    assert "&lt;i&gt;" in label["html"]


def test_only_segments_with_an_alarm_are_named_on_the_map() -> None:
    assert map_marks.labels([view(Level.NONE), view(Level.UNKNOWN, Freshness.LOST)], EN) == []


def test_no_more_than_a_few_segments_are_named_and_those_are_the_gravest() -> None:
    views = [view(Level.RED), *[view(Level.BLUE, segment="road-b")] * map_marks.MOST_LABELS]
    labels = map_marks.labels(views, EN)
    assert len(labels) == map_marks.MOST_LABELS
    assert "Segment 0" in labels[0]["html"]


def test_the_map_gets_a_letter_for_the_level_and_one_for_the_age_of_each_segment() -> None:
    views = [
        view(Level.RED),
        view(Level.NONE, Freshness.STALE),
        view(Level.UNKNOWN, Freshness.LOST),
    ]
    assert mapped.levels(views) == {"levels": "rn?", "fresh": "lsx"}


def test_no_two_levels_share_a_letter_on_the_map() -> None:
    assert len(set(mapped.LETTERS.values())) == len(Level)


@pytest.mark.parametrize("language", Language)
def test_the_legend_of_the_map_gives_each_colour_a_shape_and_a_word(language: Language) -> None:
    legend = properties(mapped.wall_map(SITE, {}, language))["children"][1]
    keys = {words(key) for key in elements([legend])[0]}
    assert keys >= {
        SHAPES[v] + level_name(v, language)
        for v in (Level.WATCH, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)
    }


def test_the_map_asks_nobody_outside_for_anything() -> None:
    text = json.dumps(mapped.wall_map(SITE, {}, EN), cls=PlotlyJSONEncoder)
    assert "TileLayer" not in text
    assert "://" not in text


def test_a_station_shows_its_rain_and_wind_with_their_units() -> None:
    heard = replace(device_view("ws-1", DeviceState.LIVE), values={
        "rainfall": value("rainfall", 0.6), "wind_speed": value("wind_speed", 12.4)
    })  # fmt: skip
    heard = replace(heard, device=heard.device.model_copy(update={"position": (119.5, 35.4)}))
    (mark,) = map_marks.stations([heard], EN)
    assert mark["at"] == [35.4, 119.5]
    assert "<b>0.6 mm</b> · <b>12.4 m/s</b>" in mark["html"]


def test_a_silent_station_says_so() -> None:
    silent = device_view("ws-1", DeviceState.LOST)
    silent = replace(silent, device=silent.device.model_copy(update={"position": (119.5, 35.4)}))
    (mark,) = map_marks.stations([silent], EN)
    assert "no signal" in mark["html"]


def test_a_road_is_named_where_it_enters_the_picture() -> None:
    road = {
        "properties": {"layer": "road", "name": {"zh": "山东路", "en": "Shandong Rd"}},
        "geometry": {"coordinates": [[119.3, 35.4], [119.5, 35.4]]},
    }
    (mark,) = map_marks.names({"features": [road]}, BOUNDS, EN)
    latitude, longitude = mark["at"]
    assert latitude == 35.4
    assert 119.4 < longitude < 119.42
    assert mark["html"] == "Shandong Rd"
