"""The maintenance desk: which devices are out, by whom, why and until when."""

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from monitoring.domain.events import NewEvent
from monitoring.domain.maintenance import (
    Maintenance,
    MaintenanceEvent,
    MaintenanceLog,
    begin,
    end,
    fold,
)
from monitoring.domain.site import Site
from monitoring.services.ports import Store

STREAM: Final = "maintenance/"
_NOTHING: Final = MaintenanceLog()


class MaintenanceDesk:
    """Times in which devices are out, folded; safe from any thread."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store
        self._lock = threading.Lock()
        self._logs: dict[str, MaintenanceLog] = {}
        self._take(entry.event for entry in store.events(0, STREAM))

    def since(self, at: datetime) -> Mapping[str, tuple[Maintenance, ...]]:
        """The times in which devices were or are out that end after an instant, by device."""
        ending = {
            device: tuple(period for period in log.periods if period.until > at)
            for device, log in self._logs.items()
        }
        return {device: periods for device, periods in ending.items() if periods}

    def current(self, device: str, at: datetime) -> Maintenance | None:
        """How a device is out at an instant; None where it is not."""
        return self._logs.get(device, _NOTHING).current(at)

    def begin(
        self, device: str, request: str, by: str, reason: str, at: datetime, until: datetime
    ) -> Maintenance | None:
        """Record that `by` takes a device out; how it is out then.

        The same request twice has the effect of once.

        Raises:
            KeyError: There is no such device.
            ValueError: There is no reason, or the end is not within 30 days from now.
        """
        with self._lock:
            log = self._log(device)
            self._record(device, begin(log, device, request, by, reason, at, until), by, at)
        return self.current(device, at)

    def end(self, device: str, request: str, by: str, at: datetime) -> Maintenance | None:
        """Record that `by` gives a device back; nothing where it is not out.

        Raises:
            KeyError: There is no such device.
        """
        with self._lock:
            self._record(device, end(self._log(device), request, by, at), by, at)
        return self.current(device, at)

    def _log(self, device: str) -> MaintenanceLog:
        if device not in self._site.device:
            raise KeyError(device)
        return self._logs.get(device, _NOTHING)

    def _record(self, device: str, decided: list[MaintenanceEvent], by: str, at: datetime) -> None:
        if decided:
            with self._store.transaction() as transaction:
                transaction.append([NewEvent(STREAM + device, event, at, by) for event in decided])
            self._take(decided)

    def _take(self, events: Iterable[MaintenanceEvent]) -> None:
        logs = dict(self._logs)
        for event in events:
            logs[event.device] = fold(logs.get(event.device, _NOTHING), event)
        self._logs = logs  # replaced as a whole, so that readers need no lock
