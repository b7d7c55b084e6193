"""The presenter and its hubs: a wall hears what changed, in its language, and nothing else."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.brokers import LinkReport, LinkState
from monitoring.web.hub import Hubs
from monitoring.web.language import Language
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.components.frame import LINK
from monitoring.web.ui.pages import wall
from monitoring.web.ui.pages.wall import WALL
from monitoring.web.ui.presenter import Presenter, stamp
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls
from tests.engine.timeline import at, depth, rain
from tests.services.desk import Desk, desk

Queue = asyncio.Queue[str]
FIGURES = set(wall.TREND)


class Room:
    """A world, its presenter, and walls that listen to it."""

    def __init__(self, house: Desk) -> None:
        self.house = house
        self.hubs = Hubs()
        self._presenter = Presenter(house.world, Views(house.world, {}), self.hubs, Walls())

    def listen(self, language: Language = Language.ZH, path: str = WALL) -> Queue:
        return self.hubs.hub(path, language).subscribe()

    def publish(self) -> None:
        """Everything is due, as if a second had passed on the machine's own clock."""
        self._presenter._slow_at = float("-inf")
        asyncio.run(self._presenter._publish())


def heard(queue: Queue) -> list[dict[str, Any]]:
    """What came since the last time, without the numbers."""
    return [json.loads(queue.get_nowait())["d"] for _ in range(queue.qsize())]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with desk(tmp_path) as house:
        yield Room(house)


def test_who_comes_hears_the_whole_wall_in_one_delta(room: Room) -> None:
    queue = room.listen()
    room.publish()
    first, delta = heard(queue)
    assert first == {}
    assert {wall.SEGMENTS, wall.ALARMS, wall.DUTY, wall.DEPOT, LINK, *wall.TREND} <= delta.keys()


def test_where_nothing_changed_there_is_no_delta(room: Room) -> None:
    queue = room.listen()
    room.publish()
    heard(queue)
    room.publish()
    assert heard(queue) == []


def test_a_delta_has_what_a_depth_changes_and_no_more(room: Room) -> None:
    room.house.send(depth(0, 1))
    queue = room.listen()
    room.publish()
    heard(queue)
    room.house.clock.instant = at(1)
    room.house.send(depth(1, 2))
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() - FIGURES == {wall.SEGMENTS, "page-counts"}


def test_a_part_of_ourselves_that_fails_changes_the_header_only(room: Room) -> None:
    room.house.world.link("main", LinkReport(LinkState.CONNECTED, ""))
    queue = room.listen()
    room.publish()
    heard(queue)
    room.house.world.link("main", LinkReport(LinkState.DOWN, ""))
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() == {LINK}


def test_an_acknowledgement_changes_the_alarms_and_nothing_else(room: Room) -> None:
    room.house.send(depth(0, 27))
    queue = room.listen()
    room.publish()
    heard(queue)
    for alarm in room.house.world.alarms.holding():
        room.house.world.alarms.acknowledge(alarm.raised.alarm_id, "admin", at(0))
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() == {wall.ALARMS, wall.NEWS, wall.CHANGES}


def test_a_value_that_grows_old_turns_up_although_nothing_arrived(room: Room) -> None:
    room.house.send(depth(0, 1), rain(0, 0))
    queue = room.listen()
    room.publish()
    heard(queue)
    room.house.clock.instant = at(4)
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() - FIGURES == {wall.SEGMENTS, mapped.SEGMENTS}
    assert "depth stale" in "".join(delta[wall.SEGMENTS]["html"])
    assert delta[mapped.SEGMENTS]["look"]["fresh"][0] == "s"


def test_time_that_makes_nothing_old_moves_the_figures_only(room: Room) -> None:
    room.house.send(depth(0, 1), rain(0, 0))
    queue = room.listen()
    room.publish()
    heard(queue)
    room.house.clock.instant = at(1)
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() == FIGURES


def test_a_handover_turns_up_although_nothing_arrived(room: Room) -> None:
    room.house.clock.instant = at(29)
    queue = room.listen()
    room.publish()
    heard(queue)
    room.house.clock.instant = at(30)  # 08:30 in Shanghai
    room.publish()
    (delta,) = heard(queue)
    assert delta.keys() - FIGURES == {wall.DUTY}


def test_each_language_is_told_in_its_own_words(room: Room) -> None:
    chinese, english = room.listen(Language.ZH), room.listen(Language.EN)
    room.publish()
    texts = ["".join(heard(queue)[1][wall.ALARMS]["html"]) for queue in (chinese, english)]
    assert "当前无告警" in texts[0]
    assert "No alarm is active." in texts[1]


def test_a_language_that_nobody_reads_is_told_nothing(room: Room) -> None:
    room.listen(Language.EN)
    room.publish()
    assert room.hubs.hub(WALL, Language.EN).seq == 1
    assert room.hubs.hub(WALL, Language.ZH).is_blank


def test_a_page_that_nobody_has_open_is_not_made(room: Room) -> None:
    queue = room.listen(path="/segments")
    room.publish()
    assert room.hubs.wanted().keys() == {("/segments", Language.ZH, True)}
    assert heard(queue)[1].keys() == {"segments-rows", LINK, "page-counts"}


def test_a_page_that_does_not_exist_stays_blank_and_disturbs_no_other(room: Room) -> None:
    nowhere, queue = room.listen(path="/nowhere"), room.listen()
    room.publish()
    assert heard(nowhere) == [{}]
    assert len(heard(queue)) == 2


def test_who_comes_back_after_everybody_had_gone_gets_everything_anew(room: Room) -> None:
    queue = room.listen()
    room.publish()
    everything = heard(queue)[1]
    room.hubs.hub(WALL, Language.ZH).unsubscribe(queue)
    again = room.listen()
    room.publish()
    assert heard(again) == [{}, everything]


def test_a_quiet_wall_hears_a_beat_each_second(room: Room) -> None:
    queue = room.listen()
    room.publish()
    heard(queue)
    room._presenter._said_at.clear()  # as if a second had passed
    room.publish()
    (beat,) = [json.loads(queue.get_nowait()) for _ in range(queue.qsize())]
    assert beat == {"seq": 1}
    room.publish()
    assert queue.empty()


def test_where_pictures_cannot_be_made_the_walls_hear_no_beat(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = room.listen()
    room.publish()
    heard(queue)
    room._presenter._said_at.clear()
    monkeypatch.setattr(wall.WallPage, "picture", lambda *_, **__: 1 / 0)
    room.publish()
    assert queue.empty()


def test_every_message_bears_the_time_and_the_build(room: Room) -> None:
    made = stamp(room.house.world, "abc")()
    assert made["t"] == at(0).timestamp() * 1000
    assert (made["speed"], made["build"]) == (1.0, "abc")
    assert abs(made["clock"] / 1000 - time.time()) < 60
