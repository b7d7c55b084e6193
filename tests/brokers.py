"""Brokers for tests: the embedded one and Debian's Mosquitto, on loopback, on free ports."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sensors.broker import EmbeddedBroker

ANONYMOUS = "allow_anonymous true"
_START_S = 10.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """Where one of Mosquitto's programs is; a test that needs it fails without it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        packages = "mosquitto mosquitto-clients openssl"
        pytest.fail(f"{name} is missing: apt install {packages}", pytrace=False)
    return found


@contextmanager
def mosquitto(folder: Path, port: int, *settings: str) -> Iterator[str]:
    """Mosquitto with a persistence that survives an orderly end; yields its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "mosquitto.conf"
    anonymous = () if any(s.startswith("password_file") for s in settings) else (ANONYMOUS,)
    lines = (
        f"listener {port} 127.0.0.1", "user root", "persistence true",
        f"persistence_location {folder}/", "max_queued_messages 0", *anonymous, *settings,
    )  # fmt: skip
    config.write_text("\n".join(lines) + "\n")
    command = [program("mosquitto"), "-c", str(config)]
    with (folder / "mosquitto.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        await_port(port)
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=_START_S)


@contextmanager
def embedded(folder: Path, port: int) -> Iterator[str]:
    """The embedded broker; yields the URL that devices use."""
    broker = EmbeddedBroker(port, folder)
    broker.start()
    try:
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        broker.stop()


def await_port(port: int) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on port {port}"
            time.sleep(0.02)


def publish(port: int, topic: str, payload: bytes, *options: str) -> None:
    """Publish with Mosquitto's own client, which shares no code with ours."""
    command = [program("mosquitto_pub"), "-p", str(port), "-q", "1", "-t", topic, "-s", *options]
    subprocess.run(command, input=payload, check=True, timeout=30)
