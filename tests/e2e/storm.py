"""A storm of observations at QoS 1, of which is known what was sent and what was confirmed.

    python -m tests.e2e.storm PORT RATE START_MS DEVICE…

publishes until its input ends, waits until all of it is confirmed, and prints how many were sent
and how many were confirmed.
"""

import json
import struct
import subprocess
import sys
import threading
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


class Storm:
    """A running storm."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def stop(self) -> tuple[int, int]:
        """End it; how many were sent, and how many of them were confirmed."""
        told, _ = self._process.communicate(timeout=120)
        assert self._process.returncode == 0
        sent, confirmed = told.split()
        return int(sent), int(confirmed)


@contextmanager
def storm(port: int, rate: int, start_ms: int, devices: Sequence[str]) -> Iterator[Storm]:
    """A storm in a process of its own."""
    numbers = map(str, (port, rate, start_ms))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.storm", *numbers, *devices],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield Storm(process)
        finally:
            process.kill()


def main() -> None:
    """Be the process."""
    stop = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    port, rate, start_ms = (int(v) for v in sys.argv[1:4])
    done = blast(port, packets(sys.argv[4:], start_ms, stop), rate)
    print(done.sent, done.confirmed)


if __name__ == "__main__":
    main()
