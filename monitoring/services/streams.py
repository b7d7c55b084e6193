"""Streams of the log that people decide on: every decision rests on the version it was made on."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.services.ports import Store, StreamConflictError

_ATTEMPTS: Final = 20


class Streams:
    """All streams that begin with a prefix, each event handed on once and in order.

    Args:
        on_event: Folds an event; called from whichever thread records, one at a time.
    """

    def __init__(
        self, store: Store, prefix: str, on_event: Callable[[RecordedEvent], None]
    ) -> None:
        self._lock = threading.RLock()
        self._store = store
        self._on_event = on_event
        self._versions: dict[str, int] = {}
        self._take(store.events(0, prefix))

    def record(
        self, stream: str, decide: Callable[[], Sequence[Any]], by: str, at: datetime
    ) -> None:
        """Record what is decided; where somebody else was first, it is decided again.

        Args:
            decide: The events, as of what was handed on by then; it may refuse by raising.

        Raises:
            StreamConflictError: Somebody else was first time and again.
        """
        with self._lock:
            for attempt in range(_ATTEMPTS):
                known = self._versions.get(stream, 0)
                events = [NewEvent(stream, event, at, by, known) for event in decide()]
                try:
                    recorded = self._append(events)
                except StreamConflictError:
                    if attempt == _ATTEMPTS - 1:
                        raise
                    self._take(self._store.events(0, stream))
                else:
                    self._take(recorded)
                    return

    def _append(self, events: Sequence[NewEvent]) -> list[RecordedEvent]:
        if not events:
            return []
        with self._store.transaction() as transaction:
            return transaction.append(events)

    def _take(self, recorded: Iterable[RecordedEvent]) -> None:
        for entry in recorded:
            if entry.version > self._versions.get(entry.stream, 0):
                self._versions[entry.stream] = entry.version
                self._on_event(entry)
