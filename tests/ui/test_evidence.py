"""Strips of pictures below alarms: a few of all, and not the same ones twice."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from dash import html

from monitoring.domain.cameras import PinnedFrame
from monitoring.domain.levels import Level
from monitoring.web.language import Language
from monitoring.web.ui.components.alarm_rows import holding_rows
from monitoring.web.ui.components.evidence import MOST, spread, strips
from tests.engine.timeline import START
from tests.ui.elements import found, words
from tests.ui.samples import ZONE, alarm, bilingual, elements, one

SITE = bilingual()
ALARMS = [alarm(Level.RED, 0), alarm(Level.ORANGE, 1), alarm(Level.BLUE, 2)]


def frames(*minutes: float, camera: str = "cam-a") -> list[PinnedFrame]:
    return [
        PinnedFrame(camera, START + timedelta(minutes=m), f"{abs(hash((camera, m))):064x}")
        for m in minutes
    ]


def made(pinned: Mapping[str, Sequence[PinnedFrame]]) -> dict[str, html.Div]:
    return strips(ALARMS, lambda alarm_id: pinned.get(alarm_id, ()), SITE, ZONE, Language.EN)


def test_a_strip_shows_each_picture_by_its_hash_with_its_time() -> None:
    pictures = frames(0, 5)
    strip = one([made({"a0": pictures})["a0"]])
    assert [a.get("href") for a in strip.iter("a")] == [
        f"/api/v1/frames/{p.sha256}.jpg" for p in pictures
    ]
    assert [words(e) for e in strip.iter("time")] == ["08:00:00", "08:05:00"]
    assert next(i.get("alt") for i in strip.iter("img")) == "Camera at bridge one 08:00:00"
    assert "2 pictures kept as evidence" in words(strip)


def test_of_many_pictures_the_first_the_last_and_some_between_are_shown() -> None:
    many = frames(*range(40))
    shown = spread(many)
    assert len(shown) == MOST
    assert (shown[0], shown[-1]) == (many[0], many[-1])
    strip = one([made({"a0": many})["a0"]])
    assert strip.get("data-frames") == "40"


def test_the_levels_of_one_plan_do_not_repeat_the_same_pictures() -> None:
    pinned = {"a0": frames(0, 1, 2, 3), "a1": frames(0, 1, 2), "a2": frames(3, 4)}
    assert list(made(pinned)) == ["a0", "a2"]
    assert made({}) == {}


def test_a_camera_that_is_configured_no_longer_is_named_by_its_id() -> None:
    strip = one([made({"a0": frames(0, camera="cam-gone")})["a0"]])
    assert [i.get("alt") for i in strip.iter("img")] == ["cam-gone 08:00:00"]


def test_a_strip_stands_below_its_row() -> None:
    rows = elements(holding_rows(ALARMS, SITE, ZONE, Language.ZH, made({"a1": frames(0)})))
    assert [len(found(row, **{"class": "strip"})) for row in rows] == [0, 1, 0]
