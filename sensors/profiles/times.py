"""Times: as devices write them, into microseconds since 1970 UTC."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitoring.domain.instants import SECOND_US, to_us
from sensors.profiles.select import selector
from sensors.profiles.values import Instant

Clock = Callable[[Any, Any], int | None]
"""Takes a node and the payload's root; gives µs since 1970, or None where no time stands.

Raises:
    ValueError: There is one, but it can't be read.
"""

# Unit → how many of it make a second.
_UNITS: Final = {"unix_s": 1, "unix_ms": 1000, "unix_us": SECOND_US, "unix_ns": 1000 * SECOND_US}


def clock(instants: Sequence[Instant]) -> Clock:
    """Reads the first of the times that is there and can be read."""
    ways = [(selector(i.path), _reader(i), i.unreadable == "arrival") for i in instants]

    def read(node: Any, root: Any) -> int | None:
        fault = ""
        for select, parse, is_optional in ways:
            raw = select(node, root)
            if raw is None or raw == "":
                continue
            try:
                return parse(raw)
            except (ValueError, OverflowError) as error:
                fault = "" if is_optional else fault or f"the time {raw!r:.60}: {error}"
        if fault:
            raise ValueError(fault)
        return None

    return read


def _reader(instant: Instant) -> Callable[[Any], int]:
    if instant.format == "rfc3339":
        return _rfc3339
    if "%" in instant.format:
        return _pattern(instant.format, ZoneInfo(instant.zone or "UTC"))
    per_second = _UNITS[instant.format]

    def unix(sent: Any) -> int:
        raw: int | float | str = sent
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise ValueError("expected a number")  # noqa: TRY004 - it is the payload's fault
        if isinstance(raw, str):  # a whole number must not lose digits in a float
            raw = int(raw) if raw.strip().lstrip("-").isdecimal() else float(raw)
        if isinstance(raw, int):
            return raw * SECOND_US // per_second
        return round(raw * SECOND_US / per_second)

    return unix


def _rfc3339(raw: Any) -> int:
    if not isinstance(raw, str):
        raise ValueError("expected such as 2026-07-07T09:30:00+08:00")  # noqa: TRY004 - the payload's
    return to_us(datetime.fromisoformat(raw.strip()))  # digits below a microsecond are cut


def _pattern(form: str, zone: ZoneInfo) -> Callable[[Any], int]:
    def read(raw: Any) -> int:
        text = raw.strip() if isinstance(raw, str) else str(raw)
        at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
        return to_us(at if at.tzinfo else at.replace(tzinfo=zone))

    return read
