"""What waits, for how long, and how far behind we are."""

import threading

import pytest

from monitoring.domain.instants import SECOND_US, to_us
from monitoring.services.waiting import LOAD, ROOM, ROOM_BYTES, Pace, Waiting
from tests.engine.timeline import START, depth
from tests.services.desk import Parcel, until

NOW_US = to_us(START)


def parcels(number: int, payload: bytes = b"x") -> list[Parcel]:
    return [Parcel((), payload=payload) for _ in range(number)]


def test_messages_come_out_in_order_and_no_more_than_asked_for() -> None:
    waiting: Waiting[Parcel] = Waiting()
    sent = [Parcel((), payload=bytes([n])) for n in range(5)]
    waiting.offer(sent[:3], NOW_US)
    waiting.offer(sent[3:], NOW_US)
    assert waiting.take(2) == sent[:2]
    assert waiting.take(9) == sent[2:]


def test_the_oldest_counts_until_the_next_are_taken() -> None:
    waiting: Waiting[Parcel] = Waiting()
    assert waiting.oldest(NOW_US) == (0, 0)
    waiting.offer(parcels(3), NOW_US)
    waiting.offer(parcels(2), NOW_US + 5)
    assert waiting.oldest(NOW_US + 10) == (5, 10)
    waiting.take(2)
    assert waiting.oldest(NOW_US + 10) == (5, 10), "what is in hand is not stored yet"
    waiting.take(2)
    assert waiting.oldest(NOW_US + 10) == (3, 10), "one of the first three is in hand"
    waiting.take(2)
    assert waiting.oldest(NOW_US + 10) == (1, 5)
    waiting.tick()
    assert waiting.take(2) == []
    assert waiting.oldest(NOW_US + 10) == (0, 0)


@pytest.mark.parametrize("full", [parcels(ROOM), parcels(2, b"x" * (ROOM_BYTES // 2))])
def test_there_is_room_again_once_something_was_taken(full: list[Parcel]) -> None:
    waiting: Waiting[Parcel] = Waiting()
    waiting.offer(full[1:], NOW_US)
    assert waiting.has_room()
    waiting.offer(full[:1], NOW_US)
    assert not waiting.has_room()
    waiting.take(1)
    assert waiting.has_room()


def test_who_waits_is_let_go_at_the_end() -> None:
    waiting: Waiting[Parcel] = Waiting()
    taken: list[object] = []
    threads = [
        threading.Thread(target=lambda: taken.append(waiting.take(1))),
        threading.Thread(target=lambda: taken.append(waiting.rest(60))),
    ]
    for thread in threads:
        thread.start()
    waiting.stop()
    until(lambda: not any(thread.is_alive() for thread in threads))
    assert sorted(map(str, taken)) == ["None", "True"]


def took(pace: Pace, number: int, minute: float, at_us: int) -> None:
    pace.took([depth(minute, 1)] * number, at_us)


@pytest.mark.parametrize(("number", "seconds"), [(LOAD - 1, 0), (LOAD, 60), (5 * LOAD, 60)])
def test_the_age_of_the_newest_tells_the_lag_only_where_many_come(
    number: int, seconds: int
) -> None:
    pace = Pace(1)
    at_us = NOW_US + 60 * SECOND_US
    took(pace, number // 2, -1, at_us)
    took(pace, number - number // 2, 0, at_us)
    assert pace.behind_us(at_us) == seconds * SECOND_US
    assert pace.behind_us(at_us + SECOND_US) == 0, "nothing came for a second"


def test_one_device_that_sends_its_memory_puts_nobody_behind() -> None:
    pace = Pace(1)
    took(pace, 5 * LOAD, -600, NOW_US)
    took(pace, 1, 0, NOW_US + 1)
    assert pace.behind_us(NOW_US + 1) == 1


def test_a_clock_that_is_ahead_does_not_hide_the_lag() -> None:
    pace = Pace(1)
    took(pace, LOAD, -0.5, NOW_US)
    took(pace, LOAD, 4, NOW_US)
    assert pace.behind_us(NOW_US) == 30 * SECOND_US


def test_where_time_runs_faster_many_must_come_in_a_second_of_the_machine() -> None:
    pace = Pace(60)
    for second in range(60):
        took(pace, LOAD // 60 + 1, 0, NOW_US + second * SECOND_US)
    assert pace.behind_us(NOW_US + 59 * SECOND_US) == 59 * SECOND_US
