"""The archive of observations: written in batches, read by page, in full, or the newest.

Rows lie in order of time, which writers and whole-history readers want. A reader of a few
series goes through the hours in which `series_hours` has them, and no others.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Connection, Select, select, text, tuple_

from monitoring.domain.observations import Observation, Quality
from monitoring.services.ports import ArchiveQuery, StoredObservation
from monitoring.store.connections import Connections
from monitoring.store.schema import OBSERVATIONS, SERIES, SERIES_HOURS
from monitoring.store.series import HOUR_US, Row, SeriesIndex, SeriesRegistration

_CHUNK_ROWS: Final = 50_000
_KEYS: Final = 1000  # in one statement; each is two of the 32,766 parameters of SQLite
_QUALITIES: Final = tuple(Quality)
_COLUMNS: Final = tuple(OBSERVATIONS.c)
_INSERT: Final = "INSERT INTO observations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_NEWEST: Final = text(
    "SELECT o.time, o.series, o.value, o.quality, o.arrived"
    " FROM (SELECT series, max(hour) AS hour FROM series_hours GROUP BY series) AS h"
    " JOIN observations AS o ON o.series = h.series AND o.time = ("
    "  SELECT max(time) FROM observations WHERE series = h.series"
    "  AND time >= h.hour * :hour_us AND time < (h.hour + 1) * :hour_us)"
    " ORDER BY o.time, o.series"
)


class ArchiveWriter:
    """Adds observations within one transaction."""

    def __init__(self, index: SeriesIndex, connection: Connection) -> None:
        self._connection = connection
        self._registration = SeriesRegistration(index, connection)

    def add(self, observations: Sequence[Observation], arrived_us: int) -> None:
        """Archive observations; of several with the same key the first stays."""
        if not observations:
            return
        rows = self._registration.rows(observations, arrived_us)
        if self._connection.dialect.name == "postgresql":
            from monitoring.store.copying import copy_rows  # noqa: PLC0415 - needs its driver

            copy_rows(self._connection, rows)
        else:
            self._connection.exec_driver_sql(_INSERT, rows)
        self._registration.mark(rows)

    def committed(self) -> None:
        """To be called once the transaction is durable."""
        self._registration.committed()


class Archive:
    """Reads the archive."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.index = SeriesIndex()

    def page(self, query: ArchiveQuery) -> list[StoredObservation]:
        """One page, in order of time and then of the series' first appearance.

        Where `query.after` names a series that does not exist, its instant begins anew:
        rows may come twice, but none is left out.
        """
        rows: list[Any] = []
        with self._connections.reading() as connection:
            for start_us, end_us in self._spans(connection, query):
                statement = self._statement(query, start_us, end_us).limit(query.limit - len(rows))
                rows += connection.execute(statement).all()
                if len(rows) >= query.limit:
                    break
        return [
            StoredObservation(observation, row[4])
            for observation, row in zip(self._observations(rows), rows, strict=True)
        ]

    def history(self, since_us: int) -> Iterator[Sequence[Observation]]:
        """Everything from `since_us` on, in order of time, in chunks.

        Each chunk is a read of its own, so that a slow consumer keeps no old state of the
        database alive.
        """
        after = (since_us, -1)
        key = tuple_(OBSERVATIONS.c.time, OBSERVATIONS.c.series)
        ordered = select(*_COLUMNS).order_by(OBSERVATIONS.c.time, OBSERVATIONS.c.series)
        while True:
            with self._connections.reading() as connection:
                rows = connection.execute(ordered.where(key > after).limit(_CHUNK_ROWS)).all()
            if rows:
                yield self._observations(rows)
            if len(rows) < _CHUNK_ROWS:
                return
            after = (rows[-1].time, rows[-1].series)

    def present(self, observations: Sequence[Observation]) -> set[tuple[str, str, int]]:
        """Which of these (device, quantity, time_us) are archived."""
        numbers = self.index.numbers
        keys = [
            (o.time_us, numbers[o.device, o.quantity])
            for o in observations
            if (o.device, o.quantity) in numbers
        ]
        key = tuple_(OBSERVATIONS.c.time, OBSERVATIONS.c.series)
        rows: list[Any] = []
        with self._connections.reading() as connection:
            for first in range(0, len(keys), _KEYS):
                asked = keys[first : first + _KEYS]
                rows += connection.execute(select(*_COLUMNS).where(key.in_(asked))).all()
        return {(o.device, o.quantity, o.time_us) for o in self._observations(rows)}

    def newest(self) -> list[Observation]:
        """The newest observation of every series, oldest first."""
        with self._connections.reading() as connection:
            rows = connection.execute(_NEWEST, {"hour_us": HOUR_US}).all()
        return self._observations(rows)

    def _statement(self, query: ArchiveQuery, start_us: int, end_us: int) -> Select[Any]:
        time, series = OBSERVATIONS.c.time, OBSERVATIONS.c.series
        statement = select(*_COLUMNS).where(time >= start_us, time < end_us)
        if query.device is not None or query.quantity is not None:
            statement = statement.where(series.in_(_series_of(query)))
        if query.after is not None:
            time_us, device, quantity = query.after
            number = self.index.numbers.get((device, quantity), 0)
            statement = statement.where(tuple_(time, series) > (time_us, number))
        return statement.order_by(time, series)

    def _spans(self, connection: Connection, query: ArchiveQuery) -> Iterable[tuple[int, int]]:
        """The parts of the period in which the series asked for were heard at all."""
        start_us = max(query.start_us, query.after[0]) if query.after else query.start_us
        if query.device is None and query.quantity is None:
            return [(start_us, query.end_us)]
        hours = connection.scalars(
            select(SERIES_HOURS.c.hour)
            .where(SERIES_HOURS.c.series.in_(_series_of(query)))
            .where(SERIES_HOURS.c.hour.between(start_us // HOUR_US, query.end_us // HOUR_US))
            .distinct()
            .order_by(SERIES_HOURS.c.hour)
        ).all()
        return [
            (max(first * HOUR_US, start_us), min((last + 1) * HOUR_US, query.end_us))
            for first, last in _runs(hours)
        ]

    def _observations(self, rows: Sequence[Any]) -> list[Observation]:
        try:
            return self._named(rows)
        except KeyError:  # committed a moment ago, or by another process
            with self._connections.reading() as connection:
                self.index.load(connection)
            return self._named(rows)

    def _named(self, rows: Sequence[Row]) -> list[Observation]:
        names = self.index.names
        return [
            Observation(*names[series], time_us, value, _QUALITIES[quality])
            for time_us, series, value, quality, _ in rows
        ]


def _series_of(query: ArchiveQuery) -> Select[tuple[int]]:
    statement = select(SERIES.c.id)
    if query.device is not None:
        statement = statement.where(SERIES.c.device == query.device)
    if query.quantity is not None:
        statement = statement.where(SERIES.c.quantity == query.quantity)
    return statement


def _runs(hours: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of every run of consecutive hours."""
    if not hours:
        return
    first = hours[0]
    for hour, following in pairwise(hours):
        if following != hour + 1:
            yield first, hour
            first = following
    yield first, hours[-1]
