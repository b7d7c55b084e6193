"""A day of storms before one browser, at 60 times life's pace: does anything grow or fall behind?

The browser's garbage is collected before each reading, so what is read is what is held. How old
what the page shows is, by the time at which the server made it, is looked at four times a
second for as long as the page says that its link is live.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession

from tests.bench.figures import quantile
from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import Served, serve

SPEED = 60
HOURS = 24.0
READINGS = 24
SETTLED = 4  # the first readings: what is loaded once has been loaded
WATCH = """() => {
  window.ages = [];
  window.losses = 0;
  const { gangan } = window;
  let wasLive = true;
  setInterval(() => {
    const isLive = gangan.main().dataset.link === 'live';
    if (isLive) window.ages.push(performance.now() - gangan.drawnAt + Math.max(0, gangan.skewMs));
    if (wasLive && !isLive) window.losses += 1;
    wasLive = isLive;
  }, 250);
}"""


def measure_soak(hours: float = HOURS) -> dict[str, float]:
    """Percent of growth, counts, megabytes, milliseconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), "--scenario", "rainstorm", "--speed", str(SPEED)) as served,
        chromium() as browser,
    ):
        page = sign_in(browser, served).page
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        page.evaluate(WATCH)
        readings = []
        for n in range(READINGS):
            due = time.monotonic() + 3600 * hours / SPEED / READINGS
            while time.monotonic() < due:
                page.wait_for_timeout(min(5000, 1000 * max(0.0, due - time.monotonic())))
            readings.append(_reading(session, served))
            print(f"soak: {n + 1}/{READINGS} {readings[-1]}", flush=True)
        ages: list[float] = page.evaluate("window.ages")
        lost = float(page.evaluate("window.losses"))
    return {"soak: hours of storm": hours, "soak: times the link was lost": lost} | _told(
        readings, ages
    )


def _told(readings: list[dict[str, float]], ages: list[float]) -> dict[str, float]:
    """The first settled readings against the last ones, by their medians."""
    results: dict[str, float] = {}
    for name in readings[0]:
        first = statistics.median(r[name] for r in readings[SETTLED : 2 * SETTLED])
        last = statistics.median(r[name] for r in readings[-SETTLED:])
        results[f"soak: {name}, at first"] = first
        results[f"soak: {name}, at last"] = last
        results[f"soak: {name}, growth, %"] = 100 * (last - first) / first
    results["soak: age of what is shown as live, p95, ms"] = quantile(ages, 0.95)
    results["soak: age of what is shown as live, worst, ms"] = max(ages)
    return results


def _reading(session: CDPSession, served: Served) -> dict[str, float]:
    session.send("HeapProfiler.collectGarbage")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    rss = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return {
        "JS heap, MB": metrics["JSHeapUsedSize"] / 1e6,
        "DOM nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
        "server RSS, MB": int(rss.split()[1]) / 1000,
    }


if __name__ == "__main__":
    print(json.dumps(measure_soak(), indent=1))
