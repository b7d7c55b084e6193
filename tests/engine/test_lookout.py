"""One camera's pictures in a row: what is said of them, from when, and until when."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from monitoring.domain.cameras import PictureLimits, Sight, Verdict
from monitoring.engine.lookout import REMEMBERED, Lookout
from monitoring.engine.sight import Luma
from tests.engine.pictures import blurred, clocked, moved, plain, scene, seen
from tests.engine.timeline import at

EVERY_MIN = 5
FINE = (Verdict.OK,)
LIMITS = PictureLimits()


def run(
    pictures: Iterable[Image.Image | None],
    limits: PictureLimits = LIMITS,
    reference: Luma | None = None,
    known: Sight | None = None,
) -> list[tuple[str, float]]:
    """Verdict and since when, in minutes, after each picture, one every five minutes."""
    one = Lookout(limits, reference)
    one.resume(known)
    told = []
    for number, picture in enumerate(pictures):
        sight = one.look(None if picture is None else seen(picture), at(number * EVERY_MIN))
        told.append((sight.verdict.value, (sight.since - at(0)) / timedelta(minutes=1)))
    return told


def fine(*numbers: int) -> list[Image.Image]:
    return [scene(n) for n in numbers]


def test_pictures_in_order_are_in_order_since_the_first() -> None:
    assert run(fine(1, 2, 3)) == [("ok", 0)] * 3


@pytest.mark.parametrize(
    ("fault", "picture"),
    [
        ("black", plain(3)),
        ("black", clocked(plain(6), "2026-07-20 12:00:00")),
        ("overexposed", plain(254)),
        ("unreadable", None),
    ],
)
def test_what_cannot_be_mistaken_is_said_at_once_and_taken_back_at_once(
    fault: str, picture: Image.Image | None
) -> None:
    told = run([scene(1), picture, picture, scene(2)])
    assert told == [("ok", 0), (fault, 5), (fault, 5), ("ok", 15)]


@pytest.mark.parametrize("covered", [plain(120), blurred(scene(1))], ids=["hand", "dirt"])
def test_a_lorry_before_the_lens_is_no_fault_but_dirt_is(covered: Image.Image) -> None:
    assert run([scene(1), covered, scene(2)]) == [("ok", 0)] * 3
    told = run([scene(1), covered, covered, covered, scene(2)])
    assert told == [("ok", 0), ("ok", 0), ("obscured", 5), ("obscured", 5), ("ok", 20)]


def test_a_camera_that_is_less_sharp_than_it_was_is_blurred() -> None:
    """It would pass for a soft camera, but it was a sharp one."""
    soft = blurred(scene(9), 9, radius=2.5)
    assert run([soft, soft])[-1] == ("ok", 0)
    told = run([*fine(*range(1, 8)), soft, soft])
    assert told[-2:] == [("ok", 0), ("obscured", 35)]


def test_a_picture_that_stands_still_is_frozen_since_it_stopped() -> None:
    told = run([*fine(1, 2), *fine(2, 2, 2), scene(3)])
    assert [v for v, _ in told] == ["ok", "ok", "ok", "ok", "frozen", "ok"]
    assert told[4] == ("frozen", 5)
    assert told[5] == ("ok", 25)


def test_a_frozen_picture_is_frozen_though_its_clock_goes_on() -> None:
    pictures = [clocked(scene(1), f"2026-07-20 12:{n:02d}:17") for n in range(6)]
    assert run(pictures)[-1] == ("frozen", 0)


def test_still_pictures_must_last_long_enough_and_be_enough() -> None:
    still = [scene(1)] * 6
    slow = PictureLimits(frozen_after=timedelta(minutes=20))
    assert [v for v, _ in run(still, slow)] == ["ok"] * 4 + ["frozen"] * 2
    many = PictureLimits(frozen_frames=6)
    assert [v for v, _ in run(still, many)] == ["ok"] * 5 + ["frozen"]


def test_a_quiet_night_is_not_frozen() -> None:
    assert {v for v, _ in run(scene(n, hour=2) for n in range(8))} == {"ok"}


def test_a_turned_camera_is_shifted_against_its_reference() -> None:
    reference = seen(scene(50))
    told = run([scene(1), *(moved(scene(n), 60, 20) for n in (2, 3)), scene(4)], LIMITS, reference)
    assert told == [("ok", 0), ("ok", 0), ("shifted", 5), ("ok", 15)]
    assert {v for v, _ in run([moved(scene(2), 60, 20)] * 3)} == {"ok"}, "nobody knows its place"


def test_a_camera_that_sees_something_else_altogether_is_shifted() -> None:
    other = Image.effect_noise((800, 450), 90).convert("RGB")
    assert run([other, other], LIMITS, seen(scene(50)))[-1] == ("shifted", 0)


def test_weather_and_night_do_not_shift_a_camera() -> None:
    skies: list[dict[str, Any]] = [{}, {"hour": 1}, {"rain_mm_per_h": 40}, {"depth_cm": 60}]
    pictures = [scene(n, **sky) for n, sky in enumerate(skies * 2)]
    assert {v for v, _ in run(pictures, LIMITS, seen(scene(50)))} == {"ok"}


def test_a_camera_is_not_checked_for_what_it_skips() -> None:
    dome = PictureLimits(skip=("shifted", "frozen", "black"))
    reference = seen(scene(50))
    assert {v for v, _ in run([moved(scene(2), 99)] * 6, dome, reference)} == {"ok"}
    assert [v for v, _ in run([plain(3)] * 2, dome)] == ["ok", "obscured"], "it is flat as well"


def test_after_a_restart_what_was_known_stands_until_a_picture_says_otherwise() -> None:
    frozen = Sight(Verdict.FROZEN, at(-60))
    told = run([scene(1), scene(1), scene(2)], known=frozen)
    assert told == [("ok", 0), ("ok", 0), ("ok", 0)], "nothing was known of what it showed"
    one = Lookout(LIMITS, None)
    one.look(seen(scene(1)), at(-5))
    one.resume(frozen)
    assert one.look(seen(scene(1)), at(0)) == frozen
    assert one.look(seen(scene(2)), at(5)) == Sight(Verdict.OK, at(5))


def test_the_same_pictures_give_the_same_verdicts() -> None:
    pictures = [*fine(1, 1, 1, 1), plain(3), blurred(scene(2)), blurred(scene(3)), scene(4)]
    assert run(pictures) == run(pictures)


def test_no_more_is_remembered_than_is_needed() -> None:
    one = Lookout(LIMITS, None)
    for number in range(REMEMBERED + 5):
        one.look(seen(scene(number % 3)), at(number))
    assert len(one._sharpness) == REMEMBERED
