"""The embedded broker: iotcore (rumqttd) in a process of its own.

It outlives a crash of ours, so that the sessions it holds do too, and is taken over at
the next start. rumqttd serves MQTT 3.1.1 and 5 on separate ports; devices find both on
one, because a front looks at the first packet and passes the connection on. Our own link
goes to the MQTT 5 side directly.

    python -m sensors.broker PORT FOLDER    is the child
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
# Bytes; above what we accept, so that a device that sends too much is told of, not cut off.
MAX_PAYLOAD: Final = 8 << 20
_SEGMENT: Final = 8 << 20  # its own default grows to gigabytes
_SEGMENTS: Final = 10
_INFLIGHT: Final = 8000
_START_S: Final = 10.0
_CHUNK: Final = 64 << 10
_PEEK_S: Final = 20.0  # how long a client may take to say which protocol it speaks
_VERSION_5: Final = 5
_HUSH: Final = signal.SIGUSR1
_UNHUSH: Final = signal.SIGUSR2


class BrokerPortError(Exception):
    """The port is not to be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A running broker as its file describes it."""

    pid: int
    port: int
    v4_port: int
    v5_port: int


class EmbeddedBroker:
    """Starts the broker on loopback, or takes over one that a crash of ours left."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = port
        self._folder = folder
        self._child: _Child | None = None
        self._process: subprocess.Popen[bytes] | None = None  # where we started it ourselves

    @property
    def url(self) -> str:
        """Where our own link connects."""
        port = self._child.v5_port if self._child else self._port
        return f"mqtt://{HOST}:{port}"

    @property
    def is_new(self) -> bool:
        """Whether it was started here, not taken over."""
        return self._process is not None

    def start(self) -> None:
        """Have a broker that listens.

        Raises:
            BrokerPortError: Something else listens there, or it would not start.
        """
        self._child = self._left_over()
        if self._child:
            self.unhush()
            return
        if _is_taken(self._port):
            raise BrokerPortError(
                f"Port {self._port} is in use, not by a broker of ours; use --mqtt"
                f" embedded://{HOST}:PORT, or --mqtt mqtt://{HOST}:{self._port} if it is a broker."
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)
        with (self._folder / "broker.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - ourselves, with a number and a folder
                [sys.executable, "-m", "sensors.broker", str(self._port), str(self._folder)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=Path(__file__).resolve().parent.parent, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_S
        while (child := self._left_over()) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise BrokerPortError(
                    f"The embedded broker did not start; see {self._folder / 'broker.log'},"
                    " or use a broker of yours with --mqtt mqtt://host:port."
                )
            time.sleep(0.02)
        self._child, self._process = child, process

    def hush(self) -> None:
        """Send the devices away and let none in; our own link stays."""
        self._signal(_HUSH)

    def unhush(self) -> None:
        """Let the devices in again."""
        self._signal(_UNHUSH)

    def _signal(self, number: int) -> None:
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child.pid, number)

    def stop(self) -> None:
        """End the broker; what it held is gone."""
        if self._child is None:
            return
        self._signal(signal.SIGTERM)
        if self._process is not None:
            self._process.wait()
            self._process = None
        deadline = time.monotonic() + _START_S
        while _is_taken(self._port) and time.monotonic() < deadline:
            time.sleep(0.02)
        self._file.unlink(missing_ok=True)
        self._child = None

    @property
    def _file(self) -> Path:
        return self._folder / f"broker-{self._port}.json"

    def _left_over(self) -> _Child | None:
        """The broker of ours that listens on the port, if there is one."""
        try:
            child = _Child(**json.loads(self._file.read_text()))
            command = Path(f"/proc/{child.pid}/cmdline").read_bytes()
        except (OSError, ValueError, TypeError):
            return None
        is_ours = b"sensors.broker" in command
        return child if is_ours and _is_taken(child.v5_port) else None


def _is_taken(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=0.5):
            return True
    except OSError:
        return False


def _settings(v4_port: int, v5_port: int) -> str:
    """The configuration file of rumqttd."""
    listeners = "".join(
        f"""
[{version}.1]
name = "{version}"
listen = "{HOST}:{port}"
next_connection_delay_ms = 1
[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = {MAX_PAYLOAD}
max_inflight_count = {_INFLIGHT}
dynamic_filters = true
"""
        for version, port in (("v4", v4_port), ("v5", v5_port))
    )
    return f"""id = 0
[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = {_INFLIGHT}
max_segment_size = {_SEGMENT}
max_segment_count = {_SEGMENTS}
{listeners}"""


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side ends."""
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


def _speaks_5(opening: bytes) -> bool | None:
    """Which protocol a CONNECT packet asks for; None where more of it is needed."""
    name = opening.find(b"MQTT")
    if name < 0 or len(opening) <= name + 4:
        return None
    return opening[name + 4] == _VERSION_5


class _Front:
    """Serves both protocols on one port."""

    def __init__(self, child: _Child) -> None:
        self._child = child
        self._server: asyncio.Server | None = None
        self._devices: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Let devices in."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self._child.port)

    def close(self) -> None:
        """Send devices away and let none in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for device in self._devices:
            device.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._devices.add(writer)
        opening = b""
        try:
            async with asyncio.timeout(_PEEK_S):
                while (is_5 := _speaks_5(opening)) is None and len(opening) < _CHUNK:
                    more = await reader.read(_CHUNK)
                    if not more:
                        return
                    opening += more
            behind = self._child.v5_port if is_5 else self._child.v4_port
            back_reader, back_writer = await asyncio.open_connection(HOST, behind)
            back_writer.write(opening)
            await asyncio.gather(
                _pass_on(reader, back_writer), _pass_on(back_reader, writer),
                return_exceptions=True,
            )  # fmt: skip
        except (OSError, TimeoutError):
            return
        finally:
            self._devices.discard(writer)
            writer.close()


async def _serve_devices(child: _Child, file: Path) -> None:
    """Serve until the process ends, hushed or not as it is told by signals."""
    front = _Front(child)
    turns: asyncio.Queue[int] = asyncio.Queue()
    for number in (_HUSH, _UNHUSH):
        asyncio.get_running_loop().add_signal_handler(number, turns.put_nowait, number)
    await front.open()
    await asyncio.to_thread(file.write_text, json.dumps(asdict(child)))
    while True:
        if await turns.get() == _HUSH:
            front.close()
        else:
            await front.open()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind((HOST, 0))
        second.bind((HOST, 0))
        return first.getsockname()[1], second.getsockname()[1]


def main() -> None:
    """Be the child."""
    import uvloop  # noqa: PLC0415 - only the child needs these
    from iotcore.iotcore import IotCoreBroker  # noqa: PLC0415

    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    v4_port, v5_port = _free_ports()
    config = folder / f"broker-{port}.toml"
    config.write_text(_settings(v4_port, v5_port))
    broker = IotCoreBroker(config_path=str(config))
    threading.Thread(target=broker.run_forever, daemon=True).start()
    while not (_is_taken(v4_port) and _is_taken(v5_port)):
        time.sleep(0.01)
    child = _Child(os.getpid(), port, v4_port, v5_port)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    uvloop.run(_serve_devices(child, folder / f"broker-{port}.json"))


if __name__ == "__main__":
    main()
