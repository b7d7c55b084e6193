from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from monitoring.store.database import Database, open_database
from tests import postgres
from tests.store.material import FixedClock

OpenDatabase = Callable[[], Database]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the test's own, empty database is: each test runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database' / 'test.db'}"
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def reopen(url: str, tmp_path: Path, clock: FixedClock) -> Iterator[OpenDatabase]:
    """Opens the same database once more, as another process would."""
    with ExitStack() as stack:

        def once_more() -> Database:
            database = open_database(url, tmp_path / "frames", clock, "real")
            stack.callback(database.close)
            return database

        yield once_more


@pytest.fixture
def database(reopen: OpenDatabase) -> Database:
    return reopen()
