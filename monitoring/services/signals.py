"""The signal desk: stamps what comes with its quality, and knows how well each device does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.domain.instants import from_us, to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.domain.site import Device, Site
from monitoring.engine.checker import MEMORY, Checker, Lag
from monitoring.services.maintenance import MaintenanceDesk


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """How a device has done.

    Attributes:
        qualities: By quantity, how many observations of the last 24 h were of each quality.
        clock: How its clock differs from ours; None where too little was heard of it.
    """

    qualities: Mapping[str, Mapping[Quality, int]]
    clock: Lag | None


class SignalDesk:
    """Applies what people decided of devices and what is plausible; one thread may stamp."""

    memory = MEMORY

    def __init__(self, site: Site, maintenance: MaintenanceDesk, allowance: timedelta) -> None:
        self._maintenance = maintenance
        self._lateness = site.lateness
        self._checker = Checker(site, allowance)

    def load(self, chunks: Iterable[Sequence[Observation]]) -> None:
        """Enter what is archived of the last `memory`, each observation once."""
        for chunk in chunks:
            self._checker.load(chunk)

    def stamp(self, observations: Sequence[Observation], arrived_us: int) -> list[Observation]:
        """The same observations in the same order, each with its quality."""
        return self._checker.stamp(self._kept(observations, from_us(arrived_us)), arrived_us)

    def record(self, device: Device, at: datetime) -> SignalRecord:
        """How a device has done until an instant."""
        counted = {q: self._checker.counts((device.id, q), to_us(at)) for q in device.quantities}
        qualities = {quantity: counts for quantity, counts in counted.items() if counts}
        return SignalRecord(qualities, self._checker.lag(device))

    def _kept(self, observations: Sequence[Observation], at: datetime) -> Sequence[Observation]:
        """Observations of devices that were out at their time bear that mark."""
        out = {
            device: [(to_us(period.since), to_us(period.until)) for period in periods]
            for device, periods in self._maintenance.since(at - self._lateness).items()
        }
        if not out:
            return observations
        return [
            o._replace(quality=Quality.MAINTENANCE)
            if any(since <= o[2] < until for since, until in out.get(o[0], ()))
            else o
            for o in observations
        ]
