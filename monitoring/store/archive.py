"""The archive of observations: written in batches, read by page, in full, or the newest.

Rows lie in order of time, which writers and whole-history readers want. A reader of a few
series goes through the hours in which `series_hours` has them, and no others.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, text, tuple_

from monitoring.domain.observations import Observation, Quality
from monitoring.services.ports import ArchiveQuery, StoredObservation
from monitoring.store.connections import Connections
from monitoring.store.schema import OBSERVATIONS, SERIES, SERIES_HOURS
from monitoring.store.series import HOUR_US, Row, SeriesIndex, SeriesRegistration

_CHUNK_ROWS: Final = 50_000
_QUALITIES: Final = tuple(Quality)
_COLUMNS: Final = tuple(OBSERVATIONS.c)
_INSERT: Final = "INSERT INTO observations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_LAST_HOURS: Final = select(
    SERIES.c.id,
    select(func.max(SERIES_HOURS.c.hour))
    .where(SERIES_HOURS.c.series == SERIES.c.id)
    .scalar_subquery(),
)
_NEWEST: Final = text(
    "SELECT time, series, value, quality, arrived FROM observations"
    " WHERE series = :series AND time >= :start AND time < :end ORDER BY time DESC LIMIT 1"
)
# Thousands of keys go as one value: as parameters they are either too many or not looked up
# one by one. SQLite keeps the order of a CROSS JOIN, so that each key is one step down the tree.
_PRESENT_SQLITE: Final = text(
    "SELECT o.time, o.series FROM json_each(:keys) AS k CROSS JOIN observations AS o"
    " WHERE o.time = json_extract(k.value, '$[0]') AND o.series = json_extract(k.value, '$[1]')"
)
_PRESENT_POSTGRESQL: Final = text(
    "SELECT o.time, o.series FROM json_array_elements(CAST(:keys AS json)) AS k (pair)"
    " JOIN observations AS o ON o.time = CAST(k.pair ->> 0 AS bigint)"
    " AND o.series = CAST(k.pair ->> 1 AS integer)"
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
        keys = json.dumps(
            [
                (o.time_us, numbers[o.device, o.quantity])
                for o in observations
                if (o.device, o.quantity) in numbers
            ]
        )
        statement = _PRESENT_POSTGRESQL if self._connections.is_postgresql else _PRESENT_SQLITE
        with self._connections.reading() as connection:
            rows = connection.execute(statement, {"keys": keys}).all()
        return {(*self.index.names[series], time_us) for time_us, series in rows}

    def newest(self) -> list[Observation]:
        """The newest observation of every series, oldest first."""
        rows: list[Any] = []
        with self._connections.reading() as connection:
            # One by one: what planners make of a single statement for all may read everything.
            for series, hour in connection.execute(_LAST_HOURS).all():
                span = {"start": hour * HOUR_US, "end": (hour + 1) * HOUR_US}
                rows += connection.execute(_NEWEST, {"series": series} | span).all()
        return sorted(self._observations(rows), key=attrgetter("time_us"))

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
