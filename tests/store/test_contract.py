"""What any store must do; each test runs on SQLite and on PostgreSQL."""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from monitoring.domain.observations import Frame, Observation, Quality
from monitoring.services.ports import (
    Account,
    Accounts,
    ArchiveQuery,
    Session,
    Store,
    StoredObservation,
    StreamConflictError,
)
from monitoring.store.database import Database
from tests.store.material import (
    ARRIVED_US,
    HOUR_US,
    MINUTE_US,
    NOON,
    NOON_US,
    FixedClock,
    depth,
    new_event,
    reject,
)

EVERYTHING = ArchiveQuery(-(10**17), 10**17, limit=100_000)
OpenDatabase = Callable[[], Database]


class Interrupted(Exception):  # noqa: N818 - it stands for whatever goes wrong
    pass


def archive(database: Database, *observations: Observation) -> None:
    with database.transaction() as transaction:
        transaction.add_observations(observations, ARRIVED_US)


def found(database: Database, query: ArchiveQuery = EVERYTHING) -> list[Observation]:
    return [stored.observation for stored in database.observations(query)]


def test_a_database_is_a_store_and_the_accounts(database: Database) -> None:
    store: Store = database
    accounts: Accounts = database
    assert (store.reject_count(), list(accounts.accounts())) == (0, [])


def test_observations_come_back_as_they_went_in_and_in_order_of_time(
    database: Database, reopen: OpenDatabase
) -> None:
    late = Observation("gauge-2", "battery", NOON_US - 1, 55, Quality.TOO_LATE)
    suspect = Observation("gauge-1", "water_depth", NOON_US + 1, 1e9, Quality.RANGE)
    archive(database, suspect, depth(0, 0.1), late)
    assert database.observations(EVERYTHING) == [
        StoredObservation(late, ARRIVED_US),
        StoredObservation(depth(0, 0.1), ARRIVED_US),
        StoredObservation(suspect, ARRIVED_US),
    ]
    assert found(reopen()) == [late, depth(0, 0.1), suspect]
    assert type(found(database)[0].quality) is Quality


def test_the_same_observation_twice_stays_as_it_first_was(database: Database) -> None:
    archive(database, depth(0, 1.0), depth(0, 2.0), depth(1, 3.0))
    archive(database, depth(0, 9.0), depth(2, 4.0))
    assert found(database) == [depth(0, 1.0), depth(1, 3.0), depth(2, 4.0)]


def test_two_batches_in_one_transaction_are_both_kept(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.add_observations([], ARRIVED_US)
        transaction.add_observations([depth(0, 1.0)], ARRIVED_US)
        transaction.add_observations([depth(0, 2.0), depth(1, device="gauge-2")], ARRIVED_US)
    assert found(database) == [depth(0, 1.0), depth(1, device="gauge-2")]


def test_a_rolled_back_transaction_leaves_nothing(database: Database, reopen: OpenDatabase) -> None:
    def fail() -> None:
        with database.transaction() as transaction:
            transaction.add_observations([depth(0)], ARRIVED_US)
            transaction.add_frames([Frame("cam-1", NOON_US, b"\xff\xd8jpeg")])
            transaction.add_rejects([reject()])
            transaction.append([new_event()])
            transaction.save_leaves({"k": "1"})
            raise Interrupted

    for _ in range(2):
        with pytest.raises(Interrupted):
            fail()
    for each in (database, reopen()):
        assert found(each) == []
        assert each.newest() == []
        assert each.frames.newest("cam-1") is None
        assert each.reject_count() == 0
        assert list(each.events()) == []
        assert each.leaves() == {}


def test_a_series_that_was_rolled_back_can_be_written_afterwards(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as transaction:
            transaction.add_observations([depth(0), depth(0, device="gauge-2")], ARRIVED_US)
            raise Interrupted

    with pytest.raises(Interrupted):
        fail()
    archive(database, depth(1, 2.0, "gauge-2"))
    archive(database, depth(1, 1.0, "gauge-1"))
    assert set(found(database)) == {depth(1, 2.0, "gauge-2"), depth(1, 1.0, "gauge-1")}
    only = ArchiveQuery(NOON_US, NOON_US + HOUR_US, device="gauge-2")
    assert found(database, only) == [depth(1, 2.0, "gauge-2")]


def test_a_value_that_is_no_number_is_refused_not_lost_in_silence(database: Database) -> None:
    with pytest.raises(Exception, match=r"NOT NULL|observations_value"):
        archive(database, depth(0, math.nan), depth(1))
    assert found(database) == []


def test_a_page_is_a_closed_open_period_of_the_series_asked_for(database: Database) -> None:
    wanted = [depth(m) for m in (0, 30, 59.5, 60, 1000)]
    other = [depth(m, device="gauge-2") for m in (0, 30, 500, 1000)]
    battery = [o._replace(quantity="battery") for o in wanted]
    archive(database, *wanted, *other, *battery)
    end_us = NOON_US + 60 * MINUTE_US

    def page(device: str | None = None, quantity: str | None = None) -> list[Observation]:
        return found(database, ArchiveQuery(NOON_US, end_us, device, quantity, limit=100))

    assert page(device="gauge-1", quantity="water_depth") == wanted[:3]
    assert set(page(device="gauge-1")) == {*wanted[:3], *battery[:3]}
    assert set(page(quantity="water_depth")) == {*wanted[:3], *other[:2]}
    assert len(page()) == 8
    assert page(device="unknown") == []


@pytest.mark.parametrize("device", [None, "gauge-1"])
@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_pages_follow_each_other_without_gap_or_overlap(
    database: Database, device: str | None, limit: int
) -> None:
    minutes = [0, 0.1, 59, 60, 61, 200, 201, 5000]
    names = ["gauge-3", "gauge-1", "gauge-2"]
    archive(database, *(depth(m, m, name) for m in minutes for name in names))
    pages: list[list[Observation]] = []
    after = None
    while not pages or pages[-1]:
        query = ArchiveQuery(NOON_US, 10**17, device, None, after, limit)
        pages.append(found(database, query))
        assert len(pages[-1]) <= limit
        if pages[-1]:
            last = pages[-1][-1]
            after = (last.time_us, last.device, last.quantity)
    read = [o for page in pages for o in page]
    assert len(read) == len(set(read)) == len(minutes) * (1 if device else 3)
    assert [o.time_us for o in read] == sorted(o.time_us for o in read)


def test_a_page_after_an_unknown_series_leaves_nothing_out(database: Database) -> None:
    archive(database, depth(0), depth(1))
    query = ArchiveQuery(NOON_US, 10**17, after=(NOON_US, "gone", "rainfall"))
    assert found(database, query) == [depth(0), depth(1)]


def test_times_before_1970_are_times_like_others(database: Database) -> None:
    old = Observation("gauge-1", "water_depth", -1, 1.0)
    archive(database, old)
    assert found(database, ArchiveQuery(-10, 0, device="gauge-1")) == [old]
    assert database.newest() == [old]


def test_history_streams_all_rows_in_order_of_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitoring.store.archive._CHUNK_ROWS", 4)
    names = ["gauge-2", "gauge-1", "gauge-3"]
    archive(database, *(depth(m, device=name) for m in range(8) for name in names))
    chunks = list(database.history(NOON_US + 2 * MINUTE_US))
    assert [len(chunk) for chunk in chunks] == [4, 4, 4, 4, 2]
    rows = [o for chunk in chunks for o in chunk]
    assert [o.time_us for o in rows] == sorted(o.time_us for o in rows)
    assert set(rows) == {depth(m, device=name) for m in range(2, 8) for name in names}
    assert list(database.history(NOON_US + 8 * MINUTE_US)) == []


def test_the_newest_of_every_series_is_found_however_old(database: Database) -> None:
    archive(database, depth(-60 * 24 * 400, 1.0, "silent"), depth(-1, 2.0), depth(0, 3.0))
    archive(database, depth(-30, 4.0), depth(59.9, 5.0, "gauge-2"), depth(60, 6.0, "gauge-2"))
    assert database.newest() == [
        depth(-60 * 24 * 400, 1.0, "silent"),
        depth(0, 3.0),
        depth(60, 6.0, "gauge-2"),
    ]


def test_what_is_archived_already_is_told_apart(database: Database) -> None:
    known = [depth(m, device=name) for m in range(4) for name in ("gauge-1", "gauge-2")]
    archive(database, *known)
    unknown = [depth(9), depth(0, device="gauge-3"), depth(0)._replace(quantity="battery")]
    assert database.archived([*unknown, *known[1:], known[1]]) == {
        (o.device, o.quantity, o.time_us) for o in known[1:]
    }
    assert database.archived(unknown) == database.archived([]) == set()


def test_readers_know_series_that_another_process_added(
    database: Database, reopen: OpenDatabase
) -> None:
    archive(reopen(), depth(0))
    assert found(database) == [depth(0)]
    archive(database, depth(0, 9.0), depth(1))
    assert found(database) == [depth(0), depth(1)]


def test_events_come_back_as_they_were_recorded(
    database: Database, reopen: OpenDatabase, clock: FixedClock
) -> None:
    clock.time = NOON + timedelta(microseconds=1)
    with database.transaction() as transaction:
        recorded = transaction.append([new_event(), new_event(is_return=True)])
        assert transaction.append([]) == []
    assert [(e.position, e.version) for e in recorded] == [(1, 1), (2, 2)]
    assert recorded[0].recorded_at == clock.time
    assert list(reopen().events()) == recorded
    assert database.stream_version("alarm/a1") == 2
    assert database.stream_version("alarm/none") == 0


def test_events_are_read_by_position_and_by_the_beginning_of_their_stream(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitoring.store.event_log._PAGE_ROWS", 2)
    streams = ["alarm/a", "depot/x", "alarm/B", "alarm", "alarm/a", "alarm_a", "alarn/a", "库房/一"]
    with database.transaction() as transaction:
        transaction.append([new_event(stream) for stream in streams])

    def read(after: int = 0, prefix: str = "") -> list[tuple[int, str]]:
        return [(e.position, e.stream) for e in database.events(after, prefix)]

    everything = list(enumerate(streams, 1))
    assert read() == everything
    assert read(3) == everything[3:]
    assert read(8) == []
    assert read(0, "alarm/") == [(1, "alarm/a"), (3, "alarm/B"), (5, "alarm/a")]
    assert read(1, "alarm/a") == [(5, "alarm/a")]
    assert read(0, "库房") == [(8, "库房/一")]


def test_an_expected_version_must_be_the_present_one(database: Database) -> None:
    def append(*expected: int | None) -> None:
        with database.transaction() as transaction:
            transaction.append([new_event("s", version) for version in expected])

    append(0)
    append(1, 1)
    append(3, 4)
    append(None)
    for stale in (0, 5, 7):
        with pytest.raises(StreamConflictError, match=f"version 6, not {stale};"):
            append(stale)
    assert database.stream_version("s") == 6


@pytest.mark.parametrize("is_other_process", [False, True])
def test_of_two_who_decide_on_the_same_version_exactly_one_wins(
    database: Database, reopen: OpenDatabase, *, is_other_process: bool
) -> None:
    rounds = 20
    rivals = (database, reopen() if is_other_process else database)
    barrier = threading.Barrier(2)

    def contend(rival: Database) -> int:
        won = 0
        for version in range(rounds):
            barrier.wait(30)
            try:
                with rival.transaction() as transaction:
                    transaction.append([new_event("s", version)])
                won += 1
            except StreamConflictError:
                pass
        return won

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(contend, rivals)) == rounds
    assert [e.version for e in database.events()] == list(range(1, rounds + 1))
    assert database.verify_chain() == rounds


def test_the_chain_of_an_untouched_log_holds(database: Database) -> None:
    assert database.verify_chain() == 0
    for _ in range(3):
        with database.transaction() as transaction:
            transaction.append([new_event(), new_event()])
    assert database.verify_chain() == 6


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE events SET body = replace(body, '27.5', '26.5') WHERE position = 3", 3),
        ("UPDATE events SET actor = 'nobody' WHERE position = 1", 1),
        ("UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 4", 4),
        ("UPDATE events SET stream = 'alarm/a', version = 91 WHERE position = 5", 5),
        ("UPDATE events SET hash = repeat_ WHERE position = 2", 2),
        ("DELETE FROM events WHERE position = 2", 2),
        ("DELETE FROM events WHERE position = 1", 1),
    ],
)
def test_whoever_edits_the_log_breaks_the_chain_at_that_event(
    database: Database, statement: str, position: int
) -> None:
    with database.transaction() as transaction:
        transaction.append([new_event() for _ in range(5)])
    forged = statement.replace("repeat_", f"'{'0' * 64}'")
    with database._connections.writing() as connection:
        assert connection.execute(text(forged)).rowcount == 1
    with pytest.raises(ValueError, match=f"^event {position} "):
        database.verify_chain()


def test_rejects_are_paged_newest_first(database: Database) -> None:
    payload = bytes(range(256)) * 256
    with database.transaction() as transaction:
        transaction.add_rejects([])
        transaction.add_rejects([reject("first", payload), reject("second"), reject("third")])
    assert database.reject_count() == 3
    newest = database.rejects(None, 2)
    assert [stored.reject.detail for stored in newest] == ["third", "second"]
    (oldest,) = database.rejects(newest[-1].number, 10)
    assert oldest.reject == reject("first", payload)
    assert database.rejects(oldest.number, 10) == []


def test_a_reject_may_quote_what_no_database_stores(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.add_rejects([reject("found \0 and \ud800 in 东港")])
    assert database.rejects(None, 1)[0].reject.detail == "found \\x00 and \\ud800 in 东港"


def test_frames_are_kept_once_and_found_by_time(database: Database) -> None:
    early, late = b"\xff\xd8early", b"\xff\xd8late"
    frames = [
        Frame("cam-1", NOON_US, early),
        Frame("cam-1", NOON_US, early),
        Frame("cam-1", NOON_US + 5, late),
        Frame("cam-2", NOON_US + 9, early),
    ]
    for _ in range(2):
        with database.transaction() as transaction:
            transaction.add_frames(frames)
    newest = database.frames.newest("cam-1")
    assert newest is not None
    assert (newest.time_us, newest.size) == (NOON_US + 5, len(late))
    assert database.frames.picture(newest.sha256) == late
    for at_us, time_us in ((NOON_US + 5, 5), (NOON_US + 4, 0), (NOON_US, 0)):
        frame = database.frames.newest("cam-1", at_us)
        assert frame is not None
        assert frame.time_us == NOON_US + time_us
    assert database.frames.newest("cam-1", NOON_US - 1) is None
    assert database.frames.newest("cam-3") is None


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63 + "\n"])
def test_a_picture_that_is_not_kept_is_not_found(database: Database, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        database.frames.picture(name)


def test_leaves_are_replaced_by_key(database: Database, reopen: OpenDatabase) -> None:
    for leaves in ({}, {"a": "1", "b": '{"雨":2}'}, {"a": "3"}):
        with database.transaction() as transaction:
            transaction.save_leaves(leaves)
    assert reopen().leaves() == {"a": "3", "b": '{"雨":2}'}


def test_people_are_saved_and_replaced_by_name(database: Database) -> None:
    database.save_account(Account("值班员", "viewer", "hash-2"))
    database.save_account(Account("admin", "viewer", "hash-0"))
    database.save_account(Account("admin", "admin", "hash-1"))
    assert database.account("admin") == Account("admin", "admin", "hash-1")
    assert database.account("nobody") is None
    assert [account.name for account in database.accounts()] == ["admin", "值班员"]


def test_a_session_ends_at_its_expiry_or_when_it_is_closed(database: Database) -> None:
    session = Session("token", "admin", "admin", "csrf", NOON)
    database.open_session(session)
    moment = timedelta(microseconds=1)
    assert database.session("token", NOON - moment) == session
    assert database.session("token", NOON) is None
    assert database.session("other", NOON - moment) is None
    database.close_session("token")
    database.close_session("token")
    assert database.session("token", NOON - moment) is None


def test_a_ping_can_be_repeated(database: Database) -> None:
    database.ping()
    database.ping()


def test_readers_see_the_last_commit_while_a_writer_writes(database: Database) -> None:
    archive(database, depth(0))
    with ThreadPoolExecutor(1) as pool, database.transaction() as transaction:
        transaction.add_observations([depth(1), depth(1, device="gauge-2")], ARRIVED_US)
        transaction.append([new_event()])
        assert pool.submit(found, database).result(30) == [depth(0)]
        assert pool.submit(database.newest).result(30) == [depth(0)]
        assert pool.submit(database.stream_version, "alarm/a1").result(30) == 0
    assert len(found(database)) == 3


def test_many_threads_read_and_write_at_once(database: Database) -> None:
    def write(name: str) -> None:
        for minute in range(20):
            archive(database, depth(minute, device=name), depth(minute, device=f"{name}-b"))

    def read() -> None:
        for _ in range(20):
            found(database)
            database.newest()

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(write, f"gauge-{n}") for n in range(4)]
        work += [pool.submit(read) for _ in range(4)]
        for each in work:
            each.result(60)
    assert len(found(database)) == 160
    assert len(database.newest()) == 8
