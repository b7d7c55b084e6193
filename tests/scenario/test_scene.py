"""The drawn pictures show what they say: water, rain, and the hour."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from monitoring.domain.site import SegmentKind
from sensors.jpeg import fault
from sensors.scene import HEIGHT, WIDTH, Scene, draw


def picture(kind: SegmentKind, *, depth: float = 0.0, rain: float = 0.0, hour: float = 12) -> bytes:
    return draw(Scene(kind, "山东路", "2026-07-20 12:00", depth, rain, hour, seed=1))


def light(jpeg: bytes) -> float:
    return ImageStat.Stat(Image.open(io.BytesIO(jpeg)).convert("L")).mean[0]


@pytest.mark.parametrize("kind", SegmentKind)
def test_every_kind_of_place_makes_a_whole_jpeg(kind: SegmentKind) -> None:
    jpeg = picture(kind, depth=20, rain=30)
    assert fault(jpeg) is None
    assert Image.open(io.BytesIO(jpeg)).size == (WIDTH, HEIGHT)
    assert len(jpeg) < 4 << 20


@pytest.mark.parametrize("kind", SegmentKind)
def test_night_is_darker_than_day(kind: SegmentKind) -> None:
    assert light(picture(kind, hour=1)) < 0.8 * light(picture(kind, hour=12))


def test_the_same_scene_is_the_same_picture() -> None:
    assert picture(SegmentKind.ROAD, depth=12) == picture(SegmentKind.ROAD, depth=12)


def test_deeper_water_covers_more_of_the_road() -> None:
    dry = Image.open(io.BytesIO(picture(SegmentKind.ROAD))).convert("L")

    def changed(depth: float) -> float:
        wet = Image.open(io.BytesIO(picture(SegmentKind.ROAD, depth=depth))).convert("L")
        apart = ImageChops.difference(dry, wet).point(lambda v: 255 if v > 12 else 0)
        return ImageStat.Stat(apart).mean[0]

    assert 0 < changed(10) < changed(30) < changed(55)
