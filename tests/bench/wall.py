"""The wall of a big city in a real browser: 1,000 segments, 200 cameras, 1,000 observations/s.

What the server pushes is heard by a plain socket beside the browser, which gives the moment of
the push; the browser tells when the same delta was painted. The main thread's time is Chromium's
own count of its tasks, so it has everything in it: merging, React, Plotly, the map, painting.
"""

import json
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import CDPSession, Page
from websockets.sync.client import connect as connect_socket

from tests.bench.blast import connect, packet, text
from tests.bench.city import SEGMENTS, gauge, write_city
from tests.bench.figures import quantile
from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import TOKEN, Served, serve

SECONDS = 25
WATCH = """() => {
  window.painted = [];
  document.addEventListener('flushed', () => {
    const seq = window.gangan.seq;
    requestAnimationFrame(() => setTimeout(() =>
      window.painted.push([seq, performance.timeOrigin + performance.now()])));
  });
}"""


def measure_wall() -> dict[str, float]:
    """Milliseconds, and kilobytes of what a first visit loads."""
    with tempfile.TemporaryDirectory() as folder:
        config = write_city(Path(folder))
        with (
            serve(Path(folder) / "state", "--config", str(config)) as served,
            chromium() as browser,
        ):
            burst(served.mqtt_port, 0)
            page = sign_in(browser, served).page
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.wait_for_timeout(4000)
            idle = _main_thread(session, lambda: page.wait_for_timeout(8000)) / 8
            one = _storm(page, session, served, lambda n: single(served.mqtt_port, n), 1.0, idle)
            slow = _storm(page, session, served, lambda n: burst(served.mqtt_port, n), 1.0, idle)
            fast = _storm(page, session, served, lambda n: tenth(served.mqtt_port, n), 0.1, idle)
            results = {"wall: idle main thread, ms/s": idle}
            results |= {f"wall: one segment a second, {k}": v for k, v in one.items()}
            results |= {f"wall: everything once a second, {k}": v for k, v in slow.items()}
            results |= {f"wall: everything at 10 deltas/s, {k}": v for k, v in fast.items()}
            return results | _visit(page, served)


def _storm(
    page: Page,
    session: CDPSession,
    served: Served,
    send: Callable[[int], None],
    every_s: float,
    idle_ms_per_s: float,
) -> dict[str, float]:
    """Send again and again; how long after each push it was painted."""
    pushed: dict[int, float] = {}
    stop = threading.Event()
    ear = threading.Thread(target=_listen, args=(served.url, pushed, stop))
    ear.start()
    page.evaluate(WATCH)
    applied = page.evaluate("window.gangan.applied")

    def run() -> None:
        for n in range(int(SECONDS / every_s)):
            due = time.monotonic() + every_s
            send(n + 1)
            page.wait_for_timeout(max(0.0, 1000 * (due - time.monotonic())))

    spent = _main_thread(session, run)
    page.wait_for_timeout(1500)
    painted: list[list[float]] = page.evaluate("window.painted")
    deltas = page.evaluate("window.gangan.applied") - applied
    stop.set()
    ear.join()
    delays = []
    for seq, at in pushed.items():
        shown = next((t for s, t in painted if s >= seq), None)
        if shown is not None:
            delays.append(shown - at)
    assert len(delays) >= 0.9 * len(pushed), f"{len(delays)} of {len(pushed)} were painted"
    return {
        "deltas": float(len(pushed)),
        "p50, ms": statistics.median(delays),
        "p95, ms": quantile(delays, 0.95),
        "main thread, ms a delta": spent / deltas,
        "main thread beyond idle, ms a delta": (spent - idle_ms_per_s * SECONDS) / deltas,
    }


def _listen(url: str, pushed: dict[int, float], stop: threading.Event) -> None:
    address = url.replace("http://", "ws://") + "/ws/live"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with connect_socket(
        address, additional_headers=headers, compression=None, max_size=None
    ) as ear:
        while not stop.is_set():
            heard = ear.recv(timeout=5)
            at = time.time() * 1000
            message = json.loads(heard)
            if "d" in message and not message.get("full"):
                pushed[message["seq"]] = at


def _main_thread(session: CDPSession, work: Callable[[], None]) -> float:
    """Milliseconds that the main thread was busy meanwhile."""

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    before = busy()
    work()
    return busy() - before


def _visit(page: Page, served: Served) -> dict[str, float]:
    """What a first visit loads, and how soon a second one shows the segments."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: dict[str, float] = {}
    session.on(
        "Network.loadingFinished",
        lambda event: loaded.__setitem__(event["requestId"], event["encodedDataLength"]),
    )
    session.send("Network.clearBrowserCache")
    page.goto(served.url + "/wall")
    page.wait_for_selector("#wall-segments [data-segment]")
    page.wait_for_timeout(2000)
    first = sum(loaded.values())
    times, again = [], 0.0
    for _ in range(5):
        loaded.clear()
        page.goto(served.url + "/wall")
        page.wait_for_selector("#wall-segments [data-segment]")
        times.append(page.evaluate("performance.now()"))
        page.wait_for_timeout(1500)
        again = sum(loaded.values())
    return {
        "wall: first visit, kB": first / 1000,
        "wall: later visit, kB": again / 1000,
        "wall: warm first paint, ms": statistics.median(times),
    }


_links: dict[int, socket.socket] = {}


def _send(port: int, numbers: range, depth: float) -> None:
    """One observation of each gauge, over one connection that stays open."""
    if port not in _links:
        _links[port] = connect(port, "city")
    body = f'[{{"n":"water_depth","u":"cm","v":{depth:.2f}}}]'.encode()
    packets = [packet(0x30, text(f"donggang/obs/{gauge(n)}") + body) for n in numbers]
    _links[port].sendall(b"".join(packets))


def burst(port: int, n: int) -> None:
    """Every gauge says something new: some segments change their level each time."""
    _send(port, range(SEGMENTS), 1 + n % 5)
    _send(port, range(n % 10, SEGMENTS, 97), 6 + n % 40)


def single(port: int, n: int) -> None:
    """One gauge says something new."""
    _send(port, range(1), 2 + n / 10)


def tenth(port: int, n: int) -> None:
    """A tenth of the gauges, so that all have spoken after ten times."""
    _send(port, range(n % 10, SEGMENTS, 10), 1 + n % 50 / 10)


if __name__ == "__main__":
    print(json.dumps(measure_wall(), indent=1))
