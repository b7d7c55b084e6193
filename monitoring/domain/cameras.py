"""Cameras: whether a picture may be believed, and which pictures are kept as evidence.

The limits of the picture check stand here with their defaults; a camera may have others
(docs/cameras.md). Light is luma, 0 (black) to 255.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from monitoring.domain.plans import Duration

PINNED: Final = timedelta(minutes=10)
"""How long before and after an alarm's onset the pictures of its segments are evidence."""

Share = Annotated[float, Field(gt=0, le=1)]


class Verdict(StrEnum):
    """What is wrong with a picture, if anything."""

    OK = "ok"
    FROZEN = "frozen"
    BLACK = "black"
    OVEREXPOSED = "overexposed"
    OBSCURED = "obscured"
    SHIFTED = "shifted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Sight:
    """What the check says of a camera's pictures, and since when that is so.

    For a frozen picture `since` is when it stopped moving: so old is what it shows.
    """

    verdict: Verdict
    since: datetime


@dataclass(frozen=True, slots=True)
class PictureJudged:
    """A camera's pictures are not what they were.

    Attributes:
        since: Time of the first picture of which it is so.
        sha256: The picture that completed the verdict.
    """

    camera: str
    verdict: Verdict
    since: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class PinnedFrame:
    """One picture, by whose it is, when it was taken, and the hash of its bytes."""

    camera: str
    time: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class FramesPinned:
    """Pictures are evidence of an alarm, and are kept for as long as the log."""

    alarm: str
    frames: tuple[PinnedFrame, ...]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FrameLimits(_Entry):
    """How many pictures are kept; what is pinned to an alarm is kept besides.

    Attributes:
        keep: Older ones are deleted.
        at_most_gb: The oldest are deleted where all together are larger, 10⁹ bytes.
    """

    keep: Duration = Field(default=timedelta(days=30), ge=timedelta(hours=1))
    at_most_gb: float = Field(default=20, gt=0, allow_inf_nan=False)


class PictureLimits(_Entry):
    """From when on a picture is not believed; the figures are starting points.

    Attributes:
        skip: What this camera is not checked for: a dome that turns shifts by itself.
        black_at: The lightest twentieth is left out (a clock is written in white); a picture
            of which nothing else is lighter than this is black.
        white_share: Share of the picture that is burnt out.
        flat_share: Share of the picture in which nothing can be made out.
        blurred_at: Sharpness (fine detail against contrast) below which any picture is blurred.
        blurred_share: … and the share of the camera's usual sharpness below which this one is.
        frozen_after: How long nothing at all must have changed …
        frozen_frames: … in how many pictures.
        shifted_by: Share of its width or height by which a picture lies beside its reference.
        confirm: How many pictures in a row must be obscured or shifted: a lorry passes.
    """

    skip: tuple[Literal["frozen", "black", "overexposed", "obscured", "shifted"], ...] = ()
    black_at: int = Field(default=24, ge=0, le=255)
    white_share: Share = 0.4
    flat_share: Share = 0.85
    blurred_at: float = Field(default=0.15, ge=0, allow_inf_nan=False)
    blurred_share: Share = 0.25
    frozen_after: Duration = Field(default=timedelta(minutes=10), gt=timedelta(0))
    frozen_frames: int = Field(default=4, ge=2)
    shifted_by: Share = 0.03
    confirm: int = Field(default=2, ge=1)
