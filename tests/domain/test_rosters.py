"""Who is on duty: eight groups, one day each, handing over at half past eight."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitoring.domain.entries import Text
from monitoring.domain.rosters import next_shift, shift_at, shift_on
from monitoring.domain.site import Group, Rotation

ZONE = ZoneInfo("Asia/Shanghai")
NAME = Text(zh="岗位", en="post")
ROTATION = Rotation(
    first_on=date(2026, 1, 1),
    handover=time(8, 30),
    groups=tuple(Group(number=n, leader=NAME, members=(NAME, NAME)) for n in range(1, 9)),
)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type,misc]


def test_the_first_group_takes_over_on_the_first_day_at_handover() -> None:
    shift = shift_at(ROTATION, local(2026, 1, 1, 8, 30), ZONE)
    assert shift.group.number == 1
    assert shift.start == local(2026, 1, 1, 8, 30)
    assert shift.end == local(2026, 1, 2, 8, 30)


def test_a_second_before_handover_the_old_group_is_still_on() -> None:
    assert shift_at(ROTATION, local(2026, 1, 2, 8, 29, 59), ZONE).group.number == 1
    assert shift_at(ROTATION, local(2026, 1, 2, 8, 30), ZONE).group.number == 2


def test_before_the_first_day_the_rotation_runs_backwards() -> None:
    assert shift_at(ROTATION, local(2025, 12, 31, 12), ZONE).group.number == 8


def test_an_instant_is_the_same_in_every_zone() -> None:
    at = local(2026, 7, 7, 3, 0)
    assert shift_at(ROTATION, at, ZONE) == shift_at(ROTATION, at.astimezone(UTC), ZONE)


def test_the_next_group_is_the_one_that_follows() -> None:
    following = next_shift(ROTATION, local(2026, 1, 8, 12), ZONE)
    assert following.group.number == 1
    assert following.start == local(2026, 1, 9, 8, 30)


def test_weekdays_even_out_over_fifty_six_days() -> None:
    turns = Counter(
        (shift.group.number, shift.start.weekday())
        for shift in (
            shift_on(ROTATION, date(2026, 3, 2) + timedelta(days=n), ZONE) for n in range(56)
        )
    )
    assert len(turns) == 56
    assert set(turns.values()) == {1}
