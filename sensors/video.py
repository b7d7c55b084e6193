"""Video: pictures out of a stream or a file, now and then.

Of a live stream only the pictures that stand by themselves (key frames) are decoded, and of
those only what is asked for: a small machine can watch many cameras so. A file plays at its
own pace.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

OPEN_S: Final = 10.0  # within which a camera must answer …
READ_S: Final = 10.0  # … and go on sending
LARGEST: Final = 4 << 20  # bytes of a picture that the platform reads
_POORER: Final = 10  # of the quality, where a picture is larger
_STREAMS: Final = frozenset({"rtsp", "rtsps"})
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (av.error.HTTPUnauthorizedError, "the user or the password is refused"),
    (av.error.HTTPForbiddenError, "this user may not watch it"),
    (av.error.HTTPNotFoundError, "there is no such stream; check the path"),
    (av.error.ConnectionRefusedError, "nobody listens there; check host and port"),
    (av.error.TimeoutError, "no answer; check network and address"),
    (av.error.ExitError, f"nothing came for {READ_S:g} s; check network and address"),
    (av.error.FileNotFoundError, "there is no such file"),
    (av.error.IsADirectoryError, "it is a folder; name a video file"),
    (av.error.PermissionError, "it may not be read; check its permissions"),
    (av.error.InvalidDataError, "it is no video that can be read"),
)


class VideoError(Exception):
    """The video can't be read; the message says why and what to do, without secrets."""


class SourceError(VideoError):
    """The URL can't name a video, whatever is there; trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where video comes from: rtsp://[user:password@]host[:port]/path, or a file."""

    url: str

    def __post_init__(self) -> None:
        """Refuse what is neither.

        Raises:
            SourceError: It is another kind of URL.
        """
        parts = urlsplit(self.url)
        expected = "expected rtsp://[user:password@]host[:port]/path or a video file"
        if self.is_live and not parts.hostname:
            raise SourceError(f"this URL names no camera; {expected}")
        if "://" in self.url and not self.is_live:
            raise SourceError(f"{parts.scheme}:// is not read; {expected}")

    @property
    def is_live(self) -> bool:
        """Whether it is a stream, which goes on by itself and may come back."""
        return urlsplit(self.url).scheme in _STREAMS

    def __str__(self) -> str:
        """The source without its secrets, for people and logs."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=host).geturl() if self.is_live else self.url


def pictures(source: Source, every_s: float, stop: threading.Event) -> Iterator[VideoFrame]:
    """A picture every so many seconds, until the video ends or `stop` is set.

    Raises:
        VideoError: It can't be opened, or breaks off.
    """
    with _told(source):
        options = {"rtsp_transport": "tcp"} if source.is_live else {}
        url = source.url if source.is_live else str(Path(source.url))
        with av.open(url, options=options, timeout=(OPEN_S, READ_S)) as container:
            if not container.streams.video:
                raise VideoError(f"{source}: there is no picture in it")
            stream = container.streams.video[0]
            if source.is_live:
                yield from _live(container, stream, every_s, stop)
            else:
                yield from _played(container, stream, every_s, stop)


def jpeg(picture: VideoFrame, width: int, quality: int) -> bytes:
    """A picture as JPEG, at most so wide; of less quality where it would be too large."""
    width = min(width, picture.width)
    height = round(picture.height * width / picture.width)
    scaled = picture.reformat(width=width, height=height, format="rgb24")
    image = Image.fromarray(scaled.to_ndarray())
    while True:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST or quality <= _POORER:
            return out.getvalue()
        quality -= _POORER


def _live(
    container: InputContainer, stream: VideoStream, every_s: float, stop: threading.Event
) -> Iterator[VideoFrame]:
    due_at = monotonic()
    decoder = stream.codec_context
    for packet in container.demux(stream):
        if stop.is_set():
            return
        if not packet.is_keyframe or not packet.size or monotonic() < due_at:
            continue
        found = [*decoder.decode(packet), *decoder.decode(None)]
        decoder.flush_buffers()  # asked for what it had, it takes no more until then
        if found:
            due_at = max(due_at + every_s, monotonic())
            yield found[-1]


def _played(
    container: InputContainer, stream: VideoStream, every_s: float, stop: threading.Event
) -> Iterator[VideoFrame]:
    began_at, due_s = monotonic(), 0.0
    for picture in container.decode(stream):
        at_s = picture.time or 0.0
        if at_s < due_s:
            continue
        due_s = at_s + every_s
        if stop.wait(max(0.0, began_at + at_s - monotonic())):
            return
        yield picture


@contextmanager
def _told(source: Source) -> Iterator[None]:
    """Say in words what FFmpeg says in codes, and never the URL with its password."""
    try:
        yield
    except av.error.FFmpegError as error:
        known = (words for kind, words in _FAULTS if isinstance(error, kind))
        words = next(known, error.strerror or type(error).__name__)
        raise VideoError(f"{source}: {words}") from None
