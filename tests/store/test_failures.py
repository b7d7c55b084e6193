"""A database that is locked, full, damaged or gone says so in words, and loses nothing."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from monitoring.domain.observations import Frame
from monitoring.services.ports import ArchiveQuery, StoreUnavailableError
from monitoring.store.database import Database, open_database
from tests import postgres
from tests.store.material import ARRIVED_US, NOON_US, FixedClock, depth, new_event, reject

EVERYTHING = ArchiveQuery(0, 10**17, limit=100_000)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
def sqlite(sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{sqlite_file}", tmp_path / "frames", FixedClock(), "real")
    yield database
    database.close()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        yield
        rival.execute("ROLLBACK")


def archive(database: Database, minute: int) -> None:
    with database.transaction() as transaction:
        transaction.add_observations([depth(minute)], ARRIVED_US)


def test_a_locked_database_says_so_and_is_written_when_it_is_free(
    sqlite: Database, sqlite_file: Path
) -> None:
    archive(sqlite, 0)
    with locked(sqlite_file):
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="locked"):
            archive(sqlite, 1)
        assert 1.5 < time.monotonic() - began < 5
        with pytest.raises(StoreUnavailableError, match="locked"):
            sqlite.ping()
        assert len(sqlite.observations(EVERYTHING)) == 1
    archive(sqlite, 1)
    assert len(sqlite.observations(EVERYTHING)) == 2


def test_a_full_database_says_so_and_takes_all_or_nothing(sqlite: Database) -> None:
    archive(sqlite, 0)
    engine = sqlite._connections._engine

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()

    event.listen(engine, "checkout", limit)

    def overfill() -> None:
        with sqlite.transaction() as transaction:
            transaction.append([new_event()])
            transaction.add_rejects([reject(payload=bytes(60_000)) for _ in range(10)])

    with pytest.raises(StoreUnavailableError, match="full"):
        overfill()
    assert list(sqlite.events()) == []
    event.remove(engine, "checkout", limit)
    sqlite.close()
    archive(sqlite, 1)
    assert len(sqlite.observations(EVERYTHING)) == 2


def test_a_damaged_file_says_so(sqlite: Database, sqlite_file: Path) -> None:
    sqlite.close()
    sqlite_file.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        sqlite.ping()


def test_a_database_that_may_only_be_read_says_so(sqlite: Database) -> None:
    engine = sqlite._connections._engine

    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = 1").close()

    event.listen(engine, "checkout", forbid)
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        sqlite.ping()


def test_a_write_that_hangs_does_not_hang_the_others_for_ever(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitoring.store.connections._WRITER_TIMEOUT_S", 0.1)
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite.transaction():
            is_held.set()
            is_over.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        is_held.wait(30)
        with pytest.raises(StoreUnavailableError, match="has not ended"):
            sqlite.ping()
        is_over.set()
        holding.result(30)
    sqlite.ping()


def test_frames_that_cannot_be_written_make_the_store_unavailable(
    sqlite: Database, tmp_path: Path
) -> None:
    (tmp_path / "frames").write_text("a file where a folder should be")
    with (
        pytest.raises(StoreUnavailableError, match="camera frames cannot be written"),
        sqlite.transaction() as transaction,
    ):
        transaction.add_frames([Frame("cam-1", NOON_US, b"\xff\xd8")])
    assert sqlite.frames.newest("cam-1") is None


def test_a_frame_leaves_no_half_written_file(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.transaction() as transaction:
        transaction.add_frames([Frame("cam-1", NOON_US, b"\xff\xd8jpeg")])
    (file,) = (path for path in (tmp_path / "frames").rglob("*") if path.is_file())
    frame = sqlite.frames.newest("cam-1")
    assert frame is not None
    assert file == tmp_path / "frames" / frame.sha256[:2] / f"{frame.sha256[2:]}.jpg"


def test_a_wrong_statement_is_not_taken_for_an_unavailable_database(database: Database) -> None:
    with pytest.raises(DBAPIError, match="no_such_table"), database._connections.reading() as c:
        c.execute(text("SELECT * FROM no_such_table"))


@pytest.mark.postgres
class TestPostgres:
    @pytest.fixture
    def server_url(self, postgres_server: postgres.PostgresServer) -> str:
        return postgres_server.new_database()

    @pytest.fixture
    def served(self, server_url: str, tmp_path: Path) -> Iterator[Database]:
        database = open_database(server_url, tmp_path / "frames", FixedClock(), "real")
        yield database
        database.close()

    @pytest.fixture
    def end_sessions(
        self, postgres_server: postgres.PostgresServer, server_url: str
    ) -> Callable[[], None]:
        def end() -> None:
            name = server_url.rpartition("/")[2]
            conninfo = postgres_server.conninfo("postgres")
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    (name,),
                )

        return end

    @pytest.mark.parametrize("is_copying", [True, False])
    def test_a_connection_lost_within_a_transaction_undoes_it(
        self, served: Database, end_sessions: Callable[[], None], *, is_copying: bool
    ) -> None:
        archive(served, 0)

        def be_cut_off() -> None:
            with served.transaction() as transaction:
                transaction.append([new_event()])
                end_sessions()
                if is_copying:
                    transaction.add_observations([depth(1)], ARRIVED_US)
                else:
                    transaction.append([new_event()])

        with pytest.raises(StoreUnavailableError, match=r"lost|stopped|used"):
            be_cut_off()
        assert list(served.events()) == []
        archive(served, 1)
        assert len(served.observations(EVERYTHING)) == 2

    def test_a_connection_lost_between_transactions_is_replaced(
        self, served: Database, end_sessions: Callable[[], None]
    ) -> None:
        archive(served, 0)
        end_sessions()
        archive(served, 1)
        assert len(served.observations(EVERYTHING)) == 2

    def test_a_lock_held_by_another_program_is_given_up_on(
        self, served: Database, server_url: str, postgres_server: postgres.PostgresServer
    ) -> None:
        archive(served, 0)
        conninfo = postgres_server.conninfo(server_url.rpartition("/")[2])
        with psycopg.connect(conninfo) as rival:
            rival.execute("LOCK TABLE meta IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreUnavailableError, match="locked"):
                served.ping()
        served.ping()

    def test_a_read_only_server_says_so(
        self,
        served: Database,
        server_url: str,
        end_sessions: Callable[[], None],
        postgres_server: postgres.PostgresServer,
    ) -> None:
        name = server_url.rpartition("/")[2]
        with psycopg.connect(postgres_server.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(
                f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode()
            )
        end_sessions()
        with pytest.raises(StoreUnavailableError, match="read-only"):
            served.ping()
        with pytest.raises(StoreUnavailableError, match="read-only"):
            archive(served, 1)

    def test_a_wrong_row_is_not_taken_for_an_unavailable_server(self, served: Database) -> None:
        with pytest.raises(psycopg.Error), served.transaction() as transaction:
            transaction.add_observations([depth(0, math.nan)], ARRIVED_US)
        archive(served, 1)
        assert len(served.observations(EVERYTHING)) == 1
