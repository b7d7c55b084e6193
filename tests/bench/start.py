"""How long a newcomer waits: `make run` from a warm install to the first paint of the wall."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.brokers import free_port
from tests.browser.chromium import chromium
from tests.e2e.served import ROOT, TOKEN, wait_for

RUNS = 3


def measure_start() -> dict[str, float]:
    """Seconds from the command to the first paint, the median of some runs."""
    times = sorted(_first_paint() for _ in range(RUNS))
    return {"start: make run to first paint of the wall, s": times[RUNS // 2]}


def _first_paint() -> float:
    port, mqtt = free_port(), free_port()
    state = ROOT / "var" / "bench-start"
    shutil.rmtree(state, ignore_errors=True)
    environment = {
        **os.environ,
        "GANGAN_PORT": str(port),
        "GANGAN_MQTT": f"embedded://127.0.0.1:{mqtt}",
        "GANGAN_ADMIN_TOKEN": TOKEN,
        "GANGAN_STATE": str(state),
    }
    with chromium() as browser:
        # The browser stands ready, as a wall's does; only the program starts.
        page = browser.new_context(
            viewport={"width": 1920, "height": 1080},
            extra_http_headers={"Authorization": f"Bearer {TOKEN}"},
        ).new_page()
        began = time.monotonic()
        with (Path(ROOT) / "var" / "bench-start.log").open("wb") as log:
            process = subprocess.Popen(
                ["make", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            # The browser must not take the machine's time from the program that starts.
            wait_for("open port", lambda: _is_open(port), 60)
            page.goto(f"http://127.0.0.1:{port}/wall")
            page.wait_for_selector(".wall .panel", timeout=30_000)
            return time.monotonic() - began
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(state, ignore_errors=True)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
