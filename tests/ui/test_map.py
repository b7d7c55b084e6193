"""The map: names of the gravest, letters for levels, values of stations, no outside."""

import json
from dataclasses import replace
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from monitoring.domain.basemaps import BaseMaps, Provider
from monitoring.domain.datum import Datum, wgs84_to_gcj02
from monitoring.domain.entries import Text
from monitoring.domain.levels import Freshness, Level, Passability
from monitoring.domain.site import Site, Team, TeamKind
from monitoring.services.picture import DeviceState
from monitoring.web.language import Language
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.components import map_marks
from monitoring.web.ui.components.card import facts
from monitoring.web.ui.components.marks import SHAPES, level_name
from tests.ui.elements import words
from tests.ui.samples import bilingual, device_view, elements, properties, value, view

ZH, EN = Language.ZH, Language.EN
OLD = {Freshness.STALE: "stale", Freshness.LOST: "no signal"}
SITE = bilingual()
ROAD = {
    "properties": {"layer": "road", "name": {"zh": "山东路", "en": "Shandong Rd"}},
    "geometry": {"type": "LineString", "coordinates": [[119.3, 35.4], [119.5, 35.4]]},
}
BASE = {"type": "FeatureCollection", "features": [ROAD]}
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


def test_the_map_gets_a_letter_for_level_age_and_passability_of_each_segment() -> None:
    views = [
        view(Level.RED),
        view(Level.NONE, Freshness.STALE),
        view(Level.UNKNOWN, Freshness.LOST),
    ]
    views[1] = replace(views[1], passability=Passability.CLOSED)
    assert mapped.levels(views) == {"levels": "rn?", "fresh": "lsx", "passes": "oxo"}


def test_no_two_levels_share_a_letter_on_the_map() -> None:
    assert len(set(mapped.LETTERS.values())) == len(Level)


@pytest.mark.parametrize("language", Language)
def test_the_legend_of_the_map_gives_each_colour_a_shape_and_a_word(language: Language) -> None:
    foot = properties(mapped.wall_map(SITE, {}, language))["children"][1]
    keys = {words(key) for key in elements([foot])[0][0]}
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
    assert mark["html"] == "<b>0.6 mm</b> · <b>12.4 m/s</b>"
    assert mark["sign"] == "sign station live"


def test_a_silent_station_says_so() -> None:
    silent = device_view("ws-1", DeviceState.LOST)
    silent = replace(silent, device=silent.device.model_copy(update={"position": (119.5, 35.4)}))
    (mark,) = map_marks.stations([silent], EN)
    assert "no signal" in mark["html"]
    assert mark["sign"] == "sign station lost"


def test_a_road_is_named_where_it_enters_the_picture() -> None:
    (mark,) = map_marks.names(BASE, BOUNDS, EN)
    latitude, longitude = mark["at"]
    assert latitude == 35.4
    assert 119.4 < longitude < 119.42
    assert mark["html"] == "Shandong Rd"


@pytest.mark.parametrize(("language", "word"), [(ZH, "封闭"), (EN, "closed")])
def test_a_closed_segment_says_so_by_word_and_sign_whatever_its_level(
    language: Language, word: str
) -> None:
    closed = replace(view(Level.NONE), passability=Passability.CLOSED)
    first, second = map_marks.labels([view(Level.YELLOW), closed], language)
    assert first["class"] == "maplabel none closed"
    assert f"<em>{word}</em>" in first["html"]
    assert first["sign"] == "sign closed"
    assert second["sign"] == ""


def test_every_closed_segment_has_its_sign_even_where_there_is_no_room_for_words() -> None:
    closed = replace(view(Level.ORANGE), passability=Passability.CLOSED)
    marks = map_marks.labels([closed] * (map_marks.MOST_LABELS + 3), EN)
    assert [m["sign"] for m in marks] == ["sign closed"] * (map_marks.MOST_LABELS + 3)
    assert sum(1 for m in marks if m["html"]) == map_marks.MOST_LABELS


def team(**changes: Any) -> Team:
    return Team.model_validate(
        {
            "id": "team-a",
            "name": {"zh": "养护企业分队A", "en": "Company detachment A"},
            "label": {"zh": "A队", "en": "Team A"},
            "kind": TeamKind.COMPANY,
            "areas": ["old"],
            "position": (119.51, 35.41),
            **changes,
        }
    )


def with_teams(*teams: Team, **changes: Any) -> Site:
    depot = SITE.depot.model_copy(update={"position": (119.52, 35.42), "grade": "A"})
    return SITE.model_copy(update={"teams": teams, "depot": depot, **changes})


def test_depot_and_teams_stand_at_their_bases_and_a_guess_looks_like_one() -> None:
    depot, sure, guess = map_marks.bases(with_teams(team(grade="B"), team()), ZH)
    assert (depot["at"], depot["sign"]) == ([35.42, 119.52], "sign base depot")
    assert (sure["html"], sure["sign"]) == ("A队", "sign base team")
    assert (guess["at"], guess["sign"]) == ([35.41, 119.51], "sign base team guess")


def test_a_team_without_a_known_base_is_not_on_the_map() -> None:
    assert len(map_marks.bases(with_teams(team(position=None)), EN)) == 1


@pytest.mark.parametrize(("grade", "is_said"), [("B", False), ("C", True)])
def test_the_legend_explains_a_guess_only_where_there_is_one(grade: str, is_said: bool) -> None:
    text = json.dumps(
        mapped.wall_map(with_teams(team(grade=grade)), BASE, EN), cls=PlotlyJSONEncoder
    )
    assert ("place to be confirmed" in text) is is_said


def provider(datum: Datum) -> BaseMaps:
    about = {
        "id": "inner",
        "name": {"zh": "内网", "en": "Inner"},
        "kind": "xyz",
        "datum": datum,
        "key": "very-secret",
        "url": "http://10.0.0.1/{z}/{x}/{y}.png?{key}",
        "label_url": "http://10.0.0.1/names/{z}/{x}/{y}.png",
        "attribution": {"zh": "审图号 GS(0000)0号", "en": "Approval number 0"},
        "max_zoom": 17,
    }
    return BaseMaps(providers=(Provider.model_validate(about),))


def fixed(site: Site) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(properties(mapped.wall_map(site, BASE, ZH))["data-fixed"])
    return content


def test_tiles_are_asked_of_us_and_their_maker_is_named() -> None:
    site = with_teams(maps=provider(Datum.WGS84))
    assert fixed(site)["tiles"] == [
        {"url": "/tiles/inner/{z}/{x}/{y}.png", "min": 1, "max": 17},
        {"url": "/tiles/inner/labels/{z}/{x}/{y}.png", "min": 1, "max": 17},
    ]
    text = json.dumps(mapped.wall_map(site, BASE, ZH), cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert "审图号 GS(0000)0号 · 道路 © OpenStreetMap contributors" in text
    assert "very-secret" not in text
    assert "10.0.0.1" not in text


def test_without_a_provider_there_are_no_tiles() -> None:
    assert fixed(SITE)["tiles"] == []


def test_on_gcj02_tiles_everything_is_shifted_and_on_national_ones_nothing() -> None:
    plain, gcj02 = (fixed(with_teams(team(), maps=provider(d))) for d in (Datum.WGS84, Datum.GCJ02))
    assert fixed(with_teams(team(), maps=provider(Datum.CGCS2000))) == plain
    segment = plain["segments"]["features"][0]["geometry"]["coordinates"]
    shifted = gcj02["segments"]["features"][0]["geometry"]["coordinates"]
    assert shifted == pytest.approx(wgs84_to_gcj02(*segment))
    corners = [f["base"]["features"][0]["geometry"]["coordinates"][1] for f in (plain, gcj02)]
    assert corners[1] == pytest.approx(wgs84_to_gcj02(*corners[0]))
    for kind in ("devices", "bases"):
        for before, after in zip(plain[kind], gcj02[kind], strict=True):
            assert after["at"][::-1] == pytest.approx(wgs84_to_gcj02(*before["at"][::-1]))
    assert gcj02["bounds"][0][1] == pytest.approx(plain["bounds"][0][1] + 0.0055, abs=4e-4)


def test_live_marks_are_shifted_like_what_stands_still() -> None:
    (label,) = map_marks.labels([view(Level.RED)], EN, Datum.GCJ02)
    assert label["at"][::-1] == pytest.approx(wgs84_to_gcj02(119.5, 35.4))
    heard = device_view("ws-1", DeviceState.LIVE)
    heard = replace(heard, device=heard.device.model_copy(update={"position": (119.5, 35.4)}))
    (station,) = map_marks.stations([heard], EN, Datum.GCJ02)
    assert station["at"] == label["at"]


def test_a_segments_card_names_its_teams_and_says_that_nobody_knows_where_they_are() -> None:
    site = with_teams(team(), team(id="b", position=None), team(id="c", areas=["elsewhere"]))
    text = words(elements([facts(site.segments[0], site, EN)])[0])
    assert "Company detachment A: shown at its base, reports no position" in text
    assert "Company detachment A: base to be named" in text
    assert text.count("Company detachment A") == 2
    assert "Detachments" not in words(elements([facts(SITE.segments[0], SITE, EN)])[0])
