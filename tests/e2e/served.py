"""The real program in a process of its own, for tests from outside."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from tests.brokers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
WALL_TOKEN = "a-token-of-walls-for-tests-of-32-characters"
TOKEN = "a-token-for-tests-of-32-characters-or-more"


def wait_for(what: str, condition: Callable[[], Any], timeout_s: float = 20) -> Any:
    """Wait until a condition gives something; fails the test where it never does."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"in {timeout_s:g} s there was no {what}"
        time.sleep(0.05)


@dataclass
class Served:
    """A running `app.py serve`."""

    process: subprocess.Popen[bytes]
    url: str
    mqtt_port: int
    log: Path

    def get(self, path: str) -> Any:
        """The JSON answer of a route, as administrator."""
        return json.loads(self.fetch(path))

    def fetch(self, path: str) -> bytes:
        """The body of a route, as administrator."""
        request = urllib.request.Request(  # noqa: S310 - our own loopback URL
            self.url + path, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body

    def post(self, path: str, body: Any) -> Any:
        """The JSON answer of a write, as administrator."""
        request = urllib.request.Request(  # noqa: S310 - our own loopback URL
            self.url + path,
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read())

    def status(self, path: str) -> int:
        """The status code of a route without signing in; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def is_ready(self) -> bool:
        """Whether all of its parts work."""
        assert self.process.poll() is None, self.log.read_text()
        return self.status("/readyz") == 200

    def password(self) -> str:
        """The administrator's password, which is printed once at the first start."""
        for line in self.log.read_text().splitlines():
            if "admin" in line and "/" in line:
                return line.rsplit("/", 1)[1].strip()
        raise AssertionError(f"no password was printed:\n{self.log.read_text()}")

    def publish(self, topic: str, payload: str | bytes, *options: str) -> None:
        """Publish with Mosquitto's own client, which shares no code with ours."""
        body = payload.encode() if isinstance(payload, str) else payload
        subprocess.run(
            ["mosquitto_pub", "-p", str(self.mqtt_port), "-q", "1", "-t", topic, "-s", *options],
            input=body, check=True, timeout=30,
        )  # fmt: skip

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def unchecked(folder: Path) -> Path:
    """The shipped configuration, but any value is plausible: tests move water as none moves."""
    config = folder / "config"
    if not config.exists():
        copytree(ROOT / "config", config)
        (config / "signals.yaml").write_text("quantities: {}\n", encoding="utf-8")
    return config


@contextmanager
def serve(
    state: Path,
    *options: str,
    port: int | None = None,
    mqtt_port: int | None = None,
    mqtt: str | None = None,
    wait: bool = True,
    program: Path = ROOT / "app.py",
    is_checked: bool = False,
) -> Iterator[Served]:
    """`app.py serve` with its state in `state`, stopped at the end.

    Args:
        mqtt: The option of that name; where it is empty the configured brokers are read.
        is_checked: Whether signals are checked by the shipped rules; a scenario's always are.
    """
    port = port or free_port()
    mqtt_port = mqtt_port or free_port()
    state.mkdir(parents=True, exist_ok=True)
    if not (is_checked or {"--config", "--scenario"} & set(options)):
        options = (*options, "--config", str(unchecked(state)))
    log = state / "serve.log"
    if mqtt is None:
        mqtt = f"embedded://127.0.0.1:{mqtt_port}"
    command = [
        sys.executable, str(program), "serve", "--port", str(port), "--state", str(state),
        *(["--mqtt", mqtt] if mqtt else []), *options,
    ]  # fmt: skip
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=state,
            env={
                **os.environ, "PYTHONPATH": str(ROOT),
                "GANGAN_ADMIN_TOKEN": TOKEN, "GANGAN_WALL_TOKEN": WALL_TOKEN,
            },
        )  # fmt: skip
    served = Served(process, f"http://127.0.0.1:{port}", mqtt_port, log)
    try:
        if wait:
            wait_for("ready server", served.is_ready, 90)  # on a busy machine
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
