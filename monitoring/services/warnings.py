"""The warning desk: official warnings as they were entered, folded from the event log."""

from datetime import datetime
from typing import Final

from monitoring.domain.events import RecordedEvent
from monitoring.domain.site import Site
from monitoring.domain.warnings import (
    OfficialWarning,
    WarningCancelled,
    WarningReceived,
    Warnings,
    fold,
    take,
)
from monitoring.services.ports import Store
from monitoring.services.streams import Streams

STREAM: Final = "warning/"


class WarningDesk:
    """Every official warning of this world; safe from any thread."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._warnings = Warnings()
        self._streams = Streams(store, STREAM, self._fold)

    def state(self) -> Warnings:
        """What has come, as it stands."""
        return self._warnings

    def warnings(self) -> list[OfficialWarning]:
        """Every warning, newest first."""
        known = list(self._warnings.received.values())
        return sorted(known, key=lambda w: (w.issued.effective, w.issued.warning_id), reverse=True)

    def receive(self, message: WarningReceived, by: str, at: datetime) -> OfficialWarning:
        """Record a warning or an update, entered `by`; the same identifier twice counts once.

        Raises:
            WarningError: It contradicts itself.
            WarningConflictError: It contradicts what is known under its identifier.
        """
        stream = STREAM + message.warning_id
        self._streams.record(stream, lambda: take(self._warnings, message), by, at)
        return self._warnings.received[message.warning_id]

    def cancel(self, message: WarningCancelled, by: str, at: datetime) -> WarningCancelled:
        """Record that the met office lifted warnings; the same identifier twice counts once.

        Raises:
            WarningError: It names nothing.
            WarningConflictError: Its identifier is a warning's.
        """
        stream = STREAM + message.message_id
        self._streams.record(stream, lambda: take(self._warnings, message), by, at)
        return self._warnings.cancelled[message.message_id]

    def _fold(self, entry: RecordedEvent) -> None:
        self._warnings = fold(
            self._warnings, entry.event, entry.occurred_at, entry.actor, self._site
        )
