"""What the store's tests write into it."""

from datetime import UTC, datetime

from monitoring.domain.alarms import AlarmRaised, AlarmReturned, Evidence
from monitoring.domain.events import NewEvent
from monitoring.domain.instants import SECOND_US, to_us
from monitoring.domain.levels import Level
from monitoring.domain.observations import Observation, Reason, Reject

NOON = datetime(2026, 7, 7, 12, tzinfo=UTC)
NOON_US = to_us(NOON)
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
ARRIVED_US = NOON_US + 7


class FixedClock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


def depth(minute: float, value: float = 1.0, device: str = "gauge-1") -> Observation:
    return Observation(device, "water_depth", NOON_US + int(minute * MINUTE_US), value)


def reject(detail: str = "not JSON", payload: bytes = b"{") -> Reject:
    return Reject("donggang/obs/x", Reason.NOT_JSON, detail, payload, len(payload), NOON_US)


def raised(alarm_id: str = "a1") -> AlarmRaised:
    evidence = Evidence("gauge-1", "water_depth", 27.5, 27.0, 0.0, None, NOON)
    return AlarmRaised(
        alarm_id, "plan", "plan/IV", Level.BLUE, "seg-1", ("seg-1",), "gauge-1", NOON, (evidence,)
    )


def new_event(
    stream: str = "alarm/a1", expected_version: int | None = None, *, is_return: bool = False
) -> NewEvent:
    event = AlarmReturned("a1", NOON) if is_return else raised()
    return NewEvent(stream, event, NOON, "engine", expected_version)
