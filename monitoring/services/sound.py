"""The sound desk: whether the walls may sound."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from monitoring.domain.events import NewEvent
from monitoring.domain.sound import Sound, SoundEvent, fold, restore, silence
from monitoring.services.ports import Store

STREAM: Final = "sound"


class SoundDesk:
    """The silence of this world's walls, folded; safe from any thread."""

    def __init__(self, store: Store, speed: float) -> None:
        self._store = store
        self._speed = speed
        self._lock = threading.Lock()
        self._sound = Sound()
        self._take(entry.event for entry in store.events(0, STREAM))

    def state(self) -> Sound:
        """Who has silenced the walls, if anybody, and until when."""
        return self._sound

    def silence(self, by: str, at: datetime, span: timedelta) -> Sound:
        """Record that `by` wants silence for a span of people's time.

        Raises:
            ValueError: The span is not within (0, 60 min].
        """
        return self._record(silence(by, at, span, self._speed), by, at)

    def restore(self, by: str, at: datetime) -> Sound:
        """Record that `by` ends the silence; nothing where there is none."""
        return self._record(restore(self._sound, by, at), by, at)

    def _record(self, decided: list[SoundEvent], by: str, at: datetime) -> Sound:
        with self._lock:
            if decided:
                with self._store.transaction() as transaction:
                    transaction.append([NewEvent(STREAM, event, at, by) for event in decided])
                self._take(decided)
            return self._sound

    def _take(self, events: Iterable[SoundEvent]) -> None:
        for event in events:
            self._sound = fold(self._sound, event)
