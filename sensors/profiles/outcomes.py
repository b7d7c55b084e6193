"""Outcomes other than values: that a device is there or gone, and pictures."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from monitoring.domain.observations import Frame, Reading, Reason
from sensors import jpeg
from sensors.profiles.model import Status
from sensors.profiles.seen import Seen
from sensors.profiles.select import selector
from sensors.profiles.values import Paths
from sensors.profiles.words import word

StatusReader = Callable[[Any, Any], bool | None]
"""Takes the node and the payload's root; gives whether the device is there, or None.

Raises:
    ValueError: The word there is none of the profile's.
"""

FrameReader = Callable[[Seen, Any, Any, str, int | None], list[Reading]]
"""Takes the message, the node, the payload's root, our camera's id and the picture's time, None
where it has none.
"""


def status_reader(status: Status) -> StatusReader:
    """Tells whether a message means that a device is there."""
    if status.always is not None:
        is_online = status.always == "online"
        return lambda _node, _root: is_online
    select = selector(status.path)
    online, offline = frozenset(map(word, status.online)), frozenset(map(word, status.offline))
    ignored = frozenset(map(word, status.ignore))
    expected = ", ".join(map(str, (*status.online, *status.offline)))

    def read(node: Any, root: Any) -> bool | None:
        told = select(node, root)
        # Nothing is what stays where a retained status has been deleted.
        if told is None or told == "" or word(told) in ignored:
            return None
        if word(told) in online:
            return True
        if word(told) in offline:
            return False
        raise ValueError(f"{told!r:.60}; expected one of {expected}")

    return read


def frame_reader(paths: Paths) -> FrameReader:
    """Tells a picture; one whose age nobody knows is none."""
    select = selector(paths)

    def read(seen: Seen, node: Any, root: Any, camera: str, time_us: int | None) -> list[Reading]:
        picture = select(node, root)
        if picture is None or (time_us is None and seen.message.is_retained):
            return []
        try:
            data = picture if isinstance(picture, bytes) else _from_base64(picture)
        except ValueError as error:
            return [seen.refuse(Reason.NOT_JPEG, str(error))]
        fault = jpeg.fault(data)
        if fault is not None:
            return [seen.refuse(Reason.NOT_JPEG, f"{fault}; expected one JPEG")]
        return [Frame(camera, seen.arrived_us if time_us is None else time_us, data)]

    return read


def _from_base64(text: object) -> bytes:
    """The bytes in a text, which may begin as a data: URL does."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r:.60} is no picture; expected Base64")  # noqa: TRY004 - the payload's fault
    try:
        return base64.b64decode(text.rpartition(",")[2], validate=True)
    except binascii.Error as error:
        raise ValueError(f"{error}; expected a picture in Base64") from error
