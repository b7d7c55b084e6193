"""Intake: what arrives is stored, judged and shown, and only then acknowledged.

One thread takes whatever has arrived as one batch: one transaction, one step of the
engine, one push. A message is acknowledged after its batch has been committed; where the
database is unavailable the same batch is tried again until it can be, and the broker
keeps what has not been acknowledged.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

import structlog

from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.domain.instants import to_us
from monitoring.domain.observations import (
    DeviceStatus,
    Observation,
    Quality,
    Reading,
    Reason,
    Reject,
)
from monitoring.domain.quarantine import Outcome, StoredReject, Trial
from monitoring.engine.judge import Judge, Step
from monitoring.services.alarms import STREAM, AlarmDesk
from monitoring.services.batches import Batch, Counters
from monitoring.services.health import DatabaseState, EngineState, HealthBoard
from monitoring.services.picture import Picture
from monitoring.services.ports import Clock, M, Store, StoreUnavailableError, Wire

ENGINE: Final = "engine"
BATCH: Final = 5_000  # messages
_ROOM: Final = 20_000  # messages that may wait …
_ROOM_BYTES: Final = 64 << 20  # … and their bytes
_RETRY_S: Final = (0.1, 0.3, 1.0, 3.0)

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Again:
    """Quarantined messages that somebody wants played again, and who waits for it."""

    rows: Sequence[StoredReject]
    by: str
    done: "Future[list[Outcome]]"


class Intake(Generic[M]):
    """Takes messages from the network thread and hands on what they say.

    Args:
        changed: Called after every batch that changed anything, from the intake's thread.
    """

    def __init__(
        self, wire: Wire[M], store: Store, judge: Judge, alarms: AlarmDesk, picture: Picture,
        health: HealthBoard, clock: Clock, changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self._wire, self._store, self._judge = wire, store, judge
        self._alarms, self._picture, self._health = alarms, picture, health
        self._clock, self._changed = clock, changed
        self._newest: dict[tuple[str, str], int] = {}
        self._arrived_us = 0
        self._waiting: deque[M] = deque()
        self._waiting_bytes = 0
        self._again: deque[_Again] = deque()
        self._is_ticked = False
        self._is_stopping = False
        self._wake = threading.Condition()
        self._counters = Counters()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    @property
    def counters(self) -> Counters:
        """What was taken in so far."""
        return self._counters

    def start(self, newest: Sequence[Observation]) -> None:
        """Begin; `newest` is the newest archived observation of each series."""
        self._newest = {(o.device, o.quantity): o.time_us for o in newest}
        self._wire.resume(newest)
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand; what waits stays with the broker."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def offer(self, messages: Sequence[M]) -> None:
        """Hand over messages in order of arrival; never blocks."""
        with self._wake:
            self._waiting.extend(messages)
            self._waiting_bytes += sum(len(m.payload) for m in messages)
            self._wake.notify()

    def again(self, rows: Sequence[StoredReject], by: str) -> "Future[list[Outcome]]":
        """Take in what quarantine kept, as if it had been understood when it first arrived."""
        asked = _Again(rows, by, Future())
        with self._wake:
            self._again.append(asked)
            self._wake.notify()
        return asked.done

    def has_room(self) -> bool:
        """Whether more may be read from the network."""
        return len(self._waiting) < _ROOM and self._waiting_bytes < _ROOM_BYTES

    def tick(self) -> None:
        """Let time pass where no message comes."""
        with self._wake:
            self._is_ticked = True
            self._wake.notify()

    def _run(self) -> None:
        while (messages := self._next()) is not None:
            try:
                self._take(messages)
            except Exception as error:  # outermost loop of the thread
                log.exception("intake failed", messages=len(messages))
                self._health.engine(EngineState.FAILED, f"intake failed: {error!r}")
            while self._again:
                self._play(self._again.popleft())

    def _next(self) -> list[M] | None:
        """The next batch, empty where only time has passed; None to stop."""
        with self._wake:
            while not (self._waiting or self._again or self._is_ticked or self._is_stopping):
                self._wake.wait()
            if self._is_stopping:
                return None
            self._is_ticked = False
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._waiting_bytes -= sum(len(m.payload) for m in batch)
            return batch

    def _take(self, messages: Sequence[M]) -> None:
        now = self._clock.now()
        self._settle(self._decode(messages, to_us(now)), messages, now)

    def _play(self, asked: _Again) -> None:
        """Take in messages of the past; what they said of connections is no longer so."""
        now = self._clock.now()
        batch = Batch()
        try:
            for row in asked.rows:
                readings = self._read(self._wire.message(row.reject), row.reject.time_us)
                rejects = [r for r in readings if isinstance(r, Reject)]
                batch.add(r for r in readings if not isinstance(r, Reject | DeviceStatus))
                trial = Trial(to_us(now), asked.by, is_played=not rejects)
                batch.outcomes.append(Outcome(row.number, trial, next(iter(rejects), None)))
            if self._settle(batch, (), now):
                asked.done.set_result(batch.outcomes)
        except Exception as error:  # whoever asked is told; the intake goes on
            log.exception("messages could not be played again", messages=len(asked.rows))
            asked.done.set_exception(error)

    def _settle(self, batch: Batch, messages: Sequence[M], now: datetime) -> bool:
        """Judge, store, acknowledge and show; False where we were stopped before it was stored."""
        fresh = self._fresh(batch.observations)
        step = self._step(fresh, now)
        if step.too_late:
            late = set(step.too_late)
            fresh = [o._replace(quality=Quality.TOO_LATE) if o in late else o for o in fresh]
        batch.observations, doubles = fresh, len(batch.observations) - len(fresh)
        recorded = self._commit(batch, step, now)
        if recorded is None:
            return False
        if messages:
            self._wire.acknowledge(messages)
            self._health.heard(now)
        self._show(batch, recorded, doubles)
        return True

    def _decode(self, messages: Sequence[M], arrived_us: int) -> Batch:
        batch = Batch()
        for message in messages:
            # Each message has an instant of its own: values that bear no time are of their
            # arrival, and two of one instant would be one.
            self._arrived_us = max(self._arrived_us + 1, arrived_us)
            readings = self._read(message, self._arrived_us)
            batch.ignored += not readings
            batch.add(readings)
        return batch

    def _read(self, message: M, arrived_us: int) -> Sequence[Reading]:
        try:
            return self._wire.decode(message, arrived_us)
        except Exception as error:  # a fault of ours must not stop or lose other messages
            log.exception("decoder failed", topic=repr(message.topic))
            topic = message.topic.decode(errors="backslashreplace")
            detail = f"our decoder failed ({error!r}); report it with this message"
            size = len(message.payload)
            return (Reject(topic, Reason.FAULT, detail, message.payload[:65536], size, arrived_us),)

    def _fresh(self, observations: Sequence[Observation]) -> list[Observation]:
        """Those that are new; only what is not newer than its series is looked up."""
        newest = self._newest
        fresh: list[Observation] = []
        doubtful: list[Observation] = []
        for observation in observations:
            key = (observation[0], observation[1])
            if observation[2] > newest.get(key, -1):
                newest[key] = observation[2]
                fresh.append(observation)
            else:
                doubtful.append(observation)
        if doubtful:
            known = {(o[0], o[1], o[2]) for o in fresh} | self._archived(doubtful)
            for observation in doubtful:
                instant = (observation[0], observation[1], observation[2])
                if instant not in known:
                    known.add(instant)
                    fresh.append(observation)
        return fresh

    def _archived(self, doubtful: Sequence[Observation]) -> set[tuple[str, str, int]]:
        known = self._until_stored(lambda: self._store.archived(doubtful))
        return known if known is not None else set()

    def _step(self, observations: Sequence[Observation], now: datetime) -> Step:
        """Judge; after a fault of ours go on storing, and say on the wall that none is judged."""
        if self._health.snapshot().engine is EngineState.FAILED:
            return Step()
        try:
            return self._judge.step(observations, now)
        except Exception as error:  # storing goes on; a restart judges from the archive
            log.exception("engine failed")
            self._health.engine(EngineState.FAILED, f"rules are not judged: {error!r}; restart")
            return Step()

    def _commit(self, batch: Batch, step: Step, now: datetime) -> list[RecordedEvent] | None:
        """Store all of it; None where we were stopped before it could be."""
        if batch.is_empty and not (step.events or step.leaves):
            return []
        events = [NewEvent(STREAM + e.alarm_id, e, now, ENGINE) for e in step.events]
        return self._until_stored(lambda: self._write(batch, step, events, to_us(now)))

    def _write(
        self, batch: Batch, step: Step, events: Sequence[NewEvent], arrived_us: int
    ) -> list[RecordedEvent]:
        with self._store.transaction() as transaction:
            transaction.add_observations(batch.observations, arrived_us)
            transaction.add_frames(batch.frames)
            transaction.add_rejects(batch.rejects)
            transaction.settle_rejects(batch.outcomes)
            transaction.save_leaves(step.leaves)
            return transaction.append(events)

    def _until_stored(self, work: Callable[[], T]) -> T | None:
        """Try until the database is there; None where we were stopped before."""
        attempt = 0
        while True:
            try:
                result = work()
            except StoreUnavailableError as error:
                self._health.database(DatabaseState.UNAVAILABLE, str(error))
                log.warning("database unavailable", detail=str(error), attempt=attempt)
                self._changed()
                with self._wake:
                    delay_s = _RETRY_S[min(attempt, len(_RETRY_S) - 1)]
                    if self._wake.wait_for(lambda: self._is_stopping, delay_s):
                        return None
                attempt += 1
            else:
                self._health.database(DatabaseState.OK)
                return result

    def _show(self, batch: Batch, recorded: Sequence[RecordedEvent], doubles: int) -> None:
        self._picture.take(batch.observations)
        self._picture.take_frames(batch.frames)
        self._picture.take_status(batch.statuses)
        self._alarms.take(recorded)
        self._counters = batch.counted(self._counters, doubles)
        self._changed()
