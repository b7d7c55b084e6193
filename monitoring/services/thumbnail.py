"""Thumbnails: pictures small enough that a page may show dozens."""

import io
from typing import Final

from PIL import Image

from monitoring.services.luma import UNREADABLE

_QUALITY: Final = 75


def thumbnail(jpeg: bytes, width: int) -> bytes:
    """The picture at that width, or as it is where it is smaller or can't be read."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if image.width <= width:
                return jpeg
            image.thumbnail((width, image.height))
            image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    except UNREADABLE:
        return jpeg
    return out.getvalue()
