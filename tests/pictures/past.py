"""The recent past of a storm, told to a broker as devices would have told it."""

import heapq
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitoring.domain.site import DeviceKind, Site
from sensors.player import FRAME_SPACING_S, Player
from sensors.publisher import Publisher
from sensors.scenario import Scenario


@dataclass
class SetClock:
    """A clock that stands where it was set."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


class Past:
    """A storm that began `elapsed` ago and is heard of until `silent_for` ago.

    Afterwards `go_on` keeps the devices speaking at life's pace.
    """

    def __init__(self, site: Site, storm: Scenario, port: int, elapsed: timedelta) -> None:
        self._site = site
        self._publisher = Publisher(f"mqtt://127.0.0.1:{port}", "past")
        self._clock = SetClock(datetime.now(UTC) - elapsed)
        self._player = Player(site, storm, self._publisher, self._clock, 1)
        start = self._clock.instant
        self._due = [(start + n * timedelta(seconds=1), d.id) for n, d in enumerate(site.devices)]
        heapq.heapify(self._due)

    def tell(self, until: datetime) -> None:
        """Publish everything up to an instant, and a picture of every camera as of then."""
        while self._due[0][0] <= until:
            at, name = self._due[0]
            device = self._site.device[name]
            if device.kind is not DeviceKind.CAMERA:
                self._clock.instant = at
                self._player.play(device, at)
            heapq.heapreplace(self._due, (at + device.cadence, name))
        for device in self._site.devices:
            if device.kind is DeviceKind.CAMERA:
                time.sleep(FRAME_SPACING_S + 0.01)
                self._player.play(device, until)

    def go_on(self, seconds: float) -> None:
        """Keep the sensors speaking for some seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self._due[0][0] <= datetime.now(UTC):
                at, name = self._due[0]
                self._player.play(self._site.device[name], at)
                heapq.heapreplace(self._due, (at + self._site.device[name].cadence, name))
            time.sleep(0.2)

    def close(self) -> None:
        """Stop publishing."""
        self._publisher.close()
