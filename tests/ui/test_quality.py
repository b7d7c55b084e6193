"""What is doubted says why, wherever it is shown; what is believed says nothing."""

import re
from dataclasses import replace

import pytest

from monitoring.domain.levels import Level
from monitoring.domain.maintenance import Maintenance
from monitoring.domain.observations import Quality
from monitoring.services.picture import DeviceState
from monitoring.web.language import Language
from monitoring.web.ui.components import card, lists, map_marks
from monitoring.web.ui.scene import worst_first
from monitoring.web.wording import quality_name, quality_reason
from tests.engine.sites import MINUTE
from tests.engine.timeline import START
from tests.ui.elements import found, words
from tests.ui.samples import classes, device_view, one, value, view

EN = Language.EN
DOUBTED = [quality for quality in Quality if quality is not Quality.GOOD]
OUT = Maintenance("wg-road-a", "li", "cleaning", START, START + 90 * MINUTE)


@pytest.mark.parametrize("quality", Quality)
def test_every_quality_has_a_name_and_a_reason_in_both_languages(quality: Quality) -> None:
    for say in (quality_name, quality_reason):
        assert say(quality, EN)
        assert re.search(r"[\u4e00-\u9fff]", say(quality, Language.ZH))
    assert len({quality_name(q, Language.ZH) for q in Quality}) == len(Quality)


@pytest.mark.parametrize("quality", DOUBTED)
def test_a_doubted_value_on_a_card_says_why(quality: Quality) -> None:
    doubted = replace(value(), quality=quality)
    row = one(card.value_rows(view(Level.NONE, doubted.freshness, doubted), EN))
    (mark,) = found(row, **{"class": "old"})
    assert words(mark) == quality_name(quality, EN)
    assert mark.get("title") == quality_reason(quality, EN)
    assert classes(row) == {"value", "live", "doubted"}
    assert row.get("data-quality") == quality.name.lower()


@pytest.mark.parametrize("quality", DOUBTED)
def test_a_doubted_depth_in_a_list_and_on_the_map_says_so(quality: Quality) -> None:
    doubted = replace(value(), quality=quality)
    shown = view(Level.YELLOW, doubted.freshness, doubted)
    row = one(lists.segment_rows([shown], EN))
    assert [words(mark) for mark in found(row, **{"class": "old"})] == [quality_name(quality, EN)]
    assert found(row, **{"class": "depth live doubted"})
    (label,) = map_marks.labels([shown], EN)
    assert quality_name(quality, EN) in label["html"]


def test_a_believed_depth_bears_no_mark() -> None:
    row = one(lists.segment_rows([view(Level.NONE, value().freshness, value())], EN))
    assert not found(row, **{"class": "old"})


def test_a_value_of_a_device_that_is_out_names_who_has_it_and_for_how_long() -> None:
    held = replace(value(), quality=Quality.MAINTENANCE, maintenance=OUT)
    row = one(card.value_rows(view(Level.UNKNOWN, held.freshness, held), EN))
    assert "maintenance" in words(row)
    (by,) = found(row, **{"class": "out"})
    assert words(by).startswith("li, ")
    assert by.get("title") == "cleaning"
    assert found(by, **{"class": "countdown"})


def test_a_device_that_is_out_is_called_so_and_not_suspect() -> None:
    held = replace(device_view("wg-road-a", DeviceState.SUSPECT), maintenance=OUT)
    row = one(card.device_rows([held], EN))
    assert "maintenance" in words(row)
    assert "suspect" not in words(row)
    assert "li" in words(row)


def test_a_doubted_depth_stands_before_what_is_calm_and_after_what_is_grave() -> None:
    spike = view(Level.NONE, value().freshness, replace(value(number=150), quality=Quality.JUMP))
    calm = view(Level.NONE, value().freshness, value(number=4), segment="road-b")
    grave = view(Level.WATCH, value().freshness, value(number=6), segment="under")
    assert worst_first([calm, spike, grave]) == [grave, spike, calm]


def test_a_doubted_depth_fills_no_bar() -> None:
    spike = view(Level.NONE, value().freshness, replace(value(number=150), quality=Quality.JUMP))
    (bar,) = found(one(lists.segment_rows([spike], EN)), **{"class": "bar"})
    assert bar[0].get("style") == "width:0%"
