"""A camera for worlds that are fed by hand, and pictures of it."""

from datetime import timedelta

from PIL import Image

from monitoring.domain.cameras import PictureLimits
from monitoring.domain.instants import to_us
from monitoring.domain.observations import Frame
from monitoring.domain.site import Device, DeviceKind
from tests.engine.pictures import jpeg
from tests.engine.sites import NAME
from tests.engine.timeline import at


def camera(
    name: str = "cam-a", segment: str = "road-a", check: PictureLimits | None = None
) -> Device:
    return Device(
        id=name,
        kind=DeviceKind.CAMERA,
        name=NAME,
        segment=segment,
        cadence=timedelta(minutes=5),
        check=check or PictureLimits(),
    )


def shot(minute: float, picture: Image.Image | bytes, name: str = "cam-a") -> Frame:
    """A picture as it comes."""
    content = picture if isinstance(picture, bytes) else jpeg(picture)
    return Frame(name, to_us(at(minute)), content)
