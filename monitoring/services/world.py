"""The world: one clock, one log, one engine, its desks and what they show.

A live world is fed from the wire. Whatever would let a world act on the outside is handed
to it when it is built; a world that was not handed it can't.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final, Generic

from monitoring.domain.brokers import LinkReport
from monitoring.domain.events import NewEvent
from monitoring.domain.instants import span_us, to_us
from monitoring.domain.site import DeviceKind, Site
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from monitoring.services.alarms import STREAM, AlarmDesk
from monitoring.services.batches import Counters
from monitoring.services.depot import DepotDesk
from monitoring.services.devices import DeviceDesk
from monitoring.services.duty import DutyDesk
from monitoring.services.evidence import EvidenceDesk
from monitoring.services.health import Health, HealthBoard
from monitoring.services.inspection import Inspection, Reference
from monitoring.services.intake import ENGINE, Intake
from monitoring.services.maintenance import MaintenanceDesk
from monitoring.services.picture import TREND, Picture
from monitoring.services.ports import Clock, M, Store, Wire
from monitoring.services.replay import ReplayDesk
from monitoring.services.responses import ResponseDesk
from monitoring.services.retention import Retention
from monitoring.services.signals import SignalDesk
from monitoring.services.sound import SoundDesk
from monitoring.services.sums import Sums
from monitoring.services.warnings import WarningDesk

TRANSPORT_S: Final = 2.0  # wall-clock seconds that a signal may take to reach us


class Standing(StrEnum):
    """Whether what a world shows is so."""

    REAL = "real"
    DEMO = "demo"
    DRILL = "drill"


class World(Generic[M]):
    """Everything that stands on one clock.

    Args:
        speed: How many times as fast as the machine's the clock runs.
        standing: A demonstration or a drill says on every page that it is one.
        reference: What cameras see where they were set up.
        rebuild: Puts everything together anew after the site has got other devices.
    """

    def __init__(
        self, site: Site, clock: Clock, store: Store, wire: Wire[M], *,
        speed: float = 1.0, standing: Standing = Standing.REAL,
        reference: Reference = lambda _: None,
        rebuild: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.site = site
        self.clock = clock
        self.speed = speed
        self.standing = standing
        self.store = store
        self.board = HealthBoard()
        self.alarms = AlarmDesk(store)
        self.evidence = EvidenceDesk(site, store, self.alarms)
        self.sound = SoundDesk(store, speed)
        self.warnings = WarningDesk(site, store)
        self.responses = ResponseDesk(store)
        self.maintenance = MaintenanceDesk(site, store)
        self.duty = DutyDesk(site)
        self.depot = DepotDesk(site.depot, store)
        self.sums = Sums(store)
        self.retention = Retention(store.frames, site.frames, clock)
        self.devices = DeviceDesk(site, store, wire, rebuild)
        allowance = timedelta(seconds=TRANSPORT_S * speed)
        self.signals = SignalDesk(site, self.maintenance, allowance)
        self.picture = Picture(site, self.alarms, self.maintenance, allowance)
        self._watchers: set[Callable[[], None]] = set()
        self._lock = threading.Lock()
        self._judge = Judge(compile_site(site), site.lateness)
        self.inspection = Inspection(site, store, self.picture, clock, reference, self.changed)
        self.intake = Intake(
            wire, store, self.signals, self._judge, self.alarms, self.picture, self.evidence,
            self.inspection, self.board, clock, self.changed, speed,
        )  # fmt: skip
        self.replay = ReplayDesk(store, self.intake)

    def open(self) -> None:
        """Resume from the archive and begin to take in."""
        now = self.clock.now()
        newest = self.store.newest()
        latest_us = max((o.time_us for o in newest), default=to_us(now))
        since_us = latest_us - span_us(max(self._judge.memory, self.signals.memory, TREND))
        history = list(self.store.history(since_us))
        self.signals.load([[o for o in newest if o.time_us < since_us], *history])
        step = self._judge.load(history, self.store.leaves(), self.alarms.alarms(), now)
        if step.events or step.leaves:
            events = [NewEvent(STREAM + e.alarm_id, e, now, ENGINE) for e in step.events]
            with self.store.transaction() as transaction:
                transaction.save_leaves(step.leaves)
                pinned = self.evidence.pin(transaction, [], step.events, now)
                recorded = transaction.append([*events, *pinned])
            self.alarms.take(recorded)
            self.evidence.take(recorded)
        # Each observation once: the newest are part of what is recent.
        recent_us = latest_us - span_us(TREND)
        self.picture.take(o for o in newest if o.time_us <= recent_us)
        for chunk in history:
            self.picture.take(o for o in chunk if o.time_us > recent_us)
        cameras = (d.id for d in self.site.devices if d.kind is DeviceKind.CAMERA)
        frames = map(self.store.frames.newest, cameras)
        self.picture.take_frames(frame for frame in frames if frame)
        self.depot.open_ledger(now)
        self.inspection.start()
        self.intake.start(newest)

    def close(self) -> None:
        """Stop taking in; everything acknowledged is durable."""
        self.intake.stop()
        self.inspection.stop()

    def health(self) -> Health:
        """What of ourselves works, and how far behind we are."""
        return replace(self.board.snapshot(), lag=self.intake.lag())

    def link(self, broker: str, report: LinkReport) -> None:
        """Take what the link to a broker says of itself; from any thread."""
        self.board.link(broker, report, self.clock.now())
        self.changed()

    def counters(self) -> Counters:
        """What was taken in since the start."""
        return self.intake.counters

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change`, from any thread, after everything that changes the picture.

        Returns:
            A function that ends it.
        """
        with self._lock:
            self._watchers.add(on_change)
        return lambda: self._watchers.discard(on_change)

    def changed(self) -> None:
        """Tell the watchers that there is something new."""
        with self._lock:
            watchers = list(self._watchers)
        for on_change in watchers:
            on_change()
