"""Quarantine: messages that could not be used, kept as they came."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from monitoring.domain.observations import Reason, Reject
from monitoring.services.ports import StoredReject
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
                }
                for reject in rejects
            ],
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
        with self._connections.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            StoredReject(
                row.number,
                Reject(row.topic, Reason(row.reason), row.detail, row.payload, row.size, row.time),
            )
            for row in rows
        ]

    def count(self) -> int:
        """How many messages are in quarantine."""
        with self._connections.reading() as connection:
            return connection.scalar(select(func.count()).select_from(QUARANTINE)) or 0


def _storable(words: str) -> str:
    """Text that any database takes; what it does not take appears as backslash escapes.

    A faulty message may quote half a surrogate pair or a NUL, and must not stop the intake
    for that.
    """
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
