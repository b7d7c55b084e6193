"""The picture: the newest of everything, and what it makes of each segment.

It is derived from the archive and the alarms and can be rebuilt at any time.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitoring.domain.alarms import Alarm
from monitoring.domain.cameras import Sight, Verdict
from monitoring.domain.instants import from_us, span_us, to_us
from monitoring.domain.levels import Freshness, Level, Passability, freshness
from monitoring.domain.maintenance import Maintenance
from monitoring.domain.observations import DeviceStatus, Frame, Observation, Quality
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device, DeviceKind, Segment, Site
from monitoring.services.alarms import AlarmDesk
from monitoring.services.frame_ports import StoredFrame
from monitoring.services.maintenance import MaintenanceDesk

TREND: Final = timedelta(hours=3)
_BUCKET_US: Final = span_us(timedelta(minutes=1))
_BUCKETS: Final = TREND // timedelta(minutes=1)
_SUMMED: Final = frozenset({"rainfall"})
_TRENDED: Final = frozenset({"rainfall", "water_depth"})


@dataclass(frozen=True, slots=True)
class Value:
    """The newest value of a quantity, in its canonical unit.

    Attributes:
        freshness: By its own age, whatever else its device says.
        maintenance: How its device is out at this moment.
    """

    quantity: str
    value: float
    at: datetime
    quality: Quality
    freshness: Freshness
    maintenance: Maintenance | None = None

    @property
    def text(self) -> str:
        """The state's word, or the number as short as it can be."""
        states = QUANTITIES[self.quantity].states
        return states[int(self.value)] if states else f"{self.value:g}"


class DeviceState(StrEnum):
    """How far a device may be believed at this moment."""

    LIVE = "live"
    STALE = "stale"
    LOST = "lost"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device as it stands.

    Attributes:
        state: `SUSPECT` where it is live, but it is out, or a newest value or picture is doubted.
        last_seen: The time that its newest message speaks of.
        picture: What the check says of a camera's pictures; None before the first.
        maintenance: How it is out at this moment.
    """

    device: Device
    state: DeviceState
    last_seen: datetime | None
    is_online: bool | None
    values: Mapping[str, Value]
    picture: Sight | None = None
    maintenance: Maintenance | None = None


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment as it stands.

    Attributes:
        freshness: The worst of the devices that stand there, cameras aside, by what they say
            that can be believed; a device that is out says nothing.
        time: Time of the newest value.
        values: Newest value by quantity among the devices that speak for it.
        causes: Alarms that hold for it, gravest first.
    """

    segment: Segment
    level: Level
    passability: Passability
    freshness: Freshness
    time: datetime | None
    values: Mapping[str, Value]
    causes: tuple[Alarm, ...]


@dataclass(slots=True)
class _Known:
    """What is known of one device."""

    main: str | None = None  # quantity that it is there for
    seen_us: int = 0
    believed_us: int = 0  # time of the newest good value, its battery's aside
    gone_us: int = 0
    is_online: bool | None = None
    newest: dict[str, Observation] = field(default_factory=dict)
    sight: Sight | None = None


class Picture:
    """Newest values and short trends of a site; safe from any thread.

    Args:
        allowance: Age that transport may take before it counts against a signal. A clock
            that runs N times as fast makes N times as much of the same milliseconds.
    """

    def __init__(
        self, site: Site, alarms: AlarmDesk, maintenance: MaintenanceDesk, allowance: timedelta
    ) -> None:
        self._site = site
        self._alarms = alarms
        self._maintenance = maintenance
        self._allowance = allowance
        self._lock = threading.Lock()
        self._known = {d.id: _Known(d.main_quantity) for d in site.devices}
        self._trends: dict[tuple[str, str], dict[int, float]] = {}

    def take(self, observations: Iterable[Observation]) -> None:
        """Enter observations, in any order; each must be entered once for the trend to be true."""
        with self._lock:
            for observation in observations:
                device, quantity, time_us, value, quality = observation
                known = self._known.get(device)
                if known is None:  # archived once, configured no longer
                    continue
                held = known.newest.get(quantity)
                if held is None or time_us >= held.time_us:
                    known.newest[quantity] = observation
                known.seen_us = max(known.seen_us, time_us)
                if quality is Quality.GOOD and quantity != "battery":
                    known.believed_us = max(known.believed_us, time_us)
                is_trended = quantity in _TRENDED or quantity == known.main
                if is_trended and quality is Quality.GOOD:
                    self._extend(device, quantity, time_us, value)

    def take_frames(self, frames: Iterable[Frame | StoredFrame]) -> None:
        """Enter that cameras have sent pictures."""
        with self._lock:
            for frame in frames:
                if known := self._known.get(frame.camera):
                    known.seen_us = max(known.seen_us, frame.time_us)

    def take_sights(self, sights: Mapping[str, Sight]) -> None:
        """Enter what the check says of cameras' pictures."""
        with self._lock:
            for camera, sight in sights.items():
                if known := self._known.get(camera):
                    known.sight = sight

    def take_status(self, statuses: Iterable[DeviceStatus]) -> None:
        """Enter what devices or their last wills said of their connection."""
        with self._lock:
            for status in statuses:
                if known := self._known.get(status.device):
                    known.is_online = status.is_online
                    known.gone_us = 0 if status.is_online else status.time_us

    def trend(self, device_id: str, quantity: str) -> list[tuple[datetime, float]]:
        """The last 3 h by minute, oldest first: rainfall summed, others their highest.

        Each point bears the end of its minute.
        """
        with self._lock:
            buckets = dict(self._trends.get((device_id, quantity), {}))
        since = max(buckets, default=0) - _BUCKETS
        return [(from_us((b + 1) * _BUCKET_US), v) for b, v in sorted(buckets.items()) if b > since]

    def devices(self, at: datetime) -> list[DeviceView]:
        """Every configured device."""
        with self._lock:
            return [self._device(d, at) for d in self._site.devices]

    def device(self, device_id: str, at: datetime) -> DeviceView | None:
        """One device; None where none is configured under that id."""
        device = self._site.device.get(device_id)
        if device is None:
            return None
        with self._lock:
            return self._device(device, at)

    def segments(self, at: datetime) -> list[SegmentView]:
        """Every segment, in the order of the configuration."""
        causes = self._causes()
        with self._lock:
            return [self._segment(s, causes.get(s.id, ()), at) for s in self._site.segments]

    def segment(self, segment_id: str, at: datetime) -> SegmentView | None:
        """One segment; None where none is configured under that id."""
        segment = self._site.segment.get(segment_id)
        if segment is None:
            return None
        causes = self._causes()
        with self._lock:
            return self._segment(segment, causes.get(segment_id, ()), at)

    def _extend(self, device: str, quantity: str, time_us: int, value: float) -> None:
        trend = self._trends.setdefault((device, quantity), {})
        bucket = (time_us - 1) // _BUCKET_US  # a minute owns its end, as windows do
        if quantity in _SUMMED:
            trend[bucket] = trend.get(bucket, 0.0) + value
        else:
            trend[bucket] = max(trend.get(bucket, value), value)
        if len(trend) > _BUCKETS:
            del trend[min(trend)]

    def _causes(self) -> dict[str, tuple[Alarm, ...]]:
        causes: dict[str, list[Alarm]] = {}
        for alarm in self._alarms.holding():
            for segment_id in alarm.raised.segments:
                causes.setdefault(segment_id, []).append(alarm)
        return {k: tuple(v) for k, v in causes.items()}

    def _believed(self, device: Device, at: datetime) -> Freshness:
        """How fresh what a device says is that can be believed."""
        if self._maintenance.current(device.id, at):
            return Freshness.LOST
        return self._age(device, self._known[device.id].believed_us, at)

    def _age(self, device: Device, time_us: int, at: datetime) -> Freshness:
        if time_us <= self._known[device.id].gone_us:  # never heard, or its last will came since
            return Freshness.LOST
        return freshness(at - from_us(time_us) - self._allowance, device.cadence)

    def _value(self, device: Device, o: Observation, at: datetime) -> Value:
        fresh = self._age(device, o.time_us, at)
        out = self._maintenance.current(device.id, at)
        quality = Quality.MAINTENANCE if out else o.quality
        return Value(o.quantity, o.value, from_us(o.time_us), quality, fresh, out)

    def _device(self, device: Device, at: datetime) -> DeviceView:
        known = self._known[device.id]
        values = {q: self._value(device, o, at) for q, o in known.newest.items()}
        out = self._maintenance.current(device.id, at)
        state = DeviceState(self._age(device, known.seen_us, at).value)
        is_doubted = out is not None or any(v.quality.is_suspect for v in values.values())
        is_doubted |= known.sight is not None and known.sight.verdict is not Verdict.OK
        if state is DeviceState.LIVE and is_doubted:
            state = DeviceState.SUSPECT
        last_seen = from_us(known.seen_us) if known.seen_us else None
        return DeviceView(device, state, last_seen, known.is_online, values, known.sight, out)

    def _segment(self, segment: Segment, causes: tuple[Alarm, ...], at: datetime) -> SegmentView:
        speaking = [d for d in self._site.devices_of[segment.id] if d.kind is not DeviceKind.CAMERA]
        values: dict[str, Value] = {}
        for device in speaking:
            for quantity, o in self._known[device.id].newest.items():
                held = values.get(quantity)
                if held is None or to_us(held.at) < o.time_us:
                    values[quantity] = self._value(device, o, at)
        standing = [d for d in speaking if d.segment == segment.id] or speaking
        fresh = max(
            (self._believed(d, at) for d in standing),
            key=list(Freshness).index,
            default=Freshness.LOST,
        )
        level = max((c.raised.level for c in causes), key=lambda v: v.gravity, default=Level.NONE)
        if level is Level.NONE and fresh is Freshness.LOST:
            level = Level.UNKNOWN
        return SegmentView(
            segment,
            level,
            Passability.OPEN,
            fresh,
            max((v.at for v in values.values()), default=None),
            values,
            causes,
        )
