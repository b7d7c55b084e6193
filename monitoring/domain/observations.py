"""What devices say, once it has been understood: observations, frames, status, rejects.

Named tuples, because a storm brings tens of thousands a second.
"""

from enum import IntEnum, StrEnum
from typing import Final, NamedTuple


class Quality(IntEnum):
    """How far a value may be believed; only `GOOD` is judged by rules.

    The numbers are archived: never give one another meaning, and add new ones at the end.

    Attributes:
        RANGE: Outside what nature or the instrument allows.
        TOO_LATE: Came later than the site's lateness allows, when what it would have changed
            had long been told.
        STUCK: Has not moved for longer than the quantity ever stands still.
        JUMP: Moved faster than is plausible, and nothing after it has confirmed it yet.
        SENTINEL: No value at all, but an instrument's way to say that it has none.
        NEIGHBOURS: Contradicts what is measured around it.
        MAINTENANCE: A named person has taken the device out.
        GAP: An amount that gathered while nothing was heard, nobody knows when.
    """

    GOOD = 0
    RANGE = 1
    TOO_LATE = 2
    STUCK = 3
    JUMP = 4
    SENTINEL = 5
    NEIGHBOURS = 6
    MAINTENANCE = 7
    GAP = 8

    @property
    def is_suspect(self) -> bool:
        """Whether the value itself is doubted, rather than its hour or its device's duty."""
        return self in _SUSPECT


_SUSPECT: Final = frozenset(
    {Quality.RANGE, Quality.STUCK, Quality.JUMP, Quality.SENTINEL, Quality.NEIGHBOURS, Quality.GAP}
)


class Observation(NamedTuple):
    """One value of one quantity of one device.

    Attributes:
        device: Device id.
        quantity: Name in `QUANTITIES`.
        time_us: Instant it is about, in µs since 1970 UTC; for `rainfall` the interval's end.
        value: In the canonical unit; for states the index into `Quantity.states`.
        quality: Whether rules may judge it; `GOOD` until it has been checked.
    """

    device: str
    quantity: str
    time_us: int
    value: float
    quality: Quality = Quality.GOOD


class Frame(NamedTuple):
    """One camera picture as it came."""

    camera: str
    time_us: int
    jpeg: bytes


class DeviceStatus(NamedTuple):
    """A device, or its last will, says that it is connected or gone."""

    device: str
    time_us: int
    is_online: bool


class Reason(StrEnum):
    """Why a message went to quarantine."""

    TOPIC = "topic"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_SENML = "not_senml"
    PAYLOAD = "payload"
    NO_VALUE = "no_value"
    UNKNOWN_DEVICE = "unknown_device"
    UNKNOWN_QUANTITY = "unknown_quantity"
    UNKNOWN_UNIT = "unknown_unit"
    BAD_VALUE = "bad_value"
    FUTURE = "future"
    NOT_JPEG = "not_jpeg"
    BAD_STATUS = "bad_status"
    FAULT = "fault"


class Reject(NamedTuple):
    """A message that could not be used, kept to be looked at and played again.

    Attributes:
        topic: As received; bytes that are no UTF-8 appear as backslash escapes.
        reason: What kind of fault.
        detail: One sentence that says what was found and what was expected.
        payload: The message's bytes, cut at the quarantine's limit.
        size: Length of the whole payload in bytes.
        time_us: Arrival.
        is_retained: Whether it is what the broker had kept from before.
    """

    topic: str
    reason: Reason
    detail: str
    payload: bytes
    size: int
    time_us: int
    is_retained: bool = False


Reading = Observation | Frame | DeviceStatus | Reject
