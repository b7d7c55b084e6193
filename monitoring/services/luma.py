"""Luma: a JPEG as the small grey picture that the check looks at."""

import io
import struct
from typing import Final

import numpy as np
from PIL import Image

from monitoring.engine.sight import HEIGHT, WIDTH, Luma

UNREADABLE: Final = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow raises for bytes that are no picture, or one too large to be decoded."""


def luma(jpeg: bytes) -> Luma | None:
    """The picture, scaled; None where it cannot be decoded."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            # The decoder leaves out what would be thrown away, down to twice what is needed.
            image.draft("L", (2 * WIDTH, 2 * HEIGHT))
            grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    except UNREADABLE:
        return None
    return np.asarray(grey)
