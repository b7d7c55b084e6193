"""The gateway as a program: video in, pictures and status out, whatever goes away meanwhile."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from monitoring.domain.brokers import Broker
from sensors.camera_link import CameraLink
from sensors.jpeg import fault
from sensors.packets import Message
from sensors.patience import Patience
from sensors.video import LARGEST, Source, SourceError, VideoError, jpeg, pictures
from tests.brokers import embedded, free_port, mosquitto
from tests.e2e.served import ROOT
from tests.sensors import listener
from tests.sensors.listener import wait_for
from tests.sensors.rtsp import rtsp_camera, video
from tests.sensors.test_link import Refusing

Opened = Callable[[Path, int], AbstractContextManager[str]]

FRAME, STATUS = "donggang/frame/cam-1", "donggang/status/cam-1"


@dataclass
class Ear:
    """Hears what a broker is told of the camera."""

    heard: list[Message] = field(default_factory=list)

    def frames(self) -> list[Message]:
        return [m for m in self.heard if m.topic.decode() == FRAME]

    def statuses(self) -> list[str]:
        return [m.payload.decode() for m in self.heard if m.topic.decode() == STATUS]


@contextmanager
def listening(url: str) -> Iterator[Ear]:
    ear = Ear()
    with listener.listening(Broker.at(url).model_copy(update={"client_id": "ear"})) as link:
        ear.heard = link.messages
        yield ear


@contextmanager
def gateway(url: object, mqtt: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable, "-m", "sensors.gateway", "--url", str(url), "--camera", "cam-1",
        "--mqtt", mqtt, *options,
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ends(process: subprocess.Popen[str], within_s: float = 15) -> tuple[int, str]:
    """Exit code and everything that was said."""
    output, _ = process.communicate(timeout=within_s)
    return process.returncode, output


def tone(message: Message) -> float:
    return float(np.asarray(Image.open(io.BytesIO(message.payload)).convert("L")).mean())


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def broker(request: pytest.FixtureRequest) -> Opened:
    return embedded if request.param == "embedded" else mosquitto


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("film") / "film.mp4"
    video(file, "mp4", 3)
    return file


def test_a_file_is_played_once_at_its_pace_and_then_the_camera_is_offline(
    broker: Opened, film: Path, tmp_path: Path
) -> None:
    with broker(tmp_path, free_port()) as url, listening(url) as ear:
        began = datetime.now(UTC)
        with gateway(film, url, "--every", "1s", "--width", "160", "--quality", "60") as program:
            code, output = ends(program)
        wait_for(lambda: ear.statuses()[-1:] == ["offline"])
    assert code == 0, output
    assert [fault(m.payload) for m in ear.frames()] == [None, None, None]
    assert [Image.open(io.BytesIO(m.payload)).size for m in ear.frames()] == [(160, 90)] * 3
    tones = [tone(m) for m in ear.frames()]
    assert tones == pytest.approx([0, 80, 160], abs=6), "a second lies between them"
    times = [datetime.fromisoformat(m.time or "") for m in ear.frames()]
    assert began < times[0] < times[2] < datetime.now(UTC)
    for earlier, later in pairwise(times):
        assert later - earlier == pytest.approx(timedelta(seconds=1), abs=timedelta(seconds=0.4))
    assert [s for s in ear.statuses() if s == "online"] == ["online"]


def test_the_status_is_retained(film: Path, tmp_path: Path) -> None:
    with embedded(tmp_path, free_port()) as url:
        with gateway(film, url, "--every", "1s") as program:
            assert ends(program)[0] == 0
        with listening(url) as ear:
            wait_for(lambda: ear.statuses() == ["offline"])
            assert ear.heard[0].is_retained


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_gateway_that_is_told_to_stop_says_offline_and_ends_in_order(
    tmp_path: Path, number: signal.Signals
) -> None:
    with embedded(tmp_path, free_port()) as url, rtsp_camera() as camera, listening(url) as ear:
        with gateway(camera.url, url, "--every", "0.5s") as program:
            wait_for(lambda: len(ear.frames()) >= 2)
            program.send_signal(number)
            code, output = ends(program, 5)
        assert code == 0, output
        assert "Traceback" not in output
        wait_for(lambda: ear.statuses()[-1] == "offline")


def test_a_gateway_that_is_killed_is_offline_by_its_last_will(tmp_path: Path) -> None:
    with (
        embedded(tmp_path, free_port()) as url,
        rtsp_camera() as camera,
        listening(url) as ear,
        gateway(camera.url, url, "--every", "0.5s") as program,
    ):
        wait_for(lambda: ear.statuses()[-1:] == ["online"])
        program.kill()
        wait_for(lambda: ear.statuses()[-1] == "offline")


def test_a_camera_that_hangs_up_is_offline_until_it_answers_again(tmp_path: Path) -> None:
    with embedded(tmp_path, free_port()) as url, rtsp_camera() as camera, listening(url) as ear:
        with gateway(camera.url, url, "--every", "0.5s") as program:
            wait_for(lambda: ear.statuses()[-1:] == ["online"])
            camera.refuses = "404 Not Found"
            camera.hang_up()
            wait_for(lambda: ear.statuses()[-1] == "offline")
            count = len(ear.frames())
            camera.refuses = ""
            wait_for(lambda: ear.statuses()[-1] == "online", 30)
            wait_for(lambda: len(ear.frames()) > count)
            program.terminate()
            code, output = ends(program)
        assert code == 0
        assert camera.plays >= 2
        assert "trying again" in output
        assert "secret" not in output, "no password is ever told"


@pytest.mark.mosquitto
def test_a_broker_that_goes_away_gets_the_newest_picture_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    with rtsp_camera() as camera, gateway(camera.url, f"mqtt://127.0.0.1:{port}", "--every", "1s"):
        for _ in range(2):
            with mosquitto(tmp_path, port) as url, listening(url) as ear:
                wait_for(lambda: bool(ear.frames()), 30)
                assert ear.statuses()[-1] == "online"
                newest = datetime.fromisoformat(ear.frames()[-1].time or "")
                assert datetime.now(UTC) - newest < timedelta(seconds=3)


@pytest.mark.parametrize("answer", [b"", b"\x20\x02\x00\x01"], ids=["hangs up", "refuses"])
def test_a_broker_that_knows_no_mqtt_5_is_asked_in_3_1_1(answer: bytes) -> None:
    broker = Refusing(answer)
    link = CameraLink(broker.url, "donggang", "cam-1")
    link.start()
    wait_for(lambda: len(broker.openings) >= 2)
    link.close()
    broker.close()
    assert [opening[opening.index(b"MQTT") + 4] for opening in broker.openings[:2]] == [5, 4]


@pytest.mark.mosquitto
def test_in_3_1_1_a_picture_goes_without_its_time(tmp_path: Path) -> None:
    with mosquitto(tmp_path, free_port()) as url, listening(url) as ear:
        link = CameraLink(url, "donggang", "cam-1")
        link._protocol = link._protocol.__class__.MQTTv311
        link.start()
        link.publish(b"picture", "2026-07-07T00:00:00Z")
        wait_for(lambda: bool(ear.frames()))
        link.close()
        wait_for(lambda: ear.statuses()[-1] == "offline")
        assert [(m.payload, m.time) for m in ear.frames()] == [(b"picture", None)]


BAD = [
    (["--url", "nothing.mp4"], "nothing.mp4: there is no such file"),
    (["--url", "README.md"], "README.md: it is no video that can be read"),
    (["--url", "tests"], "tests: it is a folder; name a video file"),
    (["--url", "http://user:secret@camera/x"], "http:// is not read; expected rtsp://"),
    (["--url", "rtsp://"], "names no camera; expected rtsp://"),
    (["--mqtt", "redis://user:secret@host"], "names no MQTT broker; expected mqtt://"),
    (["--mqtt", "mqtt://host:port"], "must be a number"),
    (["--every", "10"], "no duration; write 90s"),
    (["--every", "0s"], "expected 0.2s or more"),
    (["--camera", "cam/1"], "expected the camera's id"),
    (["--quality", "0"], "quality"),
    (["--width", "wide"], "width"),
]


@pytest.mark.parametrize(("options", "told"), BAD, ids=[" ".join(options) for options, _ in BAD])
def test_what_cannot_work_is_refused_in_a_sentence(options: list[str], told: str) -> None:
    with gateway("README.md", "mqtt://127.0.0.1:1", *options) as program:
        code, output = ends(program)
    assert code in {1, 2}
    assert told in output
    assert "Traceback" not in output
    assert "secret" not in output


def test_a_camera_says_why_it_cannot_be_watched() -> None:
    never = threading.Event()
    with rtsp_camera() as camera:
        for status, told in (
            ("401 Unauthorized", "the user or the password is refused"),
            ("404 Not Found", "there is no such stream"),
        ):
            camera.refuses = status
            with pytest.raises(VideoError, match=told) as caught:
                next(pictures(Source(camera.url), 1, never))
            assert "secret" not in str(caught.value)
    with pytest.raises(VideoError, match="nobody listens there"):
        next(pictures(Source(camera.url), 1, never))


def test_a_camera_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensors.video.READ_S", 1.0)
    with rtsp_camera() as camera:
        watched = pictures(Source(camera.url), 0.1, threading.Event())
        next(watched)
        camera.is_mute = True
        with pytest.raises(VideoError, match=r"nothing came|no answer"):
            list(watched)


def test_a_live_camera_gives_a_picture_when_one_is_due_and_not_oftener() -> None:
    with rtsp_camera() as camera:
        watched = pictures(Source(camera.url), 1.0, threading.Event())
        next(watched)
        began = time.monotonic()
        for _ in range(3):
            assert next(watched).key_frame
        assert 2.0 < time.monotonic() - began < 5.0


def test_a_file_without_a_picture_is_refused(tmp_path: Path) -> None:
    subtitles = tmp_path / "film.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nrain\n")
    with pytest.raises(VideoError, match="there is no picture in it"):
        next(pictures(Source(str(subtitles)), 1, threading.Event()))


def test_a_picture_is_never_larger_than_what_is_read() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (2160, 3840, 3), dtype=np.uint8)
    picture = av.VideoFrame.from_ndarray(noise, format="rgb24")
    found = jpeg(picture, 7680, 95)
    assert fault(found) is None
    assert len(found) <= LARGEST
    assert Image.open(io.BytesIO(found)).size == (3840, 2160), "nothing is made wider"


def test_a_source_is_told_without_its_password() -> None:
    assert str(Source("rtsp://user:secret@cam:554/live?ch=1")) == "rtsp://cam:554/live?ch=1"
    assert str(Source("C:/films/a.mp4")) == "C:/films/a.mp4"
    with pytest.raises(SourceError):
        Source("ftp://cam/film.mp4")


def test_patience_grows_has_a_limit_and_is_not_the_same_for_all() -> None:
    one, other = Patience(1, 30), Patience(1, 30)
    waits = [one.next_s() for _ in range(12)]
    for n, wait_s in enumerate(waits):
        longest = min(2**n, 30)
        assert longest / 2 <= wait_s <= longest
    assert [other.next_s() for _ in range(12)] != waits
    one.reset()
    assert one.next_s() <= 1
