"""What quarantine kept is played again after mending: once, by name, as of its first arrival."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.domain.instants import to_us
from monitoring.domain.observations import DeviceStatus, Reading, Reason, Reject
from monitoring.services.replay import CutError
from tests.engine.timeline import START, at, depth
from tests.services.desk import Desk, HandClock, desk

TOPIC = "donggang/obs/wg-road-a"


def reject(minute: float = 0, reason: Reason = Reason.UNKNOWN_UNIT, topic: str = TOPIC) -> Reject:
    return Reject(topic, reason, "in furlongs", b"12", 2, to_us(at(minute)))


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, clock=HandClock(at(30))) as opened:
        yield opened


def mend(one: Desk) -> None:
    def mended(found: Reject) -> tuple[Reading, ...]:
        minute = (found.time_us - to_us(START)) / 60e6
        return (depth(minute, 12),)

    one.wire.mended = mended


def archived(one: Desk) -> list[float]:
    return [v for _, v in one.world.picture.trend("wg-road-a", "water_depth")]


def test_what_can_be_read_now_is_taken_in_as_of_its_first_arrival(one: Desk) -> None:
    one.send(reject(5))
    (waiting,) = one.store.rejects(None, 9)
    mend(one)
    row = one.world.replay.one(waiting.number, "duty")
    assert row.trial
    assert (row.trial.is_played, row.trial.by, row.trial.at_us) == (True, "duty", to_us(at(30)))
    view = one.world.picture.device("wg-road-a", at(30))
    assert view
    assert view.last_seen == at(5)
    assert row.reject == waiting.reject, "it is kept as it came"
    assert one.store.backlogs() == []


def test_a_second_time_changes_nothing(one: Desk) -> None:
    one.send(reject(5))
    mend(one)
    (waiting,) = one.store.rejects(None, 9)
    first = one.world.replay.one(waiting.number, "duty")
    one.clock.instant = at(31)
    assert one.world.replay.one(waiting.number, "another") == first
    assert one.world.counters().observations == 1
    assert one.world.replay.every(None, None, "another").played == 0


def test_what_fails_again_stays_with_its_new_reason(one: Desk) -> None:
    one.send(reject(5))
    one.wire.mended = lambda r: (r._replace(reason=Reason.BAD_VALUE, detail="is no number"),)
    (waiting,) = one.store.rejects(None, 9)
    row = one.world.replay.one(waiting.number, "duty")
    assert (row.reject.reason, row.reject.detail) == (Reason.BAD_VALUE, "is no number")
    assert row.trial
    assert not row.trial.is_played
    assert [(b.reason, b.count) for b in one.store.backlogs()] == [(Reason.BAD_VALUE, 1)]
    assert one.store.reject_count() == 1, "it is not put in once more"


def test_a_message_with_one_fault_left_gives_the_rest_and_stays(one: Desk) -> None:
    one.send(reject(5))
    one.wire.mended = lambda r: (depth(5, 12), r)
    assert one.world.replay.every(None, None, "duty").failed == 1
    assert archived(one) == [12]
    one.world.replay.every(None, None, "duty")
    assert one.world.counters().observations == 1


def test_all_of_a_reason_or_a_topic_are_played_and_others_wait(one: Desk) -> None:
    one.send(reject(1), reject(2), reject(3, topic="else"), reject(4, Reason.NOT_JSON))
    mend(one)
    assert one.world.replay.every(Reason.UNKNOWN_UNIT, TOPIC, "duty").played == 2
    assert [s.reject.time_us for s in one.store.waiting_rejects(0, 9)] == [
        to_us(at(3)), to_us(at(4)),
    ]  # fmt: skip
    assert one.world.replay.every(Reason.UNKNOWN_UNIT, None, "duty").played == 1
    assert [b.reason for b in one.store.backlogs()] == [Reason.NOT_JSON]


def test_what_was_cut_can_not_be_played_and_says_so(one: Desk) -> None:
    one.send(reject(5)._replace(size=70_000))
    mend(one)
    (waiting,) = one.store.rejects(None, 9)
    with pytest.raises(CutError, match="only 2 of its 70000 bytes"):
        one.world.replay.one(waiting.number, "duty")
    done = one.world.replay.every(None, None, "duty")
    assert (done.played, done.failed, done.cut) == (0, 0, 1)


def test_an_old_status_says_nothing_of_now(one: Desk) -> None:
    one.send(reject(5))
    one.wire.mended = lambda r: (DeviceStatus("wg-road-a", r.time_us, is_online=True),)
    assert one.world.replay.every(None, None, "duty").played == 1
    view = one.world.picture.device("wg-road-a", at(30))
    assert view
    assert view.is_online is None


def test_a_fault_of_ours_leaves_it_where_it_is(one: Desk) -> None:
    one.send(reject(5, topic="poison"))
    (waiting,) = one.store.rejects(None, 9)
    row = one.world.replay.one(waiting.number, "duty")
    assert row.reject.reason is Reason.FAULT
    assert row.trial
    assert not row.trial.is_played


def test_there_is_no_message_of_an_unknown_number(one: Desk) -> None:
    with pytest.raises(KeyError):
        one.world.replay.one(7, "duty")
