"""The event log: append-only, numbered without gaps, each row sealed with the one before.

A row's hash covers all its columns and the hash of the row before, so that whoever changes
or takes out a row breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, text

from monitoring.domain.events import NewEvent, RecordedEvent, decode, encode
from monitoring.domain.instants import from_us, to_us
from monitoring.services.ports import StreamConflictError
from monitoring.store.connections import Connections
from monitoring.store.schema import EVENTS

GENESIS: Final = ""
"""What stands for the hash before the first event's."""

_PAGE_ROWS: Final = 1000
_LAST_CHARACTER: Final = "\U0010ffff"
_APPEND_LOCK: Final = text("SELECT pg_advisory_xact_lock(7314521)")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as it is stored, in the order in which it is sealed."""

    position: int
    stream: str
    version: int
    kind: str
    body: str
    occurred_at: int
    recorded_at: int
    actor: str

    def seal(self, previous: str) -> str:
        """SHA-256 over the hash before and all columns, as hexadecimal text.

        A JSON list, because it tells `a, bc` from `ab, c`.
        """
        columns = [getattr(self, name) for name in self.__slots__]
        written = json.dumps([previous, *columns], separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


class EventWriter:
    """Appends events within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, events: Sequence[NewEvent], recorded_at: datetime) -> list[RecordedEvent]:
        """Record events in the order given.

        Several events of one decision may all name the version that it was made on, or
        each the version that the one before left.

        Raises:
            StreamConflictError: An `expected_version` is not the stream's present one.
        """
        if not events:
            return []
        if self._connection.dialect.name == "postgresql":
            # Held until the commit is visible: positions are committed in their order.
            self._connection.execute(_APPEND_LOCK)
        rows = self._rows(events, to_us(recorded_at))
        self._insert(rows)
        return [_recorded(row, event.event) for row, event in zip(rows, events, strict=True)]

    def _rows(self, events: Sequence[NewEvent], recorded_us: int) -> list[_Row]:
        position = self._connection.scalar(select(func.max(EVENTS.c.position))) or 0
        before = _versions(self._connection, {event.stream for event in events})
        versions = dict(before)
        rows = []
        for event in events:
            stream = event.stream
            if event.expected_version not in (None, before[stream], versions[stream]):
                raise StreamConflictError(
                    f"{stream} has version {versions[stream]}, not {event.expected_version};"
                    " load it and decide again"
                )
            position += 1
            versions[stream] += 1
            kind, body = encode(event.event)
            occurred_us = to_us(event.occurred_at)
            rows.append(
                _Row(
                    position,
                    stream,
                    versions[stream],
                    kind,
                    body,
                    occurred_us,
                    recorded_us,
                    event.actor,
                )
            )
        return rows

    def _insert(self, rows: Sequence[_Row]) -> None:
        before = select(EVENTS.c.hash).where(EVENTS.c.position == rows[0].position - 1)
        seal = self._connection.scalar(before) or GENESIS
        sealed = []
        for row in rows:
            seal = row.seal(seal)
            sealed.append({name: getattr(row, name) for name in row.__slots__} | {"hash": seal})
        self._connection.execute(insert(EVENTS), sealed)


class EventLog:
    """Reads the log."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def events(self, after: int, stream_prefix: str) -> Iterator[RecordedEvent]:
        """Events above position `after`, in order, of streams that begin with the prefix.

        Raises:
            ValueError: A newer version of the program has written an event.
        """
        for row, _ in self._stored(after, stream_prefix):
            yield _recorded(row, decode(row.kind, row.body))

    def version(self, stream: str) -> int:
        """Version of the stream's last event; 0 where there is none."""
        with self._connections.reading() as connection:
            return _versions(connection, {stream})[stream]

    def verify(self) -> int:
        """Check the whole chain; the number of events.

        Raises:
            ValueError: Names the first position that does not fit.
        """
        count, seal = 0, GENESIS
        for row, stored in self._stored(0, ""):
            count += 1
            if row.position != count:
                raise ValueError(f"event {count} is missing from the log; restore a backup")
            seal = row.seal(seal)
            if seal != stored:
                raise ValueError(
                    f"event {count} is not what was recorded: it was changed, or one before it"
                    " was replaced; compare it with a backup"
                )
        return count

    def _stored(self, after: int, stream_prefix: str) -> Iterator[tuple[_Row, str]]:
        """Rows with their hashes; a page is a read of its own, so that nothing is held open."""
        position = EVENTS.c.position
        statement = select(EVENTS).order_by(position).limit(_PAGE_ROWS)
        if stream_prefix:
            stream, last = EVENTS.c.stream, stream_prefix + _LAST_CHARACTER
            statement = statement.where(stream >= stream_prefix, stream <= last)
        while True:
            with self._connections.reading() as connection:
                rows: Sequence[Any] = connection.execute(statement.where(position > after)).all()
            for row in rows:
                yield _Row(*row[:-1]), row[-1]
            if len(rows) < _PAGE_ROWS:
                return
            after = rows[-1].position


def _versions(connection: Connection, streams: Iterable[str]) -> dict[str, int]:
    """Version of each stream's last event; 0 where there is none."""
    versions = dict.fromkeys(streams, 0)
    names = list(versions)
    for first in range(0, len(names), _PAGE_ROWS):
        statement = (
            select(EVENTS.c.stream, func.max(EVENTS.c.version))
            .where(EVENTS.c.stream.in_(names[first : first + _PAGE_ROWS]))
            .group_by(EVENTS.c.stream)
        )
        versions.update((stream, last) for stream, last in connection.execute(statement))
    return versions


def _recorded(row: _Row, event: object) -> RecordedEvent:
    return RecordedEvent(
        row.position,
        row.stream,
        row.version,
        event,
        from_us(row.occurred_at),
        from_us(row.recorded_at),
        row.actor,
    )
