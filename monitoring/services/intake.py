"""Intake: what arrives is stored, judged and shown, and only then acknowledged.

One thread takes whatever has arrived as one batch: one transaction, one step of the
engine, one push. A message is acknowledged after its batch has been committed; where the
database is unavailable the same batch is tried again until it can be, and the broker
keeps what has not been acknowledged.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from itertools import groupby
from typing import Final, Generic, TypeVar

import structlog

from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.domain.instants import SECOND_US, to_us
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
from monitoring.services.batches import Again, Batch, Counters
from monitoring.services.evidence import EvidenceDesk
from monitoring.services.health import DatabaseState, EngineState, HealthBoard
from monitoring.services.inspection import Inspection
from monitoring.services.picture import Picture
from monitoring.services.ports import Clock, M, Store, StoreUnavailableError, Wire
from monitoring.services.signals import SignalDesk
from monitoring.services.waiting import Lag, Pace, Waiting

ENGINE: Final = "engine"
BATCH: Final = 5_000  # messages
_RETRY_S: Final = (0.1, 0.3, 1.0, 3.0)

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Intake(Generic[M]):
    """Takes messages from the network thread and hands on what they say.

    Args:
        changed: Called after every batch that changed anything, from the intake's thread.
        speed: How many times as fast as the machine's the clock runs.
    """

    def __init__(
        self, wire: Wire[M], store: Store, signals: SignalDesk, judge: Judge, alarms: AlarmDesk,
        picture: Picture, evidence: EvidenceDesk, inspection: Inspection, health: HealthBoard,
        clock: Clock, changed: Callable[[], None], speed: float = 1.0,
    ) -> None:  # fmt: skip
        self._wire, self._store, self._signals, self._judge = wire, store, signals, judge
        self._alarms, self._picture, self._health = alarms, picture, health
        self._evidence, self._inspection = evidence, inspection
        self._clock, self._changed = clock, changed
        self._newest: dict[tuple[str, str], int] = {}
        self._arrived_us = 0
        self._speed = speed
        self._waiting: Waiting[M] = Waiting()
        self._again: deque[Again] = deque()
        self._pace = Pace(speed)
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
        self._waiting.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def offer(self, messages: Sequence[M]) -> None:
        """Hand over messages in order of arrival; never blocks."""
        self._waiting.offer(messages, to_us(self._clock.now()))

    def again(self, rows: Sequence[StoredReject], by: str) -> "Future[list[Outcome]]":
        """Take in what quarantine kept, as if it had been understood when it first arrived."""
        asked = Again(rows, by, Future())
        self._again.append(asked)
        self._waiting.tick()
        return asked.done

    def has_room(self) -> bool:
        """Whether more may be read from the network."""
        return self._waiting.has_room()

    def tick(self) -> None:
        """Let time pass where no message comes."""
        self._waiting.tick()

    def lag(self) -> Lag:
        """How far behind we are at this moment."""
        now_us = to_us(self._clock.now())
        waiting, oldest_us = self._waiting.oldest(now_us)
        behind_us = max(oldest_us, self._pace.behind_us(now_us))
        return Lag(waiting, behind_us / SECOND_US / self._speed)

    def _run(self) -> None:
        while (messages := self._waiting.take(BATCH)) is not None:
            try:
                self._take(messages)
            except Exception as error:  # outermost loop of the thread
                log.exception("intake failed", messages=len(messages))
                self._health.engine(EngineState.FAILED, f"intake failed: {error!r}")
            while self._again:
                self._play(self._again.popleft())

    def _take(self, messages: Sequence[M]) -> None:
        now = self._clock.now()
        batch = self._decode(messages, to_us(now))
        fresh = self._stamp(self._fresh(batch.observations), to_us(now))
        if self._settle(batch, fresh, messages, now):
            self._pace.took(batch.observations, to_us(self._clock.now()))

    def _play(self, asked: Again) -> None:
        """Take in messages of the past; what they said of connections is no longer so."""
        now = self._clock.now()
        batch = Batch()
        arrivals: dict[Observation, int] = {}
        try:
            for row in asked.rows:
                readings = self._read(self._wire.message(row.reject), row.reject.time_us)
                rejects = [r for r in readings if isinstance(r, Reject)]
                batch.add(r for r in readings if not isinstance(r, Reject | DeviceStatus))
                for reading in readings:
                    if isinstance(reading, Observation):
                        arrivals.setdefault(reading, row.reject.time_us)
                trial = Trial(to_us(now), asked.by, is_played=not rejects)
                batch.outcomes.append(Outcome(row.number, trial, next(iter(rejects), None)))
            fresh = self._fresh(batch.observations)
            if self._settle(batch, self._stamp_past(fresh, arrivals), (), now):
                asked.done.set_result(batch.outcomes)
        except Exception as error:  # whoever asked is told; the intake goes on
            log.exception("messages could not be played again", messages=len(asked.rows))
            asked.done.set_exception(error)

    def _settle(
        self, batch: Batch, fresh: list[Observation], messages: Sequence[M], now: datetime
    ) -> bool:
        """Judge, store, acknowledge and show; False where we were stopped before it was stored."""
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

    def _stamp(self, observations: list[Observation], arrived_us: int) -> list[Observation]:
        """Check; after a fault of ours go on storing, but judge nothing that is not checked."""
        try:
            return self._signals.stamp(observations, arrived_us)
        except Exception as error:
            log.exception("signals could not be checked")
            self._health.engine(EngineState.FAILED, f"signals are not checked: {error!r}; restart")
            return observations

    def _stamp_past(
        self, observations: Sequence[Observation], arrivals: Mapping[Observation, int]
    ) -> list[Observation]:
        """Check each as of when it first arrived, or its device's clock would seem to be behind."""
        ordered = sorted(observations, key=arrivals.__getitem__)
        return [
            observation
            for arrived_us, together in groupby(ordered, arrivals.__getitem__)
            for observation in self._stamp(list(together), arrived_us)
        ]

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
        return self._until_stored(lambda: self._write(batch, step, events, now))

    def _write(
        self, batch: Batch, step: Step, events: Sequence[NewEvent], now: datetime
    ) -> list[RecordedEvent]:
        with self._store.transaction() as transaction:
            transaction.add_observations(batch.observations, to_us(now))
            frames = transaction.add_frames(batch.frames)
            transaction.add_rejects(batch.rejects)
            transaction.settle_rejects(batch.outcomes)
            transaction.save_leaves(step.leaves)
            pinned = self._evidence.pin(transaction, frames, step.events, now)
            return transaction.append([*events, *pinned])

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
                if self._waiting.rest(_RETRY_S[min(attempt, len(_RETRY_S) - 1)]):
                    return None
                attempt += 1
            else:
                self._health.database(DatabaseState.OK)
                return result

    def _show(self, batch: Batch, recorded: Sequence[RecordedEvent], doubles: int) -> None:
        self._picture.take(batch.observations)
        self._picture.take_frames(batch.frames)
        self._inspection.offer(batch.frames)
        self._picture.take_status(batch.statuses)
        self._alarms.take(recorded)
        self._evidence.take(recorded)
        self._counters = batch.counted(self._counters, doubles)
        self._changed()
