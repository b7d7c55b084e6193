"""Rejects: why a message can't be used, worded and cut in the same way for every format."""

from datetime import timedelta
from typing import Final

from monitoring.domain.instants import from_us, rfc3339, span_us
from monitoring.domain.observations import Reason, Reject
from sensors.packets import Message

LARGEST: Final = 4 << 20  # bytes of a payload
KEPT: Final = 64 << 10  # bytes of a payload that quarantine keeps
DETAIL: Final = 500  # characters of a sentence, which may quote what was sent
MOST: Final = 16  # faults of one message that are told one by one
AHEAD: Final = timedelta(minutes=5)  # how far in the future a clock may be
AHEAD_US: Final = span_us(AHEAD)


def reject(message: Message, arrived_us: int, reason: Reason, detail: str) -> tuple[Reject]:
    """The reject of a message; `detail` says what was found and what was expected."""
    topic = message.topic.decode(errors="backslashreplace")
    if not topic.isprintable():  # control characters, which PostgreSQL and terminals refuse
        topic = topic.encode("unicode_escape").decode()
    size = len(message.payload)
    if len(detail) > DETAIL:
        detail = f"{detail[:DETAIL]}…"
    kept = message.payload[:KEPT]
    return (Reject(topic, reason, detail, kept, size, arrived_us, message.is_retained),)


def untimely(message: Message, arrived_us: int, time_us: int) -> tuple[Reject]:
    """The reject of a message whose instant can't be: before 1970, or far ahead of our clock."""
    if time_us < 0:
        detail = "its time is before 1970; set the device's clock"
        return reject(message, arrived_us, Reason.BAD_VALUE, detail)
    try:
        told = rfc3339(from_us(time_us))
    except OverflowError:
        told = "a time beyond the calendar"
    detail = f"{told} is more than 5 min ahead of our clock; set the device's clock"
    return reject(message, arrived_us, Reason.FUTURE, detail)
