"""Inspection: every camera's newest picture is looked at, and what it is worth recorded.

It has a thread of its own, so that the intake never waits for a picture to be decoded. Of a
camera only the newest picture waits; where the thread can't keep up, the ones between are
stored all the same, but not looked at, and counted.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from monitoring.domain.cameras import PictureJudged, Sight
from monitoring.domain.events import NewEvent
from monitoring.domain.instants import from_us
from monitoring.domain.observations import Frame
from monitoring.domain.site import Device, DeviceKind, Site
from monitoring.engine.lookout import REMEMBERED, Lookout
from monitoring.services.frame_ports import StoredFrame
from monitoring.services.luma import luma
from monitoring.services.picture import Picture
from monitoring.services.ports import Clock, Store, StoreUnavailableError

STREAM: Final = "camera/"
INSPECTION: Final = "inspection"
_RETRY_S: Final = 1.0

Reference = Callable[[str], bytes | None]
"""The JPEG that shows what a camera sees where it was set up; None where there is none."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Inspected:
    """How many pictures have been looked at since the start.

    Attributes:
        skipped: Not looked at, because a newer one came first or the check failed.
        waiting: Cameras whose newest picture has not been looked at yet.
    """

    looked_at: int = 0
    skipped: int = 0
    waiting: int = 0


class Inspection:
    """Looks at pictures that have been stored.

    Args:
        changed: Called when a camera's verdict has changed, from a thread of our own.
    """

    def __init__(
        self, site: Site, store: Store, picture: Picture, clock: Clock, reference: Reference,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self._cameras = {d.id: d for d in site.devices if d.kind is DeviceKind.CAMERA}
        self._store, self._picture, self._clock = store, picture, clock
        self._reference, self._changed = reference, changed
        self._lookouts: dict[str, Lookout] = {}
        self._known: dict[str, Sight] = {}
        self._looked_us: dict[str, int] = {}
        self._waiting: dict[str, int] = {}  # time of the newest picture, by camera
        self._looked_at = self._skipped = 0
        self._is_stopping = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="inspection", daemon=True)

    def start(self) -> None:
        """Take up what was known, and begin."""
        for entry in self._store.events(0, STREAM):
            judged: PictureJudged = entry.event
            self._known[judged.camera] = Sight(judged.verdict, judged.since)
        self._picture.take_sights(self._known)
        self._thread.start()

    def stop(self) -> None:
        """Finish the picture in hand."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def offer(self, frames: Iterable[Frame]) -> None:
        """Pictures that have been stored; never blocks."""
        with self._wake:
            for frame in frames:
                if frame.camera not in self._cameras:
                    continue
                looked_us = self._looked_us.get(frame.camera, -1)
                newest_us = self._waiting.get(frame.camera, looked_us)
                if frame.time_us == newest_us:  # the broker has delivered it again
                    continue
                self._skipped += frame.camera in self._waiting or frame.time_us < newest_us
                if frame.time_us > newest_us:
                    self._waiting[frame.camera] = frame.time_us
            self._wake.notify()

    def inspected(self) -> Inspected:
        """How far we are."""
        with self._wake:
            return Inspected(self._looked_at, self._skipped, len(self._waiting))

    def _run(self) -> None:
        while (due := self._next()) is not None:
            camera, time_us = due
            try:
                self._look(self._cameras[camera], time_us)
            except StoreUnavailableError:  # until we were stopped
                continue
            except Exception:  # outermost loop of the thread: one picture must not stop the others
                log.exception("a picture could not be inspected", camera=camera)
                with self._wake:
                    self._looked_at, self._skipped = self._looked_at - 1, self._skipped + 1

    def _next(self) -> tuple[str, int] | None:
        """The camera that has waited longest, and its newest picture; None to stop."""
        with self._wake:
            self._wake.wait_for(lambda: self._waiting or self._is_stopping)
            if self._is_stopping:
                return None
            camera = next(iter(self._waiting))
            self._looked_us[camera] = self._waiting.pop(camera)
            self._looked_at += 1
            return camera, self._looked_us[camera]

    def _look(self, camera: Device, time_us: int) -> None:
        frames = self._store.frames
        frame = self._patiently(lambda: frames.newest(camera.id, time_us))
        if frame is None:  # deleted meanwhile
            return
        lookout = self._lookouts.get(camera.id)
        if lookout is None:
            lookout = self._patiently(lambda: self._resumed(camera, frame))
            self._lookouts[camera.id] = lookout
        sight = lookout.look(luma(frames.picture(frame.sha256)), from_us(frame.time_us))
        if sight != self._known.get(camera.id):
            judged = PictureJudged(camera.id, sight.verdict, sight.since, frame.sha256)
            self._patiently(lambda: self._record(judged))

    def _resumed(self, camera: Device, frame: StoredFrame) -> Lookout:
        """A lookout that has seen the pictures before this one."""
        jpeg = self._reference(camera.id)
        place = None if jpeg is None else luma(jpeg)
        if jpeg is not None and place is None:
            log.warning("a reference is no JPEG; shifts can't be noticed", camera=camera.id)
        lookout = Lookout(camera.check, place)
        frames = self._store.frames
        for before in frames.between(camera.id, 0, frame.time_us - 1, REMEMBERED):
            with suppress(FileNotFoundError):  # deleted meanwhile
                lookout.look(luma(frames.picture(before.sha256)), from_us(before.time_us))
        lookout.resume(self._known.get(camera.id))
        return lookout

    def _record(self, judged: PictureJudged) -> None:
        """Write it down, and then show it."""
        now = self._clock.now()
        with self._store.transaction() as transaction:
            transaction.append([NewEvent(STREAM + judged.camera, judged, now, INSPECTION)])
        self._known[judged.camera] = Sight(judged.verdict, judged.since)
        self._picture.take_sights(self._known)
        self._changed()

    def _patiently(self, work: Callable[[], T]) -> T:
        """Try until the database is there.

        Raises:
            StoreUnavailableError: We were stopped before.
        """
        while True:
            try:
                return work()
            except StoreUnavailableError as error:
                log.warning("pictures can't be inspected", detail=str(error))
                with self._wake:
                    if self._wake.wait_for(lambda: self._is_stopping, _RETRY_S):
                        raise
