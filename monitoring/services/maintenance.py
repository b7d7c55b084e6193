"""The maintenance desk: which devices are out, by whom, why and until when."""

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from monitoring.domain.events import NewEvent
from monitoring.domain.maintenance import (
    Maintenance,
    MaintenanceEvent,
    Periods,
    begin,
    current,
    end,
    fold,
)
from monitoring.domain.site import Site
from monitoring.services.ports import Store

STREAM: Final = "maintenance/"


class MaintenanceDesk:
    """Times in which devices are out, folded; safe from any thread."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store
        self._lock = threading.Lock()
        self._periods: dict[str, Periods] = {}
        self._take(entry.event for entry in store.events(0, STREAM))

    def since(self, at: datetime) -> Mapping[str, Periods]:
        """The times in which devices were out that end after an instant, by device."""
        ending = {
            device: tuple(period for period in periods if period.until > at)
            for device, periods in self._periods.items()
        }
        return {device: periods for device, periods in ending.items() if periods}

    def current(self, device: str, at: datetime) -> Maintenance | None:
        """How a device is out at an instant; None where it is not."""
        return current(self._periods.get(device, ()), at)

    def begin(
        self, device: str, by: str, reason: str, at: datetime, until: datetime
    ) -> Maintenance | None:
        """Record that `by` takes a device out.

        Raises:
            KeyError: There is no such device.
            ValueError: There is no reason, or the end is not within 30 days from now.
        """
        if device not in self._site.device:
            raise KeyError(device)
        with self._lock:
            known = self._periods.get(device, ())
            return self._record(device, begin(known, device, by, reason, at, until), by, at)

    def end(self, device: str, by: str, at: datetime) -> Maintenance | None:
        """Record that `by` gives a device back; nothing where it is not out.

        Raises:
            KeyError: There is no such device.
        """
        if device not in self._site.device:
            raise KeyError(device)
        with self._lock:
            return self._record(device, end(self._periods.get(device, ()), by, at), by, at)

    def _record(
        self, device: str, decided: list[MaintenanceEvent], by: str, at: datetime
    ) -> Maintenance | None:
        if decided:
            with self._store.transaction() as transaction:
                transaction.append([NewEvent(STREAM + device, event, at, by) for event in decided])
            self._take(decided)
        return self.current(device, at)

    def _take(self, events: Iterable[MaintenanceEvent]) -> None:
        periods = dict(self._periods)
        for event in events:
            periods[event.device] = fold(periods.get(event.device, ()), event)
        self._periods = periods  # replaced as a whole, so that readers need no lock
