"""From the sensor to the pixel: 1,000 observations/s, 20 walls, a real browser.

A probe gauge publishes a new depth again and again; the browser notes when its row on the
wall shows it. Nineteen further walls hold sockets and read everything.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from websockets.sync.client import connect

from monitoring.site import load
from tests.bench.figures import quantile
from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import ROOT, TOKEN, serve

RATE = 1000
SECONDS = 30
WALLS = 20
PROBE = "underpass-chengdu-rizhao"

WATCH = """
(id) => {
  window.seen = [];
  let last = null;
  const look = () => {
    const row = document.querySelector(`#wall-segments [data-segment="${id}"]`);
    const depth = row && row.dataset.depth;
    if (depth !== last) {
      last = depth;
      // After the next frame it is painted.
      requestAnimationFrame(() => setTimeout(() =>
        window.seen.push([depth, performance.timeOrigin + performance.now()])));
    }
  };
  new MutationObserver(look).observe(document.getElementById("wall-segments"),
    { subtree: true, childList: true, attributes: true });
}
"""


def measure_pixel() -> dict[str, float]:
    """Milliseconds from publishing to painting: p50, p95, worst."""
    site = load(ROOT / "config")
    others = [d.id for d in site.devices if "water_depth" in d.quantities and d.segment != PROBE]
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as served:
        stop = threading.Event()
        walls = [
            threading.Thread(target=_wall, args=(served.url, stop), daemon=True)
            for _ in range(WALLS - 1)
        ]
        for wall in walls:
            wall.start()
        with chromium() as browser:
            page = sign_in(browser, served).page
            page.evaluate(WATCH, PROBE)
            load_process = _background(served.mqtt_port, others)
            sent = _probe(served.mqtt_port, page.wait_for_timeout)
            page.wait_for_timeout(1000)
            seen = dict(page.evaluate("window.seen"))
            load_process.wait(60)
            stop.set()
            for wall in walls:
                wall.join()
    delays = sorted(seen[depth] - at_ms for depth, at_ms in sent.items() if depth in seen)
    assert len(delays) >= 0.9 * len(sent), f"only {len(delays)} of {len(sent)} were painted"
    return {
        "pixel: probes painted": float(len(delays)),
        "pixel: p50, ms": statistics.median(delays),
        "pixel: p95, ms": quantile(delays, 0.95),
        "pixel: worst, ms": delays[-1],
    }


def _background(port: int, devices: list[str]) -> "subprocess.Popen[str]":
    start_ms = int(time.time() * 1000) - 10_000
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.blast", str(port), str(RATE * SECONDS), str(start_ms),
         str(RATE), *devices],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdin
    process.stdout.readline()
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def _probe(port: int, wait_ms: Callable[[float], None]) -> dict[str, float]:
    """Publish a new depth twice a second; when each was sent, by what the wall will show."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="probe")
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent: dict[str, float] = {}
    for n in range(2 * (SECONDS - 4)):
        depth = 1 + n / 100
        body = json.dumps([{"n": "water_depth", "u": "cm", "v": depth}])
        sent[f"{depth:g}"] = time.time() * 1000
        client.publish(f"donggang/obs/wg-{PROBE}", body, 1)
        wait_ms(480 + 13 * (n % 7))
    client.loop_stop()
    client.disconnect()
    return sent


def _wall(url: str, stop: threading.Event) -> None:
    address = url.replace("http://", "ws://") + "/ws/live"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        while not stop.is_set():
            socket.recv(timeout=5)
