"""The trend: plain lists, the closure depth as a line, and nothing that leads outside."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from monitoring.services.world import Standing
from monitoring.web.language import Language
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.figures.trend import CONFIG, Points, trend_figure
from monitoring.web.ui.pages.wall import TREND, WallPage
from tests.engine.timeline import START, at
from tests.ui.samples import ZONE, bilingual

SITE = bilingual()
ROAD = bilingual().segment["road-a"]
UNDER = bilingual().segment["under"]
RAIN = [(at(n), 0.5 * n) for n in range(3)]
DEPTH = [(at(n), 10.004 * n) for n in range(3)]


def figure(
    rain: Points = RAIN, depth: Points = DEPTH, language: Language = Language.EN
) -> dict[str, Any]:
    return trend_figure(ROAD, rain, depth, START, ZONE, language)


def test_no_button_sends_the_figure_anywhere() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False


def test_every_graph_of_the_wall_is_configured_so() -> None:
    page = WallPage(Frame(SITE, Standing.REAL, 1), SITE.walls.screens[0], {})
    layout = json.loads(json.dumps(page.layout(Language.ZH), cls=PlotlyJSONEncoder))
    graphs = [g for g in _components(layout) if g.get("type") == "Graph"]
    assert [(g["props"]["id"], g["props"]["config"]) for g in graphs] == [
        (name, CONFIG) for name in TREND
    ]


def _components(node: object) -> list[dict[str, Any]]:
    """Every component of a layout."""
    if isinstance(node, list):
        return [hit for child in node for hit in _components(child)]
    if not isinstance(node, dict):
        return []
    return [node, *_components(node.get("props", {}).get("children"))]


def test_a_figure_is_plain_data_that_any_encoder_writes() -> None:
    assert json.loads(json.dumps(figure())) == figure()


def test_series_are_lists_of_the_same_length() -> None:
    for series in figure()["data"]:
        assert isinstance(series["x"], list)
        assert isinstance(series["y"], list)
        assert len(series["x"]) == len(series["y"])


def test_values_are_rounded_to_what_an_eye_can_tell() -> None:
    assert figure()["data"][1]["y"] == [0, 10, 20.01]


def test_times_are_those_of_the_site() -> None:
    assert figure()["data"][0]["x"][0] == "2026-07-07 08:00:00"
    assert figure()["layout"]["xaxis"]["range"] == ["2026-07-07 05:00:00", "2026-07-07 08:40:00"]


@pytest.mark.parametrize(("segment", "closure"), [(ROAD, 27), (UNDER, 20)])
def test_the_closure_depth_of_the_segment_is_drawn_and_written(
    segment: Any, closure: float
) -> None:
    layout = trend_figure(segment, RAIN, DEPTH, START, ZONE, Language.EN)["layout"]
    line, _ = layout["shapes"]
    assert (line["y0"], line["y1"], line["x0"], line["x1"]) == (closure, closure, 0, 1)
    assert [a["text"] for a in layout["annotations"]] == [f"closure {closure} cm"]


@pytest.mark.parametrize("highest", [0, 26, 27, 300])
def test_the_closure_depth_and_the_highest_value_are_within_the_axis(highest: float) -> None:
    low, high = figure(depth=[(START, highest)])["layout"]["yaxis"]["range"]
    assert low == 0
    assert high > max(27, highest)


def test_heavy_rain_is_within_its_axis() -> None:
    assert figure(rain=[(START, 9.0)])["layout"]["yaxis2"]["range"][1] > 9


def test_one_point_is_a_mark_since_it_makes_no_line() -> None:
    assert figure(depth=DEPTH[:1])["data"][1]["mode"] == "markers"
    assert figure(depth=DEPTH[:2])["data"][1]["mode"] == "lines"


def test_titles_read_in_the_language_asked_for() -> None:
    texts = {
        language: (f["layout"]["title"]["text"], *(series["name"] for series in f["data"]))
        for language in Language
        if (f := figure(language=language))
    }
    assert texts == {
        Language.ZH: ("路段0", "雨量 mm/分钟", "水深 cm", "按当前速率"),
        Language.EN: ("Segment 0", "Rain mm/min", "Depth cm", "at this rate"),
    }


def test_a_figure_without_data_still_shows_its_limit_and_its_time() -> None:
    empty = figure([], [])
    assert [(series["x"], series["y"]) for series in empty["data"]] == [([], [])] * 3
    assert empty["layout"]["shapes"] == figure()["layout"]["shapes"]
    assert empty["layout"]["xaxis"] == figure()["layout"]["xaxis"]


def test_a_figure_without_data_says_so() -> None:
    assert figure([], [])["layout"]["annotations"] != figure()["layout"]["annotations"]


def test_time_moves_the_axis_every_ten_minutes_and_leaves_the_series() -> None:
    def axis(minutes: int) -> list[str]:
        now = START + timedelta(minutes=minutes)
        drawn = trend_figure(ROAD, RAIN, DEPTH, now, ZONE, Language.EN)
        assert drawn["data"][:2] == figure()["data"][:2]
        limits: list[str] = drawn["layout"]["xaxis"]["range"]
        return limits

    assert axis(0) == axis(9)
    assert axis(10) == ["2026-07-07 05:10:00", "2026-07-07 08:50:00"]


@pytest.mark.parametrize("minutes", [0, 5, 9])
def test_the_last_three_hours_and_the_next_half_are_always_in_sight(minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    drawn = trend_figure(ROAD, RAIN, DEPTH, now, ZONE, Language.EN)
    start, end = (datetime.fromisoformat(t) for t in drawn["layout"]["xaxis"]["range"])
    local = now.astimezone(ZONE).replace(tzinfo=None)
    assert start <= local - timedelta(hours=3)
    assert end >= local + timedelta(minutes=30)


def test_a_zoom_is_kept_for_as_long_as_the_segment_is_the_same() -> None:
    other = trend_figure(UNDER, RAIN, DEPTH, START, ZONE, Language.EN)
    assert figure()["layout"]["uirevision"] == ROAD.id
    assert other["layout"]["uirevision"] == UNDER.id
