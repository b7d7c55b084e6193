"""Opening a database: new, again, of the wrong kind, too new, or not to be had."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from monitoring.services.ports import ArchiveQuery, StoreUnavailableError
from monitoring.store import revisions
from monitoring.store.database import Database, open_database
from monitoring.store.kind import DatabaseKindError, DatabaseVersionError, Kind
from monitoring.store.revisions import MIGRATIONS
from monitoring.store.schema import HEAD, METADATA
from tests.store.material import ARRIVED_US, NOON_US, FixedClock, depth


def test_the_revision_written_down_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_make_what_the_schema_says(database: Database) -> None:
    with database._connections.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize(
    ("first", "second", "advice"),
    [("demo", "real", "another --database"), ("real", "demo", "--scenario none")],
)
def test_a_demo_and_a_real_site_never_share_a_database(
    url: str, tmp_path: Path, first: Kind, second: Kind, advice: str
) -> None:
    clock = FixedClock()
    open_database(url, tmp_path, clock, first).close()
    with pytest.raises(DatabaseKindError, match=advice):
        open_database(url, tmp_path, clock, second)
    open_database(url, tmp_path, clock, first).close()


def test_a_database_of_a_newer_version_is_left_alone(
    database: Database, reopen: Callable[[], Database]
) -> None:
    with database._connections.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseVersionError, match="revision 9999"):
        reopen()


def test_a_second_start_changes_no_table(
    database: Database, reopen: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as transaction:
        transaction.add_observations(
            [depth(0, device=f"gauge-{n}") for n in range(2000)], ARRIVED_US
        )
    monkeypatch.setattr(revisions, "upgrade", lambda _: pytest.fail("there is nothing to upgrade"))
    assert len(reopen().newest()) == 2000


def test_a_second_start_does_not_load_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    open_database(url, tmp_path, FixedClock(), "real").close()
    program = (
        "import sys; from pathlib import Path; from datetime import datetime;"
        "from monitoring.store.database import open_database;"
        f"open_database({url!r}, Path('.'), datetime, 'real').close();"
        "assert not {'alembic', 'psycopg'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://root@127.0.0.1/x", "oracle://x"]
)
def test_another_kind_of_database_is_refused_with_an_example(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give sqlite:///path"):
        open_database(url, tmp_path, FixedClock(), "real")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////proc/none.db", "cannot be opened"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached_is_unavailable(
    url: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailableError, match=why):
        open_database(url, tmp_path, FixedClock(), "real")


def test_a_folder_whose_name_has_a_percent_sign_is_a_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / '100%s' / 'test.db'}"
    database = open_database(url, tmp_path, FixedClock(), "real")
    assert database.observations(ArchiveQuery(0, NOON_US)) == []
    database.close()
