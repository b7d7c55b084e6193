"""The database: both records and the accounts behind one object, as the desks need them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, select, text

from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.domain.instants import to_us
from monitoring.domain.observations import Frame, Observation, Reason, Reject
from monitoring.domain.quarantine import Backlog, Outcome, StoredReject
from monitoring.services.frame_ports import StoredFrame
from monitoring.services.ports import (
    ArchiveQuery,
    StoredObservation,
    StoreUnavailableError,
)
from monitoring.store.accounts import AccountBook
from monitoring.store.archive import Archive, ArchiveWriter
from monitoring.store.connections import Connections
from monitoring.store.event_log import EventLog, EventWriter
from monitoring.store.frames import Frames, between, pin
from monitoring.store.kind import DatabaseKindError, DatabaseVersionError, Kind
from monitoring.store.quarantine import Quarantine, add_rejects, settle_rejects
from monitoring.store.revisions import prepare
from monitoring.store.schema import LEAVES

REFUSALS: Final = (StoreUnavailableError, DatabaseKindError, DatabaseVersionError, ValueError)
"""Why a database can't be opened; the message says what to do."""

_SAVE_LEAF: Final = text(
    "INSERT INTO leaves (key, body) VALUES (:key, :body)"
    " ON CONFLICT (key) DO UPDATE SET body = excluded.body"
)
_PING: Final = text(
    "INSERT INTO meta (name, value) VALUES ('pinged_at_us', :at)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


class _Clock(Protocol):
    def now(self) -> datetime: ...


class DatabaseTransaction:
    """Everything written in it becomes durable together, or not at all."""

    def __init__(
        self, connection: Connection, archive: Archive, frames: Frames, clock: _Clock
    ) -> None:
        self._connection = connection
        self._archive = ArchiveWriter(archive.index, connection)
        self._events = EventWriter(connection)
        self._frames = frames
        self._clock = clock

    def add_observations(self, observations: Sequence[Observation], arrived_us: int) -> None:
        """Archive observations; one already there (device, quantity, time) is left as it is."""
        self._archive.add(observations, arrived_us)

    def add_frames(self, frames: Sequence[Frame]) -> list[StoredFrame]:
        """Keep pictures; the same picture of the same camera and time once."""
        return self._frames.add(self._connection, frames)

    def frames_between(
        self, camera: str, start_us: int, end_us: int, most: int
    ) -> list[StoredFrame]:
        """As `Frames.between`, with what the transaction has added."""
        return between(self._connection, camera, start_us, end_us, most)

    def pin_frames(self, frames: Sequence[StoredFrame]) -> None:
        """Keep frames whatever the limits; those that are not there are passed over."""
        pin(self._connection, frames)

    def add_rejects(self, rejects: Sequence[Reject]) -> None:
        """Put messages into quarantine."""
        add_rejects(self._connection, rejects)

    def settle_rejects(self, outcomes: Sequence[Outcome]) -> None:
        """Note of quarantined messages what became of them when they were played again."""
        settle_rejects(self._connection, outcomes)

    def append(self, events: Sequence[NewEvent]) -> list[RecordedEvent]:
        """Record events in the order given.

        Raises:
            StreamConflictError: An `expected_version` is not the stream's present one.
        """
        return self._events.append(events, self._clock.now())

    def save_leaves(self, leaves: Mapping[str, str]) -> None:
        """Keep what the engine remembers of each threshold, by its key; replaces."""
        if leaves:
            rows = [{"key": key, "body": body} for key, body in leaves.items()]
            self._connection.execute(_SAVE_LEAF, rows)

    def committed(self) -> None:
        """Make known to readers what this transaction has made durable."""
        self._archive.committed()


class Database(AccountBook):
    """A `Store` and the `Accounts`, on SQLite or PostgreSQL; safe to use from any thread."""

    def __init__(self, connections: Connections, frames_dir: Path, clock: _Clock) -> None:
        super().__init__(connections)
        self._archive = Archive(connections)
        self._log = EventLog(connections)
        self._quarantine = Quarantine(connections)
        self.frames = Frames(connections, frames_dir)
        self._clock = clock
        with connections.reading() as connection:
            self._archive.index.load(connection)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    @contextmanager
    def transaction(self) -> Iterator[DatabaseTransaction]:
        """Begin to write; commits on leaving, rolls back on an exception.

        Raises:
            StoreUnavailableError: Nothing was written.
        """
        with self._connections.writing() as connection:
            transaction = DatabaseTransaction(connection, self._archive, self.frames, self._clock)
            yield transaction
        transaction.committed()

    def observations(self, query: ArchiveQuery) -> list[StoredObservation]:
        """One page of the archive."""
        return self._archive.page(query)

    def history(self, since_us: int) -> Iterator[Sequence[Observation]]:
        """All observations from `since_us` on, in order of time, in chunks."""
        return self._archive.history(since_us)

    def archived(self, observations: Sequence[Observation]) -> set[tuple[str, str, int]]:
        """Which of these (device, quantity, time_us) the archive already has."""
        return self._archive.present(observations)

    def newest(self) -> list[Observation]:
        """The newest observation of every series."""
        return self._archive.newest()

    def events(self, after: int = 0, stream_prefix: str = "") -> Iterator[RecordedEvent]:
        """Events with a position above `after`, in order, of streams that begin so."""
        return self._log.events(after, stream_prefix)

    def stream_version(self, stream: str) -> int:
        """Version of the stream's last event; 0 where there is none."""
        return self._log.version(stream)

    def leaves(self) -> dict[str, str]:
        """What `save_leaves` kept."""
        with self._connections.reading() as connection:
            rows = connection.execute(select(LEAVES)).all()
        return {row.key: row.body for row in rows}

    def rejects(self, before: int | None, limit: int) -> list[StoredReject]:
        """Quarantined messages, newest first, with numbers below `before`."""
        return self._quarantine.rejects(before, limit)

    def reject_count(self) -> int:
        """How many messages are in quarantine."""
        return self._quarantine.count()

    def reject(self, number: int) -> StoredReject | None:
        """One quarantined message; None where there is none of that number."""
        return self._quarantine.reject(number)

    def waiting_rejects(
        self, after: int, limit: int, reason: Reason | None = None, topic: str | None = None
    ) -> list[StoredReject]:
        """Those that have not been played, oldest first, with numbers above `after`."""
        return self._quarantine.waiting(after, limit, reason, topic)

    def backlogs(self) -> list[Backlog]:
        """How many have not been played, by reason, most first."""
        return self._quarantine.backlogs()

    def ping(self) -> None:
        """Prove that the database can be written.

        Raises:
            StoreUnavailableError: It can't.
        """
        with self._connections.writing() as connection:
            connection.execute(_PING, {"at": str(to_us(self._clock.now()))})

    def verify_chain(self) -> int:
        """Check the event log's hash chain; the number of events checked.

        Raises:
            ValueError: Names the first position that does not fit.
        """
        return self._log.verify()


def open_database(url: str, frames_dir: Path, clock: _Clock, kind: Kind) -> Database:
    """Open a database, make or update its tables, and check that it is of that kind.

    Args:
        url: `sqlite:///path/to/file.db` (made where it does not exist) or
            `postgresql+psycopg://user@host/database`.
        frames_dir: Folder of the camera frames; made with the first frame.
        clock: Tells `recorded_at`.
        kind: A database is real or demo for ever, from its first opening.

    Raises:
        ValueError: The URL names neither.
        DatabaseKindError: It is of the other kind.
        DatabaseVersionError: It is newer than this program.
        StoreUnavailableError: It cannot be reached or written.
    """
    connections = Connections(url)
    try:
        prepare(connections, kind)
        return Database(connections, frames_dir, clock)
    except BaseException:
        connections.close()
        raise
