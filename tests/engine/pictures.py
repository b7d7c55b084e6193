"""Camera pictures for tests: drawn scenes, and what may befall them."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from monitoring.domain.site import SegmentKind
from monitoring.engine.sight import Luma
from monitoring.services.luma import luma
from sensors.scene import Scene, draw

NOISE = 1.6


def scene(number: int = 1, kind: SegmentKind = SegmentKind.ROAD, **changes: Any) -> Image.Image:
    """A road by day, dry; no two numbers give the same noise."""
    told = {"depth_cm": 0.0, "rain_mm_per_h": 0.0, "hour": 12.0, **changes}
    drawn = Scene(kind, "Shandong Rd", f"2026-07-20 12:{number:02d}", seed=number, **told)
    return Image.open(io.BytesIO(draw(drawn))).convert("RGB")


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def seen(image: Image.Image, quality: int = 80) -> Luma:
    """As the check sees it."""
    found = luma(jpeg(image, quality))
    assert found is not None
    return found


def grain(image: Image.Image, seed: int, deviation: float = NOISE) -> Image.Image:
    """With a sensor's noise."""
    noise = np.random.default_rng(seed).normal(0, deviation, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def plain(tone: int, number: int = 1) -> Image.Image:
    """All of one tone but for noise: a lens with a hand before it, a dead sensor."""
    return grain(Image.new("RGB", (800, 450), (tone, tone, tone)), number)


def blurred(image: Image.Image, number: int = 1, radius: float = 6) -> Image.Image:
    """Out of focus; the sensor's noise is not."""
    return grain(image.filter(ImageFilter.GaussianBlur(radius)), number)


def moved(image: Image.Image, x: int, y: int = 0) -> Image.Image:
    """As if the camera had been turned; what comes into the picture is grey."""
    affine = (1, 0, -x, 0, 1, -y)
    return image.transform(image.size, Image.Transform.AFFINE, affine, fillcolor=(90, 95, 100))


def clocked(image: Image.Image, text: str) -> Image.Image:
    """With a clock, as most cameras write one into their pictures."""
    copy = image.copy()
    pen = ImageDraw.Draw(copy)
    pen.rectangle((540, 4, 796, 36), fill=(0, 0, 0))
    pen.text((550, 8), text, fill=(255, 255, 255), font_size=20)
    return copy


def weathers() -> Iterator[tuple[str, dict[str, Any]]]:
    """What a camera that is in order may see of one place."""
    yield "day", {}
    yield "rain", {"rain_mm_per_h": 40}
    yield "flood", {"depth_cm": 60, "rain_mm_per_h": 10}
    yield "night", {"hour": 1}
    yield "flood in a rainy night", {"hour": 1, "depth_cm": 40, "rain_mm_per_h": 40}
    yield "calm flood at night", {"hour": 1, "depth_cm": 60}
