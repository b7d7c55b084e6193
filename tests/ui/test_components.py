"""Every component in every state: alike in both languages, levels by shape and word."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from dash.development.base_component import Component

from monitoring.domain.levels import Level
from monitoring.services.world import Standing
from monitoring.web.language import Language, catalogue
from monitoring.web.ui.app import ASSETS
from monitoring.web.ui.components import card, lists
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import SHAPES, chip, level_name
from monitoring.web.ui.desk_specimens import DeskSpecimens
from monitoring.web.ui.pages.design import DesignPage
from monitoring.web.ui.specimens import Made
from tests.engine.timeline import START
from tests.services.desk import desk
from tests.ui.elements import Element, found, words
from tests.ui.samples import ZONE, alarm, bilingual, elements, one, view

CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
ZH, EN = Language.ZH, Language.EN
SITE = bilingual()
BOOK = DeskSpecimens(SITE, START)
CHAPTERS = list(BOOK.made(EN))


def chapter(name: str, language: Language) -> Element:
    """Everything a chapter of the book shows, without its labels."""
    return elements([c for _, made in BOOK.made(language)[name] for c in _listed(made)])


def _listed(made: Made) -> Sequence[Component]:
    return [made] if isinstance(made, Component) else made


def frame(standing: Standing = Standing.DEMO, path: str = "/wall") -> Callable[[Language], Element]:
    return lambda language: elements([Frame(SITE, standing, 60).page(path, [], language, "desk")])


@pytest.mark.parametrize("name", [n for n in CHAPTERS if n != "Spark"])
def test_a_component_reads_differently_in_the_two_languages(name: str) -> None:
    assert words(chapter(name, ZH)) != words(chapter(name, EN))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_component_has_the_same_structure_in_both_languages(name: str) -> None:
    structure = [[e.tag for e in chapter(name, language).iter()] for language in Language]
    assert structure[0] == structure[1]


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_chinese_stands_in_english(name: str) -> None:
    assert not CJK.search(words(chapter(name, EN)))


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_source_text_is_left_in_chinese(name: str) -> None:
    sources = {text for text, chinese in catalogue(ZH).items() if text != chinese}
    assert not {text.strip() for text in chapter(name, ZH).itertext()} & sources


def test_every_chapter_has_its_chinese() -> None:
    assert catalogue(ZH).keys() >= set(CHAPTERS)


def test_every_state_of_a_component_has_a_label_of_its_own_words() -> None:
    for name, kinds in BOOK.made(ZH).items():
        assert all(CJK.search(label) for label, _ in kinds), name


def test_of_a_page_in_english_only_the_way_to_chinese_is_chinese() -> None:
    page = frame()(EN)
    (switch,) = [a for a in page.iter("a") if "language" in a.get("class", "")]
    assert CJK.findall(words(page)) == CJK.findall(words(switch))
    assert switch.get("lang") == "zh-CN"


@pytest.mark.parametrize("level", Level)
def test_a_chip_says_its_level_by_shape_and_by_word(level: Level) -> None:
    mark = one([chip(level, EN)])
    assert words(mark) == SHAPES[level] + level_name(level, EN)


LEVELLED: dict[str, Callable[[Level], Sequence[Component]]] = {
    "segment row": lambda v: lists.segment_rows([view(v)], EN),
    "alarm card": lambda v: lists.alarm_cards([alarm(v)], SITE, EN),
    "holding row": lambda v: holding_rows([alarm(v)], SITE, ZONE, EN),
    "past row": lambda v: past_rows([alarm(v, ended=START)], SITE, ZONE, EN),
    "segment card": lambda v: card.state(view(v), EN),
}


@pytest.mark.parametrize("level", [Level.WATCH, Level.BLUE, Level.ORANGE, Level.RED])
@pytest.mark.parametrize("part", LEVELLED.values(), ids=LEVELLED)
def test_a_level_is_shown_by_more_than_its_colour(
    part: Callable[[Level], Sequence[Component]], level: Level
) -> None:
    assert SHAPES[level] + level_name(level, EN) in words(elements(part(level)))


def test_a_demonstration_says_so_on_every_page() -> None:
    page = frame(Standing.DEMO, "/alarms")(EN)
    assert words(found(page, id="page-demo")[0]) == "Demonstration data · 60× speed"
    assert "DEMONSTRATION" in words(page)


def test_a_drill_says_so_in_other_words_than_a_demonstration() -> None:
    page = frame(Standing.DRILL)(EN)
    assert words(found(page, id="page-demo")[0]) == "Drill · 60× speed · nothing is sent"
    assert "DEMONSTRATION" not in words(page)


def test_a_real_site_bears_neither_banner_nor_watermark() -> None:
    page = frame(Standing.REAL, "/alarms")(EN)
    assert not found(page, id="page-demo")
    assert not [e for e in page.iter() if "watermark" in e.get("class", "")]


def test_the_page_one_is_on_is_the_current_one() -> None:
    current = found(frame(Standing.REAL, "/alarms")(EN), **{"aria-current": "page"})
    assert [words(a) for a in current] == ["Alarms"]


def test_the_book_shows_every_token_of_the_style(tmp_path: Path) -> None:
    written = set(re.findall(r"--([\w-]+):", (ASSETS / "tokens.css").read_text(encoding="utf-8")))
    assert len(written) > 60
    with desk(tmp_path) as one_desk:
        page = DesignPage(Frame(SITE, Standing.REAL, 1), one_desk.world)
        shown = words(elements([page.layout(EN)]))
    assert not [name for name in written if f"--{name}" not in shown]
