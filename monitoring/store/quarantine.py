"""Quarantine: messages that could not be used, kept as they came."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from monitoring.domain.observations import Reason, Reject
from monitoring.domain.quarantine import Backlog, Outcome, StoredReject, Trial
from monitoring.store.connections import Connections
from monitoring.store.schema import QUARANTINE


def add_rejects(connection: Connection, rejects: Sequence[Reject]) -> None:
    """Put messages into quarantine within the connection's transaction."""
    if rejects:
        connection.execute(
            insert(QUARANTINE),
            [
                {
                    "time": reject.time_us,
                    "topic": _storable(reject.topic),
                    "reason": reject.reason.value,
                    "detail": _storable(reject.detail),
                    "size": reject.size,
                    "payload": reject.payload,
                    "is_retained": reject.is_retained,
                }
                for reject in rejects
            ],
        )


def settle_rejects(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Note within the connection's transaction what became of messages played again."""
    for number, trial, refused in outcomes:
        values: dict[str, object] = {
            "is_played": trial.is_played, "tried_at": trial.at_us, "tried_by": trial.by,
        }  # fmt: skip
        if refused is not None:
            values |= {"reason": refused.reason.value, "detail": _storable(refused.detail)}
        connection.execute(
            update(QUARANTINE)
            .where(QUARANTINE.c.number == number, QUARANTINE.c.is_played.is_(False))
            .values(values)
        )


class Quarantine:
    """Reads the quarantine."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def rejects(self, before: int | None, limit: int) -> list[StoredReject]:
        """Messages with numbers below `before`, newest first."""
        statement = select(QUARANTINE).order_by(QUARANTINE.c.number.desc()).limit(limit)
        if before is not None:
            statement = statement.where(QUARANTINE.c.number < before)
        return self._read(statement)

    def reject(self, number: int) -> StoredReject | None:
        """One message; None where there is none of that number."""
        found = self._read(select(QUARANTINE).where(QUARANTINE.c.number == number))
        return found[0] if found else None

    def waiting(
        self, after: int, limit: int, reason: Reason | None, topic: str | None
    ) -> list[StoredReject]:
        """Those that have not been played, oldest first, with numbers above `after`."""
        statement = (
            select(QUARANTINE)
            .where(QUARANTINE.c.is_played.is_(False), QUARANTINE.c.number > after)
            .order_by(QUARANTINE.c.number)
            .limit(limit)
        )
        if reason is not None:
            statement = statement.where(QUARANTINE.c.reason == reason.value)
        if topic is not None:
            statement = statement.where(QUARANTINE.c.topic == topic)
        return self._read(statement)

    def backlogs(self) -> list[Backlog]:
        """How many have not been played, by reason, most first."""
        count = func.count().label("count")
        statement = (
            select(QUARANTINE.c.reason, count, func.max(QUARANTINE.c.time).label("newest"))
            .where(QUARANTINE.c.is_played.is_(False))
            .group_by(QUARANTINE.c.reason)
            .order_by(count.desc(), QUARANTINE.c.reason)
        )
        with self._connections.reading() as connection:
            rows = connection.execute(statement).all()
        return [Backlog(Reason(reason), n, newest) for reason, n, newest in rows]

    def count(self) -> int:
        """How many messages are in quarantine."""
        with self._connections.reading() as connection:
            return connection.scalar(select(func.count()).select_from(QUARANTINE)) or 0

    def _read(self, statement: Select[Any]) -> list[StoredReject]:
        with self._connections.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            StoredReject(
                row.number,
                Reject(
                    row.topic, Reason(row.reason), row.detail, row.payload, row.size, row.time,
                    row.is_retained,
                ),
                row.tried_at and Trial(row.tried_at, row.tried_by, row.is_played),
            )
            for row in rows
        ]  # fmt: skip


def _storable(words: str) -> str:
    """Text that any database takes; what it does not take appears as backslash escapes.

    A faulty message may quote half a surrogate pair or a NUL, and must not stop the intake
    for that.
    """
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
