"""A storm of observations at QoS 1, of which is known what was sent and what was confirmed.

    python -m tests.e2e.storm PORT RATE START_MS DEVICE…      of the past, until its input ends
    python -m tests.e2e.storm PORT RATE:SECONDS,… now DEVICE…  of the present, in phases

It waits until all of it is confirmed, and prints how many were sent and how many confirmed.
"""

import json
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from monitoring.domain.observations import Observation
from tests.bench.blast import blast, packet, text
from tests.e2e.served import ROOT

STEP_MS = 10_000  # between two observations of a device
WAVE = 720  # observations from dry to dry
HIGHEST_CM = 45.0


def observation(n: int, devices: Sequence[str], start_ms: int) -> Observation:
    """The n-th of the storm, round the devices, which rise and fall one after the other."""
    turn, place = divmod(n, len(devices))
    phase = (turn + place * WAVE // len(devices)) % WAVE / WAVE
    depth_cm = round(HIGHEST_CM * (1 - abs(2 * phase - 1)), 1)
    return Observation(devices[place], "water_depth", (start_ms + turn * STEP_MS) * 1000, depth_cm)


def packets(devices: Sequence[str], start_ms: int, stop: threading.Event) -> Iterator[bytes]:
    """PUBLISH packets of one observation each, until told to stop."""
    n = 0
    while not stop.is_set():
        device, quantity, time_us, depth_cm, _ = observation(n, devices, start_ms)
        pack = json.dumps([{"n": quantity, "u": "cm", "v": depth_cm, "t": time_us / 1e6}])
        mid = struct.pack("!H", n % 65535 + 1)
        yield packet(0x32, text(f"donggang/obs/{device}") + mid + pack.encode())
        n += 1


def live_packets(devices: Sequence[str], seconds: float) -> Iterator[bytes]:
    """PUBLISH packets of one observation each, made as they are sent; no two of one instant."""
    ends, last_us, n = time.monotonic() + seconds, 0, 0
    while time.monotonic() < ends:
        last_us = max(last_us + 1, time.time_ns() // 1000)
        pack = f'[{{"n":"water_depth","u":"cm","v":1,"t":{last_us / 1e6:.6f}}}]'.encode()
        mid = struct.pack("!H", n % 65535 + 1)
        yield packet(0x32, text(f"donggang/obs/{devices[n % len(devices)]}") + mid + pack)
        n += 1


class Storm:
    """A running storm."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def is_over(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def stop(self) -> tuple[int, int]:
        """End it; how many were sent, and how many of them were confirmed."""
        told, _ = self._process.communicate(timeout=120)
        assert self._process.returncode == 0
        sent, confirmed = told.split()
        return int(sent), int(confirmed)


@contextmanager
def storm(port: int, rate: object, start_ms: object, devices: Sequence[str]) -> Iterator[Storm]:
    """A storm in a process of its own; the arguments are the module's."""
    command = [sys.executable, "-m", "tests.e2e.storm", str(port), str(rate), str(start_ms)]
    with subprocess.Popen(
        [*command, *devices], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Storm(process)
        finally:
            process.kill()


def main() -> None:
    """Be the process."""
    port, rate, start, devices = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    if start == "now":
        phases = [tuple(map(float, phase.split(":"))) for phase in rate.split(",")]
        done = [blast(port, live_packets(devices, s), per_s) for per_s, s in phases]
    else:
        stop = threading.Event()

        def wait() -> None:
            sys.stdin.read()
            stop.set()

        threading.Thread(target=wait, daemon=True).start()
        done = [blast(port, packets(devices, int(start), stop), float(rate))]
    print(sum(part.sent for part in done), sum(part.confirmed for part in done))


if __name__ == "__main__":
    main()
