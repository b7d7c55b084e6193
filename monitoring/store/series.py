"""Series: one number for each (device, quantity), and the hours in which it was heard.

The numbers keep archive rows short. They are known by heart, because a lookup in the
database for every observation would cost more than storing it.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select, text

from monitoring.domain.instants import SECOND_US
from monitoring.domain.observations import Observation
from monitoring.store.schema import SERIES

HOUR_US: Final = 3600 * SECOND_US

Name = tuple[str, str]
"""Device and quantity."""

Row = tuple[int, int, float, int, int]
"""Time, series, value, quality, arrival: an archive row."""

_REGISTER: Final = text(
    "INSERT INTO series (device, quantity) VALUES (:device, :quantity) ON CONFLICT DO NOTHING"
)
_MARK: Final = text(
    "INSERT INTO series_hours (series, hour) VALUES (:series, :hour) ON CONFLICT DO NOTHING"
)


class SeriesIndex:
    """What is known of all series; shared by the writer and any number of readers.

    The mappings only grow, and only by what has been committed, so that a reader needs no
    lock and never meets a number that was rolled back.
    """

    def __init__(self) -> None:
        self.numbers: Mapping[Name, int] = {}
        self.names: Mapping[int, Name] = {}
        self.heard: dict[int, int] = {}  # series → an hour that is marked, usually the present
        self._lock = threading.Lock()

    def load(self, connection: Connection) -> None:
        """Read all series."""
        rows = connection.execute(select(SERIES.c.id, SERIES.c.device, SERIES.c.quantity))
        self.learn({(device, quantity): number for number, device, quantity in rows}, {})

    def learn(self, numbers: Mapping[Name, int], heard: Mapping[int, int]) -> None:
        """Add series, and hours that are marked; both must be durable."""
        with self._lock:
            self.heard.update(heard)
            if numbers:
                self.numbers = {**self.numbers, **numbers}
                self.names = {number: name for name, number in self.numbers.items()}


class SeriesRegistration:
    """What one transaction adds to the index; `committed` makes it known."""

    def __init__(self, index: SeriesIndex, connection: Connection) -> None:
        self._index = index
        self._connection = connection
        self._new: dict[Name, int] = {}
        self._heard: dict[int, int] = {}

    def rows(self, observations: Iterable[Observation], arrived_us: int) -> list[Row]:
        """Archive rows of the observations; series that are new get their numbers."""
        numbers = self._index.numbers
        try:
            return _rows(observations, numbers, arrived_us)
        except KeyError:
            met = {(o.device, o.quantity) for o in observations}
            self._register(sorted(met.difference(numbers, self._new)))
            return _rows(observations, {**numbers, **self._new}, arrived_us)

    def mark(self, rows: Sequence[Row]) -> None:
        """Remember the hours in which the series of these rows were heard."""
        heard = self._index.heard
        marks = {(row[1], row[0] // HOUR_US) for row in rows}
        missing = sorted(mark for mark in marks if heard.get(mark[0]) != mark[1])
        if missing:
            self._connection.execute(_MARK, [{"series": s, "hour": hour} for s, hour in missing])
            self._heard.update(missing)

    def committed(self) -> None:
        """Make known what was added; to be called once it is durable."""
        self._index.learn(self._new, self._heard)

    def _register(self, names: Sequence[Name]) -> None:
        if not names:
            return
        self._connection.execute(_REGISTER, [{"device": d, "quantity": q} for d, q in names])
        wanted = set(names)
        rows = self._connection.execute(select(SERIES.c.device, SERIES.c.quantity, SERIES.c.id))
        self._new.update({(d, q): number for d, q, number in rows if (d, q) in wanted})


def _rows(
    observations: Iterable[Observation], numbers: Mapping[Name, int], arrived_us: int
) -> list[Row]:
    # `+quality` is a plain int: drivers store one ten times as fast as an enum member.
    return [
        (time_us, numbers[device, quantity], value, +quality, arrived_us)
        for device, quantity, time_us, value, quality in observations
    ]
