"""What waits, what is official and what is in force: four statements, none taken for another."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitoring.domain.datum import Datum
from monitoring.domain.instants import to_us
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.plans import Plan
from monitoring.domain.responses import Cause
from monitoring.domain.waiting import Waiting
from monitoring.domain.warnings import WarningReceived, WarningStatus
from monitoring.web.language import Language
from monitoring.web.ui.command_specimens import warning
from monitoring.web.ui.components import map_areas, status
from monitoring.web.ui.components.command_forms import activation, dialogs, entry
from monitoring.web.ui.components.command_rows import proposal_rows, response_rows, warning_rows
from monitoring.web.ui.pages import command, wall
from monitoring.web.ui.scene import Scene, gather
from monitoring.web.ui.views import Views
from tests.domain.bulletins import activated, declined, ended, issued, lifted, raised, response
from tests.engine.sites import CRITERIA, DISTRICT, PONDING, RAIN
from tests.engine.timeline import START, at, rain
from tests.services.desk import Desk, desk
from tests.ui.elements import Element, found, parse, words
from tests.ui.samples import ZONE, bilingual, classes, elements, one

ZH, EN = Language.ZH, Language.EN
SITE = bilingual()
II = ResponseLevel.II
LATIN = re.compile(r"[A-Za-z]{2,}")
AREA = ((119.4, 35.3), (119.6, 35.3), (119.6, 35.5))


def waiting(level: Level = Level.ORANGE, cause: Cause = Cause.WARNING) -> Waiting:
    return Waiting(cause, "w1", "rainstorm", level, START, START)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, CRITERIA, PONDING, DISTRICT) as opened:
        yield opened


def enter(house: Desk, *messages: WarningReceived) -> None:
    for message in messages:
        house.world.warnings.receive(message, "wang", message.effective)


def scene(house: Desk) -> Scene:
    return gather(house.world, [])


def shown(house: Desk, path: str, name: str, language: Language = ZH) -> Element:
    page = Views(house.world, {}).view(path)
    assert page
    return parse(page.picture(scene(house), language, slow=True)[name]["html"])


def test_the_clock_names_what_waits_and_counts_from_its_beginning() -> None:
    mark = one([status.clock([waiting()], at(12), ZH)])
    assert words(mark) == "▲暴雨橙色预警待响应 —"
    assert found(mark, **{"data-at": str(to_us(START) // 1000)})
    assert words(one([status.clock([waiting()], at(12), EN)])) == (
        "▲Rainstorm orange warningno decision for —"
    )


def test_the_clock_turns_red_when_the_limit_of_its_colour_is_over() -> None:
    assert classes(one([status.clock([waiting()], at(14.9), ZH)])) == {"waiting"}
    assert classes(one([status.clock([waiting()], at(15), ZH)])) == {"waiting", "overdue"}


def test_what_our_sensors_suggest_is_never_called_a_warning() -> None:
    text = words(one([status.clock([waiting(cause=Cause.PROPOSAL)], at(1), ZH)]))
    assert "暴雨建议Ⅱ级" in text
    assert "预警" not in text


def test_of_several_the_gravest_is_shown_and_the_others_are_counted() -> None:
    mark = one([status.clock([waiting(Level.RED), waiting(), waiting()], at(1), ZH)])
    assert mark.get("data-level") == "red"
    assert "+2" in words(mark)


def test_where_nothing_waits_there_is_no_clock() -> None:
    mark = one([status.clock([], at(1), ZH)])
    assert (mark.get("hidden"), words(mark)) == ("True", "")


def test_an_official_warning_shows_hazard_colour_sender_and_time_left() -> None:
    (mark,) = found(one([status.official([warning(START, ZH)], ZH)]), **{"data-level": "orange"})
    assert "暴雨 橙色" in words(mark)
    assert "气象台" in words(mark)
    (left,) = [e for e in mark.iter("b") if "countdown" in e.get("class", "")]
    assert left.get("data-until") == str(to_us(at(138)) // 1000)


def test_a_warning_without_an_end_stands_until_it_is_lifted() -> None:
    text = words(one([status.official([warning(START, EN, is_endless=True)], EN)]))
    assert "until lifted" in text


@pytest.mark.parametrize(
    ("meant", "word"), [(WarningStatus.EXERCISE, "演练"), (WarningStatus.TEST, "测试")]
)
def test_what_is_not_meant_bears_its_mark(meant: WarningStatus, word: str) -> None:
    mark = one([status.official([warning(START, ZH, meant=meant)], ZH)])
    (chip,) = found(mark, **{"data-status": meant.value})
    assert word in words(chip)
    assert meant.value in classes(chip)


def test_a_warning_of_another_place_names_it() -> None:
    text = words(one([status.official([warning(START, ZH, is_ours=False)], ZH)]))
    assert "非本区：邻县" in text


def test_no_warning_is_told_from_no_source() -> None:
    assert "无生效预警（人工录入）" in words(one([status.official([], ZH)]))


def test_more_warnings_than_there_is_room_for_are_counted() -> None:
    many = [warning(START, ZH)] * 5
    mark = one([status.official(many, ZH)])
    assert len(found(mark, **{"data-level": "orange"})) == status.MOST_WARNINGS
    assert [words(e) for e in found(mark, **{"class": "further wide"})] == ["+2"]
    assert [words(e) for e in found(mark, **{"class": "further narrow"})] == ["+3"]


def test_the_response_in_force_shows_its_level_and_since_when_it_stands() -> None:
    active = response(activated(ResponseLevel.III), raised(II, 7))
    mark = one([status.in_force([active], SITE, ZH)])
    assert "Ⅱ级 暴雨 · " in words(mark)
    assert found(mark, **{"data-at": str(to_us(at(7)) // 1000)})
    assert mark.get("data-level") == "II"


def test_a_response_in_one_area_says_so() -> None:
    active = response(activated(area="old"))
    assert "老城区" in words(one([status.in_force([active], SITE, ZH)]))


def test_no_response_is_said_in_words() -> None:
    assert "未启动" in words(one([status.in_force([], SITE, ZH)]))


def test_a_hazard_that_we_have_no_word_for_is_shown_as_it_came() -> None:
    odd = warning(START, EN, hazard="volcanic ash")
    assert "volcanic ash" in words(one([status.official([odd], EN)]))


def test_the_map_gets_the_outlines_of_what_is_meant_the_gravest_last() -> None:
    def with_area(level: Level, meant: WarningStatus = WarningStatus.ACTUAL) -> object:
        known = warning(START, ZH, level, meant=meant)
        return replace(known, issued=replace(known.issued, polygons=(AREA,)))

    several = [
        with_area(Level.RED), with_area(Level.RED, WarningStatus.EXERCISE),
        warning(START, ZH), with_area(Level.BLUE),
    ]  # fmt: skip
    made = map_areas.areas(several, Datum.WGS84)  # type: ignore[arg-type]
    assert [area["level"] for area in made] == ["blue", "red"]
    assert made[0]["rings"] == [[[35.3, 119.4], [35.3, 119.6], [35.5, 119.6]]]


def test_the_wall_tells_the_whole_story_of_a_warning(house: Desk) -> None:
    enter(house, issued(polygons=(AREA,)))
    house.clock.instant = at(5)
    before = shown(house, wall.WALL, wall.STATUS)
    assert "暴雨红色预警待响应" in words(before)
    assert "未启动" in words(before)
    house.world.responses.activate(activated(II, 5))
    answered = shown(house, wall.WALL, wall.STATUS)
    assert "待响应" not in words(answered)
    assert "暴雨 红色" in words(answered)
    assert "Ⅱ级 暴雨" in words(answered)
    house.clock.instant = at(9)
    house.world.responses.change(ended(9))
    assert "暴雨红色预警待响应" in words(shown(house, wall.WALL, wall.STATUS))
    house.world.warnings.cancel(lifted("w1", minute=9), "wang", at(9))
    over = words(shown(house, wall.WALL, wall.STATUS))
    assert "待响应" not in over
    assert "无生效预警" in over


def test_the_wall_shows_ours_first_and_what_is_only_an_exercise_last(house: Desk) -> None:
    enter(
        house,
        issued("x", Level.RED, status=WarningStatus.EXERCISE),
        issued("e", Level.RED, area="elsewhere"),
        issued("o", Level.BLUE),
    )
    assert [w.issued.warning_id for w in scene(house).warnings] == ["o", "e", "x"]


def test_an_alarm_of_the_district_that_suggests_no_response_is_an_alarm(tmp_path: Path) -> None:
    colours = Plan.model_validate(
        {
            "id": "colours", "hazard": "rainstorm", "title": {"zh": "雨", "en": "Rain"},
            "subject": "district", "source": "test",
            "levels": {"red": {"when": {**RAIN, "window": "1h", "at_least": 30}}},
        }
    )  # fmt: skip
    with desk(tmp_path, colours, DISTRICT) as house:
        house.send(rain(0, 31))
        known = scene(house)
        assert [a.raised.rule for a in known.alarms] == ["colours/red"]
        assert [a.raised.rule for a in known.proposals] == ["district/III"]
        assert [w.cause for w in known.waiting] == [Cause.PROPOSAL]
        assert "建议启动Ⅲ级响应" in words(shown(house, wall.WALL, wall.STATUS))


def test_a_row_of_a_warning_says_who_decided_or_how_long_nobody_did(house: Desk) -> None:
    enter(house, issued())
    row = elements(warning_rows(scene(house), ZONE, ZH))
    assert "待响应" in words(row)
    assert [b.get("data-ask") for b in row.iter("button")] == ["decline", "lift", "update"]
    house.world.responses.decline(declined())
    row = elements(warning_rows(scene(house), ZONE, ZH))
    assert "li 决定不启动：elsewhere" in words(row)
    assert [b.get("data-ask") for b in row.iter("button")] == ["lift", "update"]


def test_a_row_of_a_proposal_can_be_declined_until_it_is_answered(house: Desk) -> None:
    house.send(rain(0, 31))
    row = elements(proposal_rows(scene(house), ZH))
    assert [b.get("data-ask") for b in row.iter("button")] == ["decline"]
    house.world.responses.activate(activated(II, 1))
    row = elements(proposal_rows(scene(house), ZH))
    assert "已有响应" in words(row)
    assert not list(row.iter("button"))


def test_a_response_can_be_raised_and_lowered_to_what_its_plan_has_only() -> None:
    active = response(activated(II))
    (row,) = elements(response_rows([active], SITE, ZONE, ZH))
    asks = {b.get("data-ask"): b for b in row.iter("button")}
    assert asks.keys() == {"lower", "end"}, "the plan has no level above II"
    assert '"levels": "III"' in (asks["lower"].get("data-fill") or "")
    assert '"seen": "II"' in (asks["end"].get("data-fill") or "")
    assert asks["end"].get("data-path") == "/api/v1/responses/r1/end"


def test_the_lists_bear_no_field_that_could_carry_words_over_to_another_row(house: Desk) -> None:
    enter(house, issued())
    house.world.responses.activate(activated(II, 1))
    for name in (command.RESPONSES, command.WARNINGS, command.PROPOSALS, command.ENDED):
        fields = [e.tag for e in shown(house, command.COMMAND, name).iter()]
        assert not {"input", "textarea", "select"} & set(fields)


def test_every_field_of_a_form_has_its_label() -> None:
    made = elements([activation(SITE, EN), entry(EN), *dialogs(EN)])
    labelled = {id(e) for label in made.iter("label") for e in label.iter()}
    fields = [e for e in made.iter() if e.tag in {"input", "textarea", "select"}]
    assert len(fields) > 15
    assert all(id(e) in labelled or e.get("type") == "hidden" for e in fields)


def test_the_forms_are_chinese_throughout() -> None:
    text = words(elements([activation(SITE, ZH), entry(ZH), *dialogs(ZH)]))
    assert not LATIN.findall(text)


def test_a_site_without_response_levels_says_so() -> None:
    bare = SITE.model_copy(update={"plans": (CRITERIA,)})
    assert "No plan has response levels" in words(one([activation(bare, EN)]))


def test_no_wording_of_ours_says_that_we_issue_a_warning(house: Desk) -> None:
    enter(house, issued())
    house.send(rain(0, 31))
    text = "".join(
        words(shown(house, path, name))
        for path, names in (
            (wall.WALL, [wall.STATUS]),
            (command.COMMAND, [command.WARNINGS, command.ENTER, command.DIALOGS]),
        )
        for name in names
    )
    assert "发布预警" not in text
    assert text.count("发布") == text.count("发布单位")
