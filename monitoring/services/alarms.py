"""The alarm desk: alarms as the event log tells them, and people's acknowledgement."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from monitoring.domain.alarms import (
    Alarm,
    AlarmAcknowledged,
    AlarmEvent,
    AlarmRaised,
    AlarmReturned,
    acknowledge,
    fold,
)
from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.services.ports import Store

STREAM: Final = "alarm/"
_MOST_CHANGES: Final = 10_000  # kept at hand for "what changed since"; the log has them all


class ChangeKind(StrEnum):
    """What happened to an alarm."""

    RAISED = "raised"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"


_KINDS: Final[dict[type, ChangeKind]] = {
    AlarmRaised: ChangeKind.RAISED,
    AlarmReturned: ChangeKind.RETURNED,
    AlarmAcknowledged: ChangeKind.ACKNOWLEDGED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to an alarm, when it was recorded."""

    at: datetime
    kind: ChangeKind
    alarm: Alarm


class AlarmDesk:
    """Every alarm of this world, folded; safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._alarms: dict[str, Alarm] = {}
        self._holding: dict[str, Alarm] = {}
        self._changes: deque[tuple[datetime, ChangeKind, str]] = deque(maxlen=_MOST_CHANGES)
        self.take(store.events(0, STREAM))

    def take(self, recorded: Iterable[RecordedEvent]) -> None:
        """Fold events that were recorded; others than alarms' are passed over."""
        with self._lock:
            for entry in recorded:
                if not entry.stream.startswith(STREAM):
                    continue
                event: AlarmEvent = entry.event
                alarm = fold(self._alarms.get(event.alarm_id), event, entry.recorded_at)
                self._alarms[event.alarm_id] = alarm
                if kind := _KINDS.get(type(event)):
                    self._changes.append((entry.recorded_at, kind, event.alarm_id))
                if alarm.holds:
                    self._holding[event.alarm_id] = alarm
                else:
                    self._holding.pop(event.alarm_id, None)

    def alarms(self) -> list[Alarm]:
        """All alarms but withdrawn ones, newest onset first."""
        with self._lock:
            known = [a for a in self._alarms.values() if not a.is_withdrawn]
        return sorted(known, key=lambda a: (a.onset, a.raised.alarm_id), reverse=True)

    def holding(self) -> list[Alarm]:
        """Alarms whose condition still holds, gravest first, then newest onset first."""
        with self._lock:
            known = list(self._holding.values())
        known.sort(key=lambda a: (a.onset, a.raised.alarm_id), reverse=True)
        return sorted(known, key=lambda a: -a.raised.level.gravity)

    def changes(self, since: datetime) -> list[Change]:
        """What happened to alarms after an instant, newest first; withdrawn alarms left out."""
        with self._lock:
            recent = list(takewhile(lambda c: c[0] > since, reversed(self._changes)))
            told = [Change(at, kind, self._alarms[alarm_id]) for at, kind, alarm_id in recent]
        return [change for change in told if not change.alarm.is_withdrawn]

    def alarm(self, alarm_id: str) -> Alarm | None:
        """The alarm with that id."""
        with self._lock:
            return self._alarms.get(alarm_id)

    def acknowledge(self, alarm_id: str, by: str, at: datetime) -> Alarm:
        """Record that `by` has taken note; a second time changes nothing.

        Raises:
            KeyError: There is no such alarm.
        """
        with self._lock:
            # The lock is held across the append so that the decision and its record are
            # one step; the engine's own events never conflict with it (they are facts).
            alarm = self._alarms[alarm_id]
            decided = acknowledge(alarm, by, at)
            if decided:
                events = [NewEvent(STREAM + alarm_id, e, at, by) for e in decided]
                with self._store.transaction() as transaction:
                    recorded = transaction.append(events)
                self.take(recorded)
            return self._alarms[alarm_id]
