"""The gateway: publishes the pictures of a camera that does not speak MQTT.

    python -m sensors.gateway --url rtsp://user:pass@host/stream --camera ID --mqtt mqtt://broker

It pulls RTSP, or plays a video file once, and publishes a JPEG now and then on the native
topic, with the camera's status. See docs/cameras.md.
"""

import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import structlog
import typer

from monitoring.domain.brokers import AddressError
from monitoring.domain.instants import rfc3339
from monitoring.domain.plans import parse_duration
from sensors.camera_link import CameraLink
from sensors.patience import Patience
from sensors.video import Source, SourceError, VideoError, jpeg, pictures

_RETRY_S: Final = (1.0, 60.0)
_SHORTEST: Final = timedelta(seconds=0.2)

log = structlog.get_logger(__name__)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    url: Annotated[
        str,
        typer.Option(
            envvar="GANGAN_CAMERA_URL", help="rtsp://[user:pass@]host[:port]/path, or a video file."
        ),
    ],
    camera: Annotated[str, typer.Option(help="The camera's id in devices.yaml.")],
    mqtt: Annotated[
        str, typer.Option(envvar="GANGAN_MQTT", help="mqtt://[user:pass@]host[:port] or mqtts://…")
    ],
    every: Annotated[str, typer.Option(help="Time between two pictures: 2s, 1min.")] = "10s",
    quality: Annotated[int, typer.Option(min=10, max=95, help="Quality of the JPEGs.")] = 80,
    width: Annotated[int, typer.Option(min=160, max=7680, help="Pixels, at most.")] = 1280,
    root: Annotated[str, typer.Option(help="mqtt_root of site.yaml.")] = "donggang",
) -> None:
    """Publish a camera's pictures until told to stop, or until the file has been played."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        source, every_s = Source(url), _seconds(every)
        link = CameraLink(mqtt, root, _topic_level(camera))
        link.start()
        try:
            watch(source, link, every_s, width, quality, stop)
        finally:
            link.close()
    except (AddressError, SourceError, VideoError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def watch(
    source: Source, link: CameraLink, every_s: float, width: int, quality: int,
    stop: threading.Event,
) -> None:  # fmt: skip
    """Hand over pictures until `stop` is set; a stream that breaks off is tried again for ever.

    Raises:
        VideoError: The file can't be read.
    """
    patience = Patience(*_RETRY_S)
    while not stop.is_set():
        try:
            for picture in pictures(source, every_s, stop):
                link.publish(jpeg(picture, width, quality), rfc3339(datetime.now(UTC)))
                patience.reset()
            why = "the stream has ended"
        except VideoError as error:
            if not source.is_live:
                raise
            why = str(error)
        if not source.is_live or stop.is_set():
            return
        link.offline()
        wait_s = patience.next_s()
        log.warning("no pictures; trying again", source=str(source), why=why, in_s=round(wait_s, 1))
        stop.wait(wait_s)


def _seconds(text: str) -> float:
    span = parse_duration(text)
    if not isinstance(span, timedelta) or span < _SHORTEST:
        raise ValueError(f"--every {text}: expected 0.2s or more, such as 10s")
    return span.total_seconds()


def _topic_level(camera: str) -> str:
    if not camera or set("+#/\0") & set(camera):
        raise ValueError(f"--camera {camera}: expected the camera's id as in devices.yaml")
    return camera


if __name__ == "__main__":
    app()
