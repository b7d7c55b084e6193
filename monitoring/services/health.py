"""Health: what of ourselves works, said plainly enough for the wall and for a probe."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from monitoring.domain.brokers import LinkReport, LinkState
from monitoring.services.waiting import Lag

_GRAVITY = list(LinkState).index


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
class Link:
    """The link to one broker.

    Attributes:
        gap_at: When the broker was last found to have kept nothing for us, so that messages
            may be missing; None where that never was.
    """

    broker: str
    state: LinkState
    detail: str = ""
    gap_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot; details are sentences for people, without secrets.

    Attributes:
        links: In the order of the configuration.
    """

    links: tuple[Link, ...] = ()
    database: DatabaseState = DatabaseState.OK
    database_detail: str = ""
    engine: EngineState = EngineState.OK
    engine_detail: str = ""
    scheduler: SchedulerState = SchedulerState.STOPPED
    last_message_at: datetime | None = None
    lag: Lag = field(default_factory=Lag)

    @property
    def worst(self) -> Link | None:
        """The link that stands worst; None before there is any."""
        return max(self.links, key=lambda link: _GRAVITY(link.state), default=None)

    @property
    def broker(self) -> LinkState:
        """How the worst link stands."""
        return self.worst.state if self.worst else LinkState.CONNECTING

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

    def link(self, broker: str, report: LinkReport, at: datetime) -> None:
        """Report how the link to a broker stands since `at`."""
        with self._lock:
            links = {link.broker: link for link in self._health.links}
            former = links.get(broker)
            gap_at = at if report.has_gap else former.gap_at if former else None
            links[broker] = Link(broker, report.state, report.detail, gap_at)
            self._health = replace(self._health, links=tuple(links.values()))

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
