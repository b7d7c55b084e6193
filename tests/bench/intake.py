"""How much goes in: QoS 1, one observation a message, checked, judged, durably committed.

The whole program in one process (SQLite, synchronous=FULL), beside plain paho that receives
the same messages from the same broker and throws them away. Twice: through Mosquitto, and
through the embedded broker, which sends at most 100 messages ahead of our acknowledgement.

Then fed by a peer that is faster than any broker: one observation a message, packs of ten, and
into PostgreSQL; beside the clock also by the processor time that the program has spent.
"""

import subprocess
import sys
import tempfile
import threading
import time
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import psutil
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from monitoring.site import load
from tests.brokers import embedded, free_port, mosquitto
from tests.e2e.served import ROOT, serve, wait_for
from tests.postgres import running

MESSAGES = 600_000
THROWN = 150_000
FED = 600_000
HISTORY_S = 3600  # how far back the measured observations begin


def measure_intake() -> dict[str, float]:
    """Messages a second: ours, plain paho's, and the first as a ratio to the second."""
    site = load(ROOT / "config")
    gauges = [d.id for d in site.devices if "water_depth" in d.quantities]
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, broker in (("Mosquitto", _mosquitto), ("embedded", embedded)):
            port = free_port()
            with broker(Path(folder) / name, port):
                paho = _plain_paho(port, gauges)
                ours, rss = _ours(Path(folder) / f"state-{name}", port, gauges)
            results |= {
                f"intake, {name}: plain paho, received and thrown away, messages/s": paho,
                f"intake, {name}: received, judged, committed, messages/s": ours,
                f"intake, {name}: ratio to plain paho": ours / paho,
                f"intake, {name}: highest RSS, MB": rss,
            }
    return results


def measure_fed() -> dict[str, float]:
    """Messages and observations a second of one process on one core, and its memory."""
    site = load(ROOT / "config")
    gauges = [d.id for d in site.devices if "water_depth" in d.quantities]
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, running(is_durable=True) as postgres:
        for name, pack, database in (
            ("one a message, SQLite", 1, None),
            ("packs of ten, SQLite", 10, None),
            ("one a message, PostgreSQL", 1, postgres.new_database()),
        ):
            took, spent, rss = _fed(Path(folder) / name, gauges, pack, database)
            results |= {
                f"fed, {name}: messages/s": FED / pack / took,
                f"fed, {name}: observations/s": FED / took,
                f"fed, {name}: messages in a second of one core's time": FED / pack / spent,
                f"fed, {name}: observations in a second of one core's time": FED / spent,
                f"fed, {name}: highest RSS, MB": rss,
            }
    return results


def _fed(
    state: Path, devices: list[str], pack: int, database: str | None
) -> tuple[float, float, float]:
    """Seconds until all was acknowledged, of which processor time, and the highest memory."""
    port, start_ms = free_port(), int((time.time() - HISTORY_S) * 1000)
    numbers = map(str, (port, FED // pack, start_ms, pack))
    feeder = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.feeder", *numbers, *devices],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert feeder.stdout
    assert feeder.stdout.readline() == "ready\n"
    options = ["--database", database] if database else []
    with serve(state, *options, mqtt=f"mqtt://127.0.0.1:{port}") as served:
        program = psutil.Process(served.process.pid)
        before = _processor_s(program)
        _go(feeder)
        took = float(feeder.stdout.readline())
        stored = wait_for(
            "complete intake", lambda: int(served.get("/readyz")["observations"]) >= FED
        )
        assert stored
        spent = _processor_s(program) - before
        status = Path(f"/proc/{program.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        _go(feeder)
    feeder.wait(10)
    return took, spent, int(peak.split()[1]) / 1000


def _processor_s(program: psutil.Process) -> float:
    times = program.cpu_times()
    return float(times.user + times.system)


def _mosquitto(folder: Path, port: int) -> AbstractContextManager[str]:
    return mosquitto(folder, port, "max_inflight_messages 0", "set_tcp_nodelay true")


def _blast(port: int, count: int, devices: list[str]) -> "subprocess.Popen[str]":
    """A publisher in a process of its own, its messages made and waiting for the word."""
    start_ms = int((time.time() - HISTORY_S) * 1000)
    numbers = map(str, (port, count, start_ms, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.blast", *numbers, *devices],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def _go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def _plain_paho(port: int, devices: list[str]) -> float:
    received = 0
    done = threading.Event()

    def count(*_: object) -> None:
        nonlocal received
        received += 1
        if received == THROWN:
            done.set()

    client = Client(CallbackAPIVersion.VERSION2, client_id="plain")
    client.on_message = count
    client.connect("127.0.0.1", port)
    client.subscribe("donggang/obs/#", 1)
    client.loop_start()
    time.sleep(0.5)
    process = _blast(port, THROWN, devices)
    began = time.monotonic()
    _go(process)
    assert done.wait(120), f"plain paho received {received} of {THROWN}"
    took = time.monotonic() - began
    client.loop_stop()
    client.disconnect()
    process.wait(30)
    return THROWN / took


def _ours(state: Path, port: int, devices: list[str]) -> tuple[float, float]:
    with serve(state, mqtt=f"mqtt://127.0.0.1:{port}", is_checked=True) as served:
        process = _blast(port, MESSAGES, devices)
        began = time.monotonic()
        _go(process)
        peak = 0.0
        program = psutil.Process(served.process.pid)

        def is_stored() -> bool:
            nonlocal peak
            peak = max(peak, program.memory_info().rss / 1e6)
            return int(served.get("/readyz")["observations"]) >= MESSAGES

        wait_for("complete intake", is_stored, 300)
        took = time.monotonic() - began
        process.wait(30)
        last = datetime.fromisoformat(served.get(f"/api/v1/devices/{devices[0]}")["last_seen"])
        assert last.timestamp() >= began - 1
        return MESSAGES / took, peak
