"""The player: publishes what the devices of a scenario would have published, when they would.

It runs on the world's clock. Nothing is published before its time; what a slow machine
could not publish in time is caught up in order, but for pictures, of which the newest one
is enough.
"""

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, Protocol
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec

from monitoring.domain.instants import SECOND_US, rfc3339, to_us
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device, DeviceKind, Site
from sensors.access import Access
from sensors.publisher import Publisher
from sensors.scenario import MINUTE, Scenario
from sensors.scene import Scene, draw

FRAME_SPACING_S: Final = 0.25  # wall-clock seconds between two pictures, which cost time to draw
_TIP_MM: Final = 0.1  # what one tip of the bucket measures


class Clock(Protocol):
    """The world's time."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class Outlet(Protocol):
    """Where messages go."""

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, time: str | None = None
    ) -> None:
        """Publish one message at QoS 1."""
        ...


class Player:
    """Plays a scenario again and again until told to stop.

    Args:
        speed: How many times as fast as life the clock runs.
    """

    def __init__(
        self, site: Site, scenario: Scenario, outlet: Outlet, clock: Clock, speed: float
    ) -> None:
        self._site = site
        self._scenario = scenario
        self._outlet = outlet
        self._clock = clock
        self._speed = speed
        self._zone = ZoneInfo(site.zone)
        self._start = clock.now()
        self._caught = {d.id: 0.0 for d in site.devices}  # rain in a bucket, not yet tipped
        self._heard = {d.id: self._start for d in site.devices}
        self._silent: set[str] = set()
        self._due_pictures: dict[str, datetime] = {}  # by camera, in order of waiting
        self._drawn_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set; every device says online first and offline at the end."""
        for device in self._site.devices:
            self._status(device, is_online=True)
        due = [(self._start + _phase(d), d.id) for d in self._site.devices]
        heapq.heapify(due)
        while due and not stop.is_set():
            at, name = due[0]
            wait_s = (at - self._clock.now()).total_seconds() / self._speed
            if wait_s > 0:
                stop.wait(min(wait_s, 1.0))
                continue
            device = self._site.device[name]
            self.play(device, at)
            heapq.heapreplace(due, (at + device.cadence, name))
        for device in self._site.devices:
            self._status(device, is_online=False)

    def play(self, device: Device, at: datetime) -> None:
        """Publish what a device would at an instant."""
        minute = self._minute(at)
        is_silent = self._scenario.is_silent(device.id, minute)
        if is_silent != (device.id in self._silent):
            self._silent ^= {device.id}
            self._status(device, is_online=not is_silent)
        if is_silent:
            return
        if device.kind is DeviceKind.CAMERA:
            self._due_pictures[device.id] = at
            self._take_picture()
        else:
            self._observe(device, at, minute)
        self._heard[device.id] = at

    def _observe(self, device: Device, at: datetime, minute: float) -> None:
        values: dict[str, float] = {}
        index = int(minute)
        if device.kind is DeviceKind.STATION:
            values = {"rainfall": self._tipped(device, at, minute)}
            values |= self._scenario.weather(device.id, index)
        elif "water_depth" in device.quantities:
            values = {"water_depth": self._scenario.depth[device.segment][index]}
        if "battery" in device.quantities:
            values["battery"] = 96.0 - 0.002 * index
        records: list[dict[str, object]] = [
            {"n": name, "u": QUANTITIES[name].unit, "v": round(value, 1)}
            for name, value in values.items()
            if name in device.quantities
        ]
        if records:
            records[0]["bt"] = to_us(at) / SECOND_US
            topic = f"{self._site.mqtt_root}/obs/{device.id}"
            self._outlet.publish(topic, msgspec.json.encode(records))

    def _tipped(self, device: Device, at: datetime, minute: float) -> float:
        """Rain since the last message, in whole tips; what has not tipped stays for the next."""
        rain = self._scenario.rain[device.id]
        passed = (at - self._heard[device.id]) / MINUTE
        self._caught[device.id] += _between(rain, minute - passed, minute)
        tips = int(self._caught[device.id] / _TIP_MM + 1e-9)
        self._caught[device.id] -= tips * _TIP_MM
        return tips * _TIP_MM

    def _take_picture(self) -> None:
        """Draw for the camera that has waited longest, where the last drawing is long enough ago.

        A fast clock asks for more pictures than can be drawn; so each camera gets its turn,
        and its picture is the newest one it was due.
        """
        if not self._due_pictures or monotonic() - self._drawn_at < FRAME_SPACING_S:
            return
        self._drawn_at = monotonic()
        name = next(iter(self._due_pictures))
        at = self._due_pictures.pop(name)
        device = self._site.device[name]
        segment = self._site.segment[device.segment]
        index = int(self._minute(at))
        local = at.astimezone(self._zone)
        jpeg = draw(
            Scene(
                kind=segment.kind,
                name=segment.name.zh,
                label=f"{local:%Y-%m-%d %H:%M}",
                depth_cm=self._scenario.depth[device.segment][index],
                rain_mm_per_h=60 * self._scenario.rain_on[device.segment][index],
                hour=local.hour + local.minute / 60,
                seed=index,
            )
        )
        topic = f"{self._site.mqtt_root}/frame/{device.id}"
        self._outlet.publish(topic, jpeg, time=rfc3339(at))

    def _minute(self, at: datetime) -> float:
        """Minutes since the scenario began, or began again."""
        return ((at - self._start) / MINUTE) % self._scenario.minutes

    def _status(self, device: Device, *, is_online: bool) -> None:
        topic = f"{self._site.mqtt_root}/status/{device.id}"
        self._outlet.publish(topic, b"online" if is_online else b"offline", retain=True)


def _phase(device: Device) -> timedelta:
    """When in its cadence a device speaks: spread, and the same at every start."""
    return device.cadence * ((crc32(device.id.encode()) % 997) / 997)


def _between(by_minute: list[float], start: float, end: float) -> float:
    """What fell from `start` to `end`, in minutes of the scenario; 0 before it begins."""
    total, minute = 0.0, max(0.0, start)
    while minute < end:
        index = int(minute)
        step = min(index + 1.0, end) - minute
        total += by_minute[index % len(by_minute)] * step
        minute += step
    return total


@contextmanager
def playing(
    broker: str | Access, site: Site, scenario: Scenario, clock: Clock, speed: float
) -> Iterator[None]:
    """Play a scenario to a broker meanwhile, in a thread of its own."""
    stop = threading.Event()
    player = threading.Thread(target=play_to, args=(broker, site, scenario, clock, speed, stop))
    player.start()
    try:
        yield
    finally:
        stop.set()
        player.join()


def play_to(
    broker: str | Access, site: Site, scenario: Scenario, clock: Clock, speed: float,
    stop: threading.Event,
) -> None:  # fmt: skip
    """Play a scenario to a broker until `stop` is set."""
    publisher = Publisher(broker, f"gangan-player-{site.id}")
    try:
        Player(site, scenario, publisher, clock, speed).run(stop)
    finally:
        publisher.close()
