"""Frames as serial lines send them: one after another, with noise between.

A transparent DTU passes on whatever has arrived when its time is up, so that a payload may begin
in the middle of a frame, hold several, and end in one that goes on in the next payload.
"""

from collections.abc import Callable
from typing import Any, Final

from sensors.payloads import PayloadError

# Reads the frame that begins at a place: its tree, and where it ends.
ReadFrame = Callable[[bytes, int], tuple[dict[str, Any], int]]

_MOST: Final = 64  # beginnings tried in one payload, so that noise costs little time


def frames(payload: bytes, mark: bytes, read: ReadFrame) -> dict[str, Any]:
    """The `frames` of a payload, and the `faults` of those that can't be read.

    Bytes that belong to no beginning are the end of a frame whose beginning came before and was
    told as a fault then; they are passed over.

    Args:
        payload: Any bytes.
        mark: What every frame begins with.
        read: Reads one frame.

    Raises:
        PayloadError: There is no good frame.
    """
    good: list[dict[str, Any]] = []
    faults: list[str] = []
    at = payload.find(mark)
    for _ in range(_MOST):
        if at < 0:
            break
        try:
            tree, end = read(payload, at)
        except PayloadError as error:
            end = at + 1
            if not payload.startswith(mark, end):  # or the mark has one byte too many
                faults.append(f"frame at byte {at}: {error}")
        else:
            good.append(tree)
        at = payload.find(mark, end)
    if at >= 0:
        faults.append(f"what follows byte {at} was not read: more than {_MOST} frames")
    if not good:
        found = payload[:16].hex(" ")
        none = f"no frame begins in {len(payload)} bytes ({found} …); expected {mark.hex(' ')}"
        raise PayloadError(faults[0] if faults else none)
    return {"frames": good, "faults": faults}
