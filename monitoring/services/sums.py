"""Sums: how much has come together in a window, for showing.

The engine keeps its own sums and judges by them; these are read from the archive, at most
once in a minute of the observations' own time, so that looking costs little.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Quality
from monitoring.domain.site import Device
from monitoring.services.ports import ArchiveQuery, Store

_RENEWED: Final = timedelta(minutes=1)
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Sum:
    """What came together in a window `(at − w, at]`.

    Attributes:
        coverage: Share of the window for which observations are known, 0 to 1.
    """

    value: float
    at: datetime
    coverage: float


class Sums:
    """Sums of any series in the archive."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, str, timedelta], Sum] = {}

    def sum(self, device: Device, quantity: str, window: timedelta, newest: datetime) -> Sum:
        """The sum in the window that ends with the newest observation, or less than 1 min before.

        Raises:
            StoreUnavailableError: The archive can't be read.
        """
        key = (device.id, quantity, window)
        known = self._known.get(key)
        if known is None or newest - known.at >= _RENEWED:
            values = self._values(device.id, quantity, newest - window, newest)
            coverage = min(1.0, len(values) * device.cadence / window)
            known = self._known[key] = Sum(sum(values), newest, coverage)
        return known

    def _values(self, device: str, quantity: str, after: datetime, until: datetime) -> list[float]:
        """The good ones of `(after, until]`, oldest first."""
        values: list[float] = []
        last: tuple[int, str, str] | None = None
        start_us, end_us = to_us(after) + 1, to_us(until) + 1  # the query's end is open
        while True:
            rows = self._store.observations(
                ArchiveQuery(start_us, end_us, device, quantity, last, _PAGE)
            )
            seen = [row.observation for row in rows]
            values += [o.value for o in seen if o.quality is Quality.GOOD]
            if len(seen) < _PAGE:
                return values
            last = (seen[-1].time_us, device, quantity)
