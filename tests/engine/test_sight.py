"""What is measured of pictures tells faults from weather, by day and by night."""

from typing import Any

import numpy as np
import pytest

from monitoring.domain.cameras import PictureLimits
from monitoring.domain.site import SegmentKind
from monitoring.engine.sight import HEIGHT, WIDTH, changed, displacement, signs
from tests.engine.pictures import (
    blurred,
    clocked,
    grain,
    jpeg,
    moved,
    plain,
    scene,
    seen,
    weathers,
)

LIMITS = PictureLimits()
KINDS = list(SegmentKind)
WEATHERS = pytest.mark.parametrize("weather", [w for _, w in weathers()], ids=dict(weathers()))


@pytest.mark.parametrize("kind", KINDS)
@WEATHERS
def test_a_picture_in_order_is_light_sharp_and_full(
    kind: SegmentKind, weather: dict[str, Any]
) -> None:
    found = signs(seen(scene(1, kind, **weather)))
    assert found.light > 2 * LIMITS.black_at
    assert found.white < LIMITS.white_share / 4
    assert found.flat < LIMITS.flat_share - 0.2
    assert found.sharpness > 2.5 * LIMITS.blurred_at


@pytest.mark.parametrize("kind", KINDS)
@WEATHERS
def test_out_of_focus_there_is_no_detail_however_light_it_is(
    kind: SegmentKind, weather: dict[str, Any]
) -> None:
    assert signs(seen(blurred(scene(1, kind, **weather)))).sharpness < LIMITS.blurred_at


def test_sharpness_does_not_depend_on_the_light() -> None:
    light = scene()
    dim = grain(light.point(lambda v: int(v * 0.3)), 2)
    ratio = signs(seen(dim)).sharpness / signs(seen(light)).sharpness
    assert 0.5 < ratio < 2


def test_what_is_written_into_a_picture_makes_it_neither_light_nor_sharp() -> None:
    dark = signs(seen(clocked(plain(4), "2026-07-20 12:00:00")))
    assert dark.light < LIMITS.black_at
    soft = signs(seen(clocked(blurred(scene()), "2026-07-20 12:00:00")))
    assert soft.sharpness < LIMITS.blurred_at


@pytest.mark.parametrize("tone", [30, 90, 160, 220])
def test_before_a_covered_lens_there_is_nothing(tone: int) -> None:
    assert signs(seen(plain(tone))).flat > 0.95


@pytest.mark.parametrize("quality", [60, 80, 95])
@pytest.mark.parametrize("weather", [{}, {"hour": 1}], ids=["day", "night"])
def test_two_pictures_of_one_place_never_look_the_same(
    weather: dict[str, Any], quality: int
) -> None:
    apart = changed(seen(scene(1, **weather), quality), seen(scene(2, **weather), quality))
    assert apart > 0.5


def test_the_same_picture_with_another_time_on_it_has_hardly_changed() -> None:
    one = scene()
    first, second = (clocked(one, f"2026-07-20 12:0{n}:59") for n in (1, 8))
    assert changed(seen(first), seen(first)) == 0
    assert 0 < changed(seen(first), seen(second)) < 0.08


@pytest.mark.parametrize("kind", [SegmentKind.ROAD, SegmentKind.UNDERPASS, SegmentKind.BRIDGE])
@WEATHERS
def test_a_place_is_known_again_in_any_weather(kind: SegmentKind, weather: dict[str, Any]) -> None:
    found = displacement(seen(scene(2, kind, **weather)), seen(scene(1, kind)))
    assert found.likeness > 0.1
    assert found.share < 0.01


@pytest.mark.parametrize(("x", "y", "share"), [(32, 0, 0.04), (-80, 18, 0.1), (0, 60, 0.13)])
@WEATHERS
def test_a_turned_camera_is_noticed_by_how_much(
    x: int, y: int, share: float, weather: dict[str, Any]
) -> None:
    found = displacement(seen(moved(scene(2, **weather), x, y)), seen(scene(1)))
    assert found.likeness > 0.1
    assert found.share == pytest.approx(share, abs=0.01)


def test_places_that_have_nothing_in_common_are_not_alike() -> None:
    upside_down = scene(2).rotate(180)
    assert displacement(seen(upside_down), seen(scene(1))).likeness < 0.1
    other = np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8)
    assert displacement(other, seen(scene(1))).likeness < 0.06


def test_a_picture_without_any_edge_is_like_nothing() -> None:
    black = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    assert displacement(black, black).likeness < 0.01
    assert signs(black).sharpness == 0


def test_a_picture_is_seen_at_the_same_size_whatever_its_own() -> None:
    one = scene()
    for size in ((160, 90), (704, 576), (2560, 1440)):
        found = seen(one.resize(size))
        assert found.shape == (HEIGHT, WIDTH)
    assert len(jpeg(one)) > 20_000
