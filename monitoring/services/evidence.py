"""Evidence: the pictures of an alarm's segments round its onset are pinned to the alarm.

Pictures and alarms come in any order: those from before are pinned with the event that raises
the alarm, later ones with the transaction that stores them. So no crash comes between, and
what the broker delivers again is pinned already.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from monitoring.domain.alarms import AlarmEvent, AlarmRaised, AlarmRevised
from monitoring.domain.cameras import PINNED, FramesPinned, PinnedFrame
from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.domain.instants import from_us, span_us, to_us
from monitoring.domain.site import DeviceKind, Site
from monitoring.services.alarms import AlarmDesk
from monitoring.services.frame_ports import StoredFrame
from monitoring.services.ports import Store, Transaction

STREAM: Final = "evidence/"
EVIDENCE: Final = "evidence"
_SPAN_US: Final = span_us(PINNED)
_MOST: Final = 10_000  # frames of one camera in that span
_AT_HAND: Final = 256  # alarms whose frames are kept in memory; the log has them all


class EvidenceDesk:
    """Which pictures are evidence of which alarm; safe from any thread."""

    def __init__(self, site: Site, store: Store, alarms: AlarmDesk) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._cameras: dict[str, list[str]] = {  # by segment
            segment: [d.id for d in devices if d.kind is DeviceKind.CAMERA]
            for segment, devices in site.devices_of.items()
        }
        self._segments_of = {d.id: d.segments for d in site.devices if d.kind is DeviceKind.CAMERA}
        self._onsets: dict[str, list[tuple[int, str]]] = {s: [] for s in self._cameras}
        self._frames: OrderedDict[str, dict[PinnedFrame, None]] = OrderedDict()
        for alarm in alarms.alarms():
            self._expect(alarm.raised.alarm_id, alarm.raised.segments, alarm.onset)
        self._alarms = alarms

    def pin(
        self,
        transaction: Transaction,
        added: Sequence[StoredFrame],
        told: Sequence[AlarmEvent],
        at: datetime,
    ) -> list[NewEvent]:
        """Pin within a transaction what it makes evidence; the events to be recorded with it.

        Args:
            transaction: Has stored the frames.
            added: Frames that have just come.
            told: Alarm events that are recorded with them.
            at: The present instant.
        """
        wanted: dict[str, dict[StoredFrame, None]] = {}
        for alarm_id, camera, onset_us in self._raised(told):
            start_us, end_us = onset_us - _SPAN_US, onset_us + _SPAN_US
            found = transaction.frames_between(camera, start_us, end_us, _MOST)
            wanted.setdefault(alarm_id, {}).update(dict.fromkeys(found))
        for frame in added:
            for alarm_id in self._awaited_by(frame):
                wanted.setdefault(alarm_id, {})[frame] = None
        events = []
        for alarm_id, frames in wanted.items():
            with self._lock:
                known = self._known(alarm_id)
                fresh = {pinned: f for f in frames if (pinned := _pinned(f)) not in known}
            if fresh:
                transaction.pin_frames(list(fresh.values()))
                event = FramesPinned(alarm_id, tuple(fresh))
                events.append(NewEvent(STREAM + alarm_id, event, at, EVIDENCE))
        return events

    def take(self, recorded: Iterable[RecordedEvent]) -> None:
        """Take note of what was recorded; what concerns neither alarms nor frames is let be."""
        for entry in recorded:
            match entry.event:
                case AlarmRaised() as raised:
                    self._expect(raised.alarm_id, raised.segments, raised.onset)
                case AlarmRevised() as revised:
                    if alarm := self._alarms.alarm(revised.alarm_id):
                        self._expect(revised.alarm_id, alarm.raised.segments, revised.onset)
                case FramesPinned() as pinned:
                    with self._lock:
                        known = self._frames.get(pinned.alarm)
                        if known is not None:
                            known.update(dict.fromkeys(pinned.frames))

    def frames(self, alarm_id: str) -> tuple[PinnedFrame, ...]:
        """The frames pinned to an alarm, in the order in which they were.

        Raises:
            StoreUnavailableError: They are not at hand, and the log can't be read.
        """
        with self._lock:
            return tuple(self._known(alarm_id))

    def _known(self, alarm_id: str) -> dict[PinnedFrame, None]:
        """What is pinned to an alarm; read under the lock, so that nothing comes between."""
        if alarm_id not in self._frames:
            stream = STREAM + alarm_id
            entries = [e for e in self._store.events(0, stream) if e.stream == stream]
            frames = (frame for entry in entries for frame in entry.event.frames)
            self._frames[alarm_id] = dict.fromkeys(frames)
            if len(self._frames) > _AT_HAND:
                self._frames.popitem(last=False)
        self._frames.move_to_end(alarm_id)
        return self._frames[alarm_id]

    def _expect(self, alarm_id: str, segments: Sequence[str], onset: datetime) -> None:
        """Let frames of these segments round that instant be evidence of the alarm."""
        with self._lock:
            for segment in segments:
                if self._cameras.get(segment):
                    insort(self._onsets[segment], (to_us(onset), alarm_id))

    def _raised(self, told: Sequence[AlarmEvent]) -> Iterator[tuple[str, str, int]]:
        """Alarms whose onset is new, with each of their cameras and the onset."""
        segments: dict[str, Sequence[str]] = {}
        for event in told:
            if isinstance(event, AlarmRaised):
                segments[event.alarm_id] = event.segments
            elif not isinstance(event, AlarmRevised):
                continue
            elif alarm := self._alarms.alarm(event.alarm_id):
                segments.setdefault(event.alarm_id, alarm.raised.segments)
            for segment in segments.get(event.alarm_id, ()):
                for camera in self._cameras.get(segment, ()):
                    yield event.alarm_id, camera, to_us(event.onset)

    def _awaited_by(self, frame: StoredFrame) -> set[str]:
        """Alarms that a frame is evidence of."""
        found: set[str] = set()
        with self._lock:
            for segment in self._segments_of.get(frame.camera, ()):
                onsets = self._onsets[segment]
                first = bisect_left(onsets, (frame.time_us - _SPAN_US, ""))
                last = bisect_right(onsets, (frame.time_us + _SPAN_US + 1, ""))
                found |= {alarm_id for _, alarm_id in onsets[first:last]}
        return found


def _pinned(frame: StoredFrame) -> PinnedFrame:
    return PinnedFrame(frame.camera, from_us(frame.time_us), frame.sha256)
