"""A small RTSP server (RFC 2326): one stream, MPEG-TS over RTP (RFC 2250) within the connection."""

import io
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

RATE = 10  # pictures a second
SIZE = (320, 180)
_CHUNK = 7 * 188  # packets of MPEG-TS that one of RTP holds
_SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:*\r\n"
)


def video(file: Path | io.BytesIO, kind: str, seconds: int, gop: int = 5) -> None:
    """A grey video that gets lighter by 8 with each picture, with a key frame every `gop`."""
    target = file if isinstance(file, io.BytesIO) else str(file)
    with av.open(target, "w", format=kind) as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = gop
        for number in range(seconds * RATE):
            tone = np.full((SIZE[1], SIZE[0], 3), 8 * number % 256, dtype=np.uint8)
            picture = av.VideoFrame.from_ndarray(tone, format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


@dataclass
class Camera:
    """A camera that can be watched, and that can hang up.

    Attributes:
        refuses: Status that DESCRIBE is answered with instead of a description.
        is_mute: Whether it sends nothing after PLAY.
        plays: How often it was asked to play.
    """

    url: str
    content: bytes
    refuses: str = ""
    is_mute: bool = False
    plays: int = 0
    connections: list[socket.socket] = field(default_factory=list)

    def hang_up(self) -> None:
        """End all connections."""
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()

    def serve(self, connection: socket.socket) -> None:
        """Answer one client until it goes."""
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            while request := lines.readline().decode():
                headers = dict(_headers(lines))
                method = request.split()[0]
                status, body, extra = "200 OK", "", "Session: 1\r\n"
                if method == "DESCRIBE" and self.refuses:
                    status, extra = self.refuses, 'WWW-Authenticate: Basic realm="x"\r\n'
                elif method == "DESCRIBE":
                    body, extra = _SDP, "Content-Type: application/sdp\r\n"
                elif method == "SETUP":
                    extra += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
                answer = f"RTSP/1.0 {status}\r\nCSeq: {headers['cseq']}\r\n{extra}"
                answer += f"Content-Length: {len(body)}\r\n\r\n{body}"
                connection.sendall(answer.encode())
                if method == "PLAY":
                    self.plays += 1
                    self._play(connection)
                    return

    def _play(self, connection: socket.socket) -> None:
        """The video again and again, at its own pace."""
        chunks = [self.content[n : n + _CHUNK] for n in range(0, len(self.content), _CHUNK)]
        pause_s = len(self.content) and 3.0 / len(chunks)
        number = 0
        while True:
            if self.is_mute:
                time.sleep(0.1)
                continue
            chunk = chunks[number % len(chunks)]
            header = struct.pack("!BBHII", 0x80, 33, number & 0xFFFF, number * 3000 & 0xFFFFFFFF, 7)
            packet = header + chunk
            connection.sendall(struct.pack("!cBH", b"$", 0, len(packet)) + packet)
            number += 1
            time.sleep(pause_s)


def _headers(lines: io.BufferedReader) -> Iterator[tuple[str, str]]:
    while line := lines.readline().decode().strip():
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


@contextmanager
def rtsp_camera() -> Iterator[Camera]:
    """A camera on loopback that shows three seconds of video for ever."""
    content = io.BytesIO()
    video(content, "mpegts", 3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        camera = Camera(
            f"rtsp://user:secret@127.0.0.1:{server.getsockname()[1]}/live", content.getvalue()
        )

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    camera.connections.append(connection)
                    threading.Thread(target=camera.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield camera
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            camera.hang_up()
