"""The duty desk: which of the groups is on, and which follows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitoring.domain.rosters import Shift, next_shift, shift_at, shift_on
from monitoring.domain.site import Site


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The shift on duty and the one that takes over."""

    shift: Shift
    following: Shift


class DutyDesk:
    """Answers who is on duty."""

    def __init__(self, site: Site) -> None:
        self._rotation = site.rotation
        self._zone = ZoneInfo(site.zone)

    def now(self, at: datetime) -> OnDuty:
        """Who is on duty at `at`, and who is next."""
        return OnDuty(
            shift_at(self._rotation, at, self._zone), next_shift(self._rotation, at, self._zone)
        )

    def shifts(self, start: date, days: int) -> list[Shift]:
        """The shifts that begin on `days` local days from `start` on."""
        return [
            shift_on(self._rotation, start + timedelta(days=n), self._zone) for n in range(days)
        ]
