"""Health: what of ourselves works, said plainly enough for the wall and for a probe."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class LinkState(StrEnum):
    """Connection to the MQTT broker."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DOWN = "down"


class DatabaseState(StrEnum):
    """Whether what arrives can be kept."""

    OK = "ok"
    UNAVAILABLE = "unavailable"


class EngineState(StrEnum):
    """Whether the rules are being judged."""

    OK = "ok"
    FAILED = "failed"


class SchedulerState(StrEnum):
    """Whether timed work is done."""

    OK = "ok"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot; details are sentences for people, without secrets."""

    broker: LinkState = LinkState.CONNECTING
    broker_detail: str = ""
    database: DatabaseState = DatabaseState.OK
    database_detail: str = ""
    engine: EngineState = EngineState.OK
    engine_detail: str = ""
    scheduler: SchedulerState = SchedulerState.STOPPED
    last_message_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Whether every part works."""
        return (
            self.broker is LinkState.CONNECTED
            and self.database is DatabaseState.OK
            and self.engine is EngineState.OK
            and self.scheduler is SchedulerState.OK
        )


@dataclass(slots=True)
class HealthBoard:
    """Where the parts report; safe from any thread."""

    _health: Health = field(default_factory=Health)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def snapshot(self) -> Health:
        """The present health."""
        with self._lock:
            return self._health

    def link(self, state: LinkState, detail: str = "") -> None:
        """Report the broker link."""
        with self._lock:
            self._health = replace(self._health, broker=state, broker_detail=detail)

    def database(self, state: DatabaseState, detail: str = "") -> None:
        """Report the database."""
        with self._lock:
            self._health = replace(self._health, database=state, database_detail=detail)

    def engine(self, state: EngineState, detail: str = "") -> None:
        """Report the engine."""
        with self._lock:
            self._health = replace(self._health, engine=state, engine_detail=detail)

    def scheduler(self, state: SchedulerState) -> None:
        """Report the scheduler."""
        with self._lock:
            self._health = replace(self._health, scheduler=state)

    def heard(self, at: datetime) -> None:
        """Report that a message came."""
        with self._lock:
            self._health = replace(self._health, last_message_at=at)
