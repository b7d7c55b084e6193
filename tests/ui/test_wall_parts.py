"""The wall's parts: levels by word and shape, old values marked as old, both languages."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from plotly.utils import PlotlyJSONEncoder

from monitoring.domain.instants import to_us
from monitoring.domain.levels import Level
from monitoring.domain.observations import Observation
from monitoring.web.language import Language
from monitoring.web.ui.components.marks import SHAPES, chip
from monitoring.web.ui.pages import wall
from monitoring.web.ui.presenter import Picture, Presenter, render, written
from monitoring.web.ui.scene import gather
from tests.engine.timeline import START
from tests.services.desk import Desk, desk

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
DEPTH = "water_depth"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


def shown(house: Desk, language: Language = Language.ZH) -> Picture:
    """The whole wall, as the browser gets it."""
    scene = gather(house.world, house.world.depot.balances())
    texts = written(render(scene, language, ZONE, slow=True))
    return {k: {name: json.loads(text) for name, text in v.items()} for k, v in texts.items()}


def found(node: Any, **attributes: str) -> list[dict[str, Any]]:
    """Properties of all components below a node that bear the attributes."""
    if isinstance(node, list):
        return [hit for part in node for hit in found(part, **attributes)]
    if not isinstance(node, dict) or "props" not in node:
        return []
    own = node["props"]
    hits = [own] if all(own.get(k) == v for k, v in attributes.items()) else []
    return hits + found(own.get("children"), **attributes)


def words(node: Any) -> str:
    """All text below a node."""
    if isinstance(node, list):
        return "".join(words(part) for part in node)
    if isinstance(node, dict):
        return words(node.get("props", node).get("children"))
    return "" if node is None else str(node)


def row(house: Desk, segment: str, language: Language = Language.ZH) -> dict[str, Any]:
    children = shown(house, language)[wall.SEGMENTS]["children"]
    (hit,) = found(children, **{"data-segment": segment})
    return hit


def water(house: Desk, value: float) -> None:
    house.send(Observation("wg-road-a", DEPTH, to_us(house.clock.instant), value))


@pytest.mark.parametrize("language", Language)
def test_every_level_has_a_shape_and_a_word_of_its_own(language: Language) -> None:
    texts = [words(chip(level, language).to_plotly_json()["props"]["children"]) for level in Level]
    assert len(set(texts)) == len(Level) == len(set(SHAPES.values()))


def test_a_segment_that_never_spoke_is_unknown_and_not_normal(house: Desk) -> None:
    quiet = row(house, "road-a")
    assert quiet["data-level"] == "unknown"
    assert "失联" in words(quiet)
    assert "—" in words(quiet)


def test_a_value_shows_itself_with_its_limit_and_time(house: Desk) -> None:
    water(house, 12)
    live = row(house, "road-a")
    assert "12 / 27 cm" in words(live)
    assert found(live["children"], **{"data-at": str(to_us(START) // 1000)})
    assert not found(live["children"], className="old")


@pytest.mark.parametrize(
    ("cadences", "mark"), [(3, None), (3.1, "过期"), (10, "过期"), (11, "失联")]
)
def test_an_old_value_is_marked_and_never_looks_live(
    house: Desk, cadences: float, mark: str | None
) -> None:
    water(house, 12)
    house.clock.instant = START + cadences * MINUTE
    old = row(house, "road-a")
    assert [words(hit) for hit in found(old["children"], className="old")] == (
        [mark] if mark else []
    )
    assert bool(found(old["children"], className="depth live")) is (mark is None)


def test_silence_leaves_the_alarm_standing(house: Desk) -> None:
    water(house, 30)
    house.clock.instant = START + timedelta(hours=5)
    assert row(house, "road-a")["data-level"] != "none"
    assert found(shown(house)[wall.ALARMS]["children"])[0]["className"].startswith("alarm")


def test_no_alarm_is_said_in_words(house: Desk) -> None:
    assert "No alarm" in words(shown(house, Language.EN)[wall.ALARMS]["children"])


def test_an_alarm_names_its_place_and_its_evidence(house: Desk) -> None:
    water(house, 30)
    text = words(shown(house, Language.EN)[wall.ALARMS]["children"])
    assert "Water depth 30 cm, limit" in text


def test_stock_below_its_minimum_is_marked(house: Desk) -> None:
    for entry in house.world.depot.balances():
        hit = found(shown(house)[wall.DEPOT]["children"], **{"data-item": entry.item.id})[0]
        assert ("short" in hit["className"]) is entry.is_short


def test_a_failed_part_of_ourselves_is_said_in_words(house: Desk) -> None:
    parts = found(shown(house, Language.EN)[wall.LINK]["children"], **{"data-part": "broker"})
    assert parts[0]["data-state"] == "failed"
    assert "FAILED" in words(parts[0])


def test_the_trend_shows_the_closure_depth_and_sends_nothing_outside(house: Desk) -> None:
    water(house, 12)
    figure = shown(house)[wall.TREND[0]]["figure"]
    closure = figure["layout"]["shapes"][0]
    assert closure["y0"] == closure["y1"] == 27
    assert figure["data"][1]["y"] == [12]
    layout = json.dumps(wall.layout(house.world.site, {}, Language.ZH, is_demo=False, speed=1),
                        cls=PlotlyJSONEncoder)  # fmt: skip
    assert '"showSendToCloud": false' in layout


def test_each_language_has_a_picture_of_its_own(house: Desk) -> None:
    presenter = Presenter(house.world, {})
    pictures = presenter.pictures(list(Language))
    assert pictures[Language.ZH].keys() == pictures[Language.EN].keys()
    assert pictures[Language.ZH][wall.SEGMENTS] != pictures[Language.EN][wall.SEGMENTS]
    assert presenter.pictures([Language.EN]).keys() == {Language.EN}


def test_figures_and_stock_are_made_seldom_but_at_once_for_who_has_none(house: Desk) -> None:
    presenter = Presenter(house.world, {})
    presenter.pictures([Language.ZH])
    assert wall.DEPOT not in presenter.pictures([Language.ZH])[Language.ZH]
    assert wall.DEPOT in presenter.pictures([Language.ZH], [Language.ZH])[Language.ZH]


def test_the_same_state_makes_the_same_texts(house: Desk) -> None:
    water(house, 12)
    presenter = Presenter(house.world, {})
    presenter.pictures([Language.ZH])
    first, second = (presenter.pictures([Language.ZH])[Language.ZH] for _ in range(2))
    assert first == second


def test_time_alone_changes_the_picture_when_a_value_grows_old(house: Desk) -> None:
    water(house, 12)
    presenter = Presenter(house.world, {})
    before = presenter.pictures([Language.ZH])[Language.ZH][wall.SEGMENTS]
    house.clock.instant = START + 4 * MINUTE
    assert presenter.pictures([Language.ZH])[Language.ZH][wall.SEGMENTS] != before
