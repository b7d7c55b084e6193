"""Drawn camera pictures: a road scene that shows what a camera would, and says it is drawn.

Water, rain, light and time of day are as told; everything else is decoration.
"""

import io
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from monitoring.domain.site import SegmentKind
from sensors.storm import daylight

WIDTH: Final = 800
HEIGHT: Final = 450
_HORIZON: Final = 170
_RULER_CM: Final = 60  # height of the depth ruler
_DEEP_CM: Final = 60.0  # at which the whole road is under water in the picture
_QUALITY: Final = 82
_GRAIN: Final = 1.6  # what a sensor's noise adds to each pixel, standard deviation
_FONTS: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture shows.

    Attributes:
        label: Date and time, as text.
        depth_cm: Water on the road.
        hour: Local hour of the day, 0 to 24, for the light.
        seed: Makes the rain's streaks; the same seed draws the same picture.
    """

    kind: SegmentKind
    name: str
    label: str
    depth_cm: float
    rain_mm_per_h: float
    hour: float
    seed: int


def draw(scene: Scene) -> bytes:
    """The scene as a JPEG of 800 × 450 pixels."""
    light = daylight(scene.hour) * (1 - 0.35 * min(1.0, scene.rain_mm_per_h / 40))
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image, "RGBA")
    _sky(pen, light)
    _behind(pen, scene.kind, light)
    _road(pen, light, is_wet=scene.rain_mm_per_h > 0.5 or scene.depth_cm > 1)  # noqa: PLR2004 - a film of water
    if scene.kind is SegmentKind.UNDERPASS:
        _portal(pen, light)
    _water(pen, scene, light)
    _ruler(pen, scene.depth_cm, light)
    if light < 0.45:  # noqa: PLR2004 - when street lamps are on
        image = _lamps(image, 1 - light)
    _rain(image, scene)
    image = _grain(image, scene.seed)
    _caption(image, scene)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _shade(colour: Colour, light: float) -> Colour:
    """A colour at less light, bluer as it gets dark."""
    red, green, blue = colour
    level = 0.36 + 0.64 * light
    return int(red * level), int(green * level), int(min(255, blue * (level + 0.06)))


def _sky(pen: ImageDraw.ImageDraw, light: float) -> None:
    for y in range(_HORIZON + 30):
        share = y / (_HORIZON + 30)
        base = (int(96 + 84 * share), int(112 + 78 * share), int(130 + 66 * share))
        pen.line((0, y, WIDTH, y), fill=_shade(base, light))


def _behind(pen: ImageDraw.ImageDraw, kind: SegmentKind, light: float) -> None:
    """Buildings and trees; from the bridge and the square the sea."""
    if kind in (SegmentKind.BRIDGE, SegmentKind.SQUARE):
        pen.rectangle((0, _HORIZON - 12, WIDTH, HEIGHT), fill=_shade((84, 118, 136), light))
        for y in range(_HORIZON - 8, _HORIZON + 60, 9):
            pen.line((0, y, WIDTH, y + 2), fill=_shade((120, 150, 164), light))
        return
    houses = random.Random(7)  # noqa: S311 - decoration
    x = -20
    while x < WIDTH:
        width, height = houses.randint(46, 96), houses.randint(36, 118)
        tone = houses.randint(92, 132)
        top = _HORIZON - height
        pen.rectangle(
            (x, top, x + width, _HORIZON + 20), fill=_shade((tone, tone, tone + 6), light)
        )
        for row in range(top + 8, _HORIZON - 8, 14):
            for column in range(x + 7, x + width - 8, 14):
                is_lit = houses.random() < 0.35 and light < 0.45  # noqa: PLR2004 - some are at home
                glass = (228, 196, 120) if is_lit else _shade((70, 84, 96), light)
                pen.rectangle((column, row, column + 6, row + 7), fill=glass)
        x += width + houses.randint(2, 16)
    for x in range(-10, WIDTH, 58):
        pen.ellipse((x, _HORIZON - 26, x + 66, _HORIZON + 26), fill=_shade((58, 88, 60), light))
    pen.rectangle((0, _HORIZON + 8, WIDTH, HEIGHT), fill=_shade((104, 112, 100), light))


def _edge(y: float, side: float) -> float:
    """Where the road's edge is at height `y`; side −1 left, 1 right."""
    share = (y - _HORIZON) / (HEIGHT - _HORIZON)
    return WIDTH / 2 + side * (26 + 400 * share)


def _road(pen: ImageDraw.ImageDraw, light: float, *, is_wet: bool) -> None:
    top, low = _HORIZON + 6, HEIGHT
    asphalt = (66, 71, 77) if is_wet else (92, 94, 96)
    for grow, colour in ((14, (168, 168, 162)), (0, asphalt)):
        pen.polygon(
            [
                (_edge(top, -1) - grow / 5, top), (_edge(top, 1) + grow / 5, top),
                (_edge(low, 1) + grow, low), (_edge(low, -1) - grow, low),
            ],
            fill=_shade(colour, light),
        )  # fmt: skip
    y = float(top + 6)
    while y < low:
        length = 5 + (y - top) * 0.16
        width = 1 + (y - top) * 0.014
        for lane in (-0.33, 0.33):
            upper = WIDTH / 2 + lane * (_edge(y, 1) - _edge(y, -1)) / 2
            lower = WIDTH / 2 + lane * (_edge(y + length, 1) - _edge(y + length, -1)) / 2
            pen.polygon(
                [(upper - width, y), (upper + width, y), (lower + width, y + length),
                 (lower - width, y + length)],
                fill=_shade((226, 226, 216), light),
            )  # fmt: skip
        y += 2.1 * length
    if is_wet:
        for y in range(top + 10, low, 7):
            pen.line((_edge(y, -1), y, _edge(y, 1), y), fill=(*_shade((190, 204, 214), light), 26))


def _portal(pen: ImageDraw.ImageDraw, light: float) -> None:
    """The railway's bridge over the road, and the walls of the cutting."""
    wall = _shade((118, 112, 104), light)
    pen.polygon([(0, 90), (300, _HORIZON - 40), (300, _HORIZON + 30), (0, HEIGHT)], fill=wall)
    pen.polygon(
        [(WIDTH, 90), (500, _HORIZON - 40), (500, _HORIZON + 30), (WIDTH, HEIGHT)], fill=wall
    )
    pen.polygon(
        [(_edge(HEIGHT, -1) + 6, HEIGHT), (352, _HORIZON + 30), (448, _HORIZON + 30),
         (_edge(HEIGHT, 1) - 6, HEIGHT)],
        fill=_shade((70, 73, 78), light),
    )  # fmt: skip
    pen.rectangle((0, 60, WIDTH, _HORIZON - 36), fill=_shade((138, 132, 122), light))
    pen.rectangle((0, 60, WIDTH, 70), fill=_shade((96, 92, 86), light))
    pen.rectangle((318, _HORIZON - 36, 482, _HORIZON + 34), fill=_shade((34, 36, 40), light))
    pen.rectangle((340, 84, 460, 116), fill=(196, 40, 40), outline=(240, 240, 240))
    pen.text((400, 100), "4.5 m", fill=(255, 255, 255), font=_font(20), anchor="mm")


def _water(pen: ImageDraw.ImageDraw, scene: Scene, light: float) -> None:
    """Water rises from the near, low part of the road away from us."""
    if scene.depth_cm <= 0.5:  # noqa: PLR2004 - less is a wet road
        return
    share = min(1.0, scene.depth_cm / _DEEP_CM)
    top = HEIGHT - (HEIGHT - _HORIZON - 22) * (0.14 + 0.86 * share**0.6)
    spill = 60 * share
    tone = _shade((104, 112, 106), min(1.0, light + 0.08))
    pen.polygon(
        [(_edge(top, -1) - spill / 4, top), (_edge(top, 1) + spill / 4, top),
         (_edge(HEIGHT, 1) + 4 * spill, HEIGHT), (_edge(HEIGHT, -1) - 4 * spill, HEIGHT)],
        fill=(*tone, int(120 + 125 * min(1.0, 2 * share))),
    )  # fmt: skip
    ripples = random.Random(scene.seed)  # noqa: S311 - decoration
    sheen = _shade((206, 220, 230), light)
    for _ in range(int(40 + 90 * share)):
        y = ripples.uniform(top + 2, HEIGHT - 2)
        width = (y - top) * 0.22 + 8
        x = ripples.uniform(_edge(y, -1), _edge(y, 1))
        pen.line((x - width, y, x + width, y), fill=(*sheen, ripples.randint(30, 95)), width=2)
    pen.line((_edge(top, -1), top, _edge(top, 1), top), fill=(*sheen, 130), width=2)


def _ruler(pen: ImageDraw.ImageDraw, depth_cm: float, light: float) -> None:
    """A depth ruler at the roadside, as they are painted at places that flood."""
    left, foot, height = 664, 392, 190
    pen.rectangle(
        (left - 3, foot - height - 3, left + 41, foot + 3), fill=_shade((40, 44, 48), light)
    )
    for mark in range(0, _RULER_CM, 10):
        y = foot - height * mark / _RULER_CM
        tone = (232, 232, 224) if mark // 10 % 2 else (214, 62, 52)
        box = (left, y - height * 10 / _RULER_CM, left + 38, y)
        pen.rectangle(box, fill=_shade(tone, min(1.0, light + 0.25)))
        ink = (20, 20, 20) if mark // 10 % 2 else (255, 255, 255)
        pen.text((left + 19, y - 15), str(mark + 10), fill=ink, font=_font(17), anchor="mm")
    if depth_cm > 0.5:  # noqa: PLR2004 - less is a wet road
        surface = foot - height * min(depth_cm, _RULER_CM) / _RULER_CM
        tone = _shade((104, 116, 112), min(1.0, light + 0.1))
        pen.rectangle((left - 26, surface, left + 66, foot + 12), fill=(*tone, 225))
        pen.line((left - 26, surface, left + 66, surface), fill=(225, 235, 240, 220), width=2)


def _lamps(image: Image.Image, dark: float) -> Image.Image:
    """Street lamps and their light on the road."""
    glow = Image.new("RGB", image.size)
    pen = ImageDraw.Draw(glow)
    for x, y, size in ((96, 96, 26), (236, 130, 15), (704, 96, 26), (564, 130, 15)):
        pen.ellipse((x - size, y - size, x + size, y + size), fill=(255, 214, 150))
        pen.ellipse((x - 3 * size, 330, x + 3 * size, 330 + 2 * size), fill=(120, 96, 60))
    glow = glow.filter(ImageFilter.GaussianBlur(22)).point(lambda v: int(v * dark))
    return ImageChops.add(image, glow)


def _rain(image: Image.Image, scene: Scene) -> None:
    drops = int(min(420, scene.rain_mm_per_h * 6))
    if not drops:
        return
    pen = ImageDraw.Draw(image, "RGBA")
    streaks = random.Random(scene.seed + 1)  # noqa: S311 - decoration
    slant = 0.16
    for _ in range(drops):
        x, y = streaks.uniform(-40, WIDTH), streaks.uniform(-20, HEIGHT)
        length = streaks.uniform(14, 44)
        tone = (214, 224, 232, streaks.randint(45, 120))
        pen.line((x, y, x + slant * length, y + length), fill=tone, width=1)


def _grain(image: Image.Image, seed: int) -> Image.Image:
    """The noise of a camera's sensor: no two real pictures are the same."""
    noise = np.random.default_rng(seed).normal(0, _GRAIN, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def _caption(image: Image.Image, scene: Scene) -> None:
    pen = ImageDraw.Draw(image, "RGBA")
    pen.rectangle((0, 0, WIDTH, 40), fill=(0, 0, 0, 150))
    pen.text((14, 20), _written(scene.name), fill=(255, 255, 255), font=_font(22), anchor="lm")
    pen.text((WIDTH - 14, 20), scene.label, fill=(255, 255, 255), font=_font(22), anchor="rm")
    mark = "合成画面 SYNTHETIC" if _has_cjk() else "SYNTHETIC"
    width = pen.textlength(mark, font=_font(18)) + 20
    pen.rectangle((12, 50, 12 + width, 78), fill=(240, 187, 31, 235))
    pen.text((22, 64), mark, fill=(26, 18, 0), font=_font(18), anchor="lm")


def _written(text: str) -> str:
    """The text, or what of it can be written without a Chinese font."""
    return text if _has_cjk() else text.encode("ascii", "ignore").decode()


@cache
def _font_file() -> str | None:
    return next((file for file in _FONTS if Path(file).exists()), None)


def _has_cjk() -> bool:
    return _font_file() is not None


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    file = _font_file()
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)
