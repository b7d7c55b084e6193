"""Luma: a JPEG as the small grey picture that the check looks at."""

import io
import struct
from typing import Final

import numpy as np
from PIL import Image

from monitoring.engine.sight import HEIGHT, WIDTH, Luma

_UNREADABLE: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)
_TOO_LARGE: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def luma(jpeg: bytes) -> Luma | None:
    """The picture, scaled; None where it cannot be decoded."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            # The decoder leaves out what would be thrown away, down to twice what is needed.
            image.draft("L", (2 * WIDTH, 2 * HEIGHT))
            grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    except (*_UNREADABLE, *_TOO_LARGE):
        return None
    return np.asarray(grey)
