"""The wall's parts: levels by word and shape, old values marked as old, both languages."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from monitoring.domain.instants import to_us
from monitoring.domain.levels import Level
from monitoring.domain.observations import Observation
from monitoring.web.hub import Hubs, Key
from monitoring.web.language import Language
from monitoring.web.ui.components.frame import LINK
from monitoring.web.ui.components.marks import SHAPES, chip
from monitoring.web.ui.markup import to_html
from monitoring.web.ui.page import Picture
from monitoring.web.ui.pages import wall
from monitoring.web.ui.pages.wall import WALL
from monitoring.web.ui.presenter import Presenter, written
from monitoring.web.ui.scene import gather
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls
from tests.engine.timeline import START
from tests.services.desk import Desk, desk
from tests.ui.elements import Element, found, parse, words

MINUTE = timedelta(minutes=1)
DEPTH = "water_depth"
ZH, EN = Key(WALL, Language.ZH), Key(WALL, Language.EN)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


def pages(house: Desk) -> Views:
    return Views(house.world, {})


def presenter(house: Desk) -> Presenter:
    return Presenter(house.world, pages(house), Hubs(), Walls())


def shown(house: Desk, language: Language = Language.ZH) -> Picture:
    """The whole wall, as the browser gets it."""
    scene = gather(house.world, house.world.depot.balances())
    page = pages(house).view(WALL)
    assert page
    texts = written(page.picture(scene, language, slow=True))
    return {k: {name: json.loads(text) for name, text in v.items()} for k, v in texts.items()}


def row(house: Desk, segment: str, language: Language = Language.ZH) -> Element:
    (hit,) = found(part(house, wall.SEGMENTS, language), **{"data-segment": segment})
    return hit


def part(house: Desk, name: str, language: Language = Language.ZH) -> Element:
    """One part of the wall, as elements."""
    return parse(shown(house, language)[name]["html"])


def water(house: Desk, value: float) -> None:
    house.send(Observation("wg-road-a", DEPTH, to_us(house.clock.instant), value))


@pytest.mark.parametrize("language", Language)
def test_every_level_has_a_shape_and_a_word_of_its_own(language: Language) -> None:
    texts = [words(parse([to_html(chip(level, language))])) for level in Level]
    assert len(set(texts)) == len(Level) == len(set(SHAPES.values()))


def test_a_segment_that_never_spoke_is_unknown_and_not_normal(house: Desk) -> None:
    quiet = row(house, "road-a")
    assert quiet.get("data-level") == "unknown"
    assert "失联" in words(quiet)
    assert "—" in words(quiet)


def test_a_value_shows_itself_with_its_limit_and_time(house: Desk) -> None:
    water(house, 12)
    live = row(house, "road-a")
    assert "12 / 27 cm" in words(live)
    assert found(live, **{"data-at": str(to_us(START) // 1000)})
    assert not found(live, **{"class": "old"})


@pytest.mark.parametrize(
    ("cadences", "mark"), [(3, None), (3.1, "过期"), (10, "过期"), (11, "失联")]
)
def test_an_old_value_is_marked_and_never_looks_live(
    house: Desk, cadences: float, mark: str | None
) -> None:
    water(house, 12)
    house.clock.instant = START + cadences * MINUTE
    old = row(house, "road-a")
    assert [words(hit) for hit in found(old, **{"class": "old"})] == ([mark] if mark else [])
    assert bool(found(old, **{"class": "depth live"})) is (mark is None)


def test_silence_leaves_the_alarm_standing(house: Desk) -> None:
    water(house, 30)
    house.clock.instant = START + timedelta(hours=5)
    assert row(house, "road-a").get("data-level") != "none"
    assert part(house, wall.ALARMS)[1].get("class", "").startswith("alarm")


def test_no_alarm_is_said_in_words(house: Desk) -> None:
    assert "No alarm" in words(part(house, wall.ALARMS, Language.EN))


def test_an_alarm_names_its_place_and_its_evidence(house: Desk) -> None:
    water(house, 30)
    text = words(part(house, wall.ALARMS, Language.EN))
    assert "Water depth 30 cm, limit" in text


def test_stock_below_its_minimum_is_marked(house: Desk) -> None:
    for entry in house.world.depot.balances():
        hit = found(part(house, wall.DEPOT), **{"data-item": entry.item.id})[0]
        assert ("short" in hit.get("class", "")) is entry.is_short


def test_a_failed_part_of_ourselves_is_said_in_words(house: Desk) -> None:
    links = parse(json.loads(presenter(house).pictures([EN])[EN][LINK]["html"]))
    parts = found(links, **{"data-part": "broker"})
    assert parts[0].get("data-state") == "failed"
    assert words(parts[0]) == "Broker connecting"


def test_the_trend_shows_the_closure_depth_and_sends_nothing_outside(house: Desk) -> None:
    water(house, 12)
    figure = shown(house)[wall.TREND[0]]["figure"]
    closure = figure["layout"]["shapes"][0]
    assert closure["y0"] == closure["y1"] == 27
    assert figure["data"][1]["y"] == [12]
    page = pages(house).view(WALL)
    assert page
    layout = json.dumps(page.layout(Language.ZH), cls=PlotlyJSONEncoder)
    assert '"showSendToCloud": false' in layout


def test_each_language_has_a_picture_of_its_own(house: Desk) -> None:
    pictures = presenter(house).pictures([ZH, EN])
    assert pictures[ZH].keys() == pictures[EN].keys()
    assert pictures[ZH][wall.SEGMENTS] != pictures[EN][wall.SEGMENTS]
    assert presenter(house).pictures([EN]).keys() == {EN}


def test_figures_and_stock_are_made_seldom_but_at_once_for_who_has_none(house: Desk) -> None:
    one = presenter(house)
    one.pictures([ZH])
    assert wall.DEPOT not in one.pictures([ZH])[ZH]
    assert wall.DEPOT in one.pictures([ZH], [ZH])[ZH]


def test_the_same_state_makes_the_same_texts(house: Desk) -> None:
    water(house, 12)
    one = presenter(house)
    one.pictures([ZH])
    first, second = (one.pictures([ZH])[ZH] for _ in range(2))
    assert first == second


def test_time_alone_changes_the_picture_when_a_value_grows_old(house: Desk) -> None:
    water(house, 12)
    one = presenter(house)
    before = one.pictures([ZH])[ZH][wall.SEGMENTS]
    house.clock.instant = START + 4 * MINUTE
    assert one.pictures([ZH])[ZH][wall.SEGMENTS] != before
