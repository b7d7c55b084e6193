"""Sums for showing: of the archive, in the window that ends with the newest observation."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.observations import Observation, Quality
from monitoring.services.sums import Sum, Sums
from tests.engine.sites import MINUTE
from tests.engine.timeline import at, rain
from tests.services.desk import desk

HOUR = timedelta(hours=1)


def test_a_window_is_open_at_its_beginning_and_closed_at_its_end(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(*(rain(minute, 1) for minute in range(61)))
        station = one.world.site.device["ws-1"]
        hour, two = (one.world.sums.sum(station, "rainfall", n * HOUR, at(60)) for n in (1, 2))
    assert hour == Sum(60, at(60), 1.0)
    assert two.value == 61
    assert two.coverage == pytest.approx(61 / 120)


def test_what_is_suspect_is_not_counted(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        good = rain(1, 2)
        one.send(good, Observation(*rain(2, 300)[:4], Quality.RANGE))
        found = one.world.sums.sum(one.world.site.device["ws-1"], "rainfall", HOUR, at(2))
    assert found.value == 2


def test_the_archive_is_read_once_a_minute_however_often_one_looks(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(*(rain(minute, 1) for minute in range(5)))
        station = one.world.site.device["ws-1"]
        reads: list[object] = []

        class Counting:
            def observations(self, query: object) -> object:
                reads.append(query)
                return one.store.observations(query)  # type: ignore[arg-type]

        sums = Sums(Counting())  # type: ignore[arg-type]
        for second in range(50):
            sums.sum(station, "rainfall", HOUR, at(3) + timedelta(seconds=second))
        assert len(reads) == 1
        assert sums.sum(station, "rainfall", HOUR, at(3) + MINUTE).value == 5
        assert len(reads) == 2


def test_more_than_a_page_is_read_to_its_end(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.send(*(rain(second / 60, 0.5) for second in range(1, 2301)))
        station = one.world.site.device["ws-1"]
        found = one.world.sums.sum(station, "rainfall", HOUR, at(2300 / 60))
    assert found.value == 1150
