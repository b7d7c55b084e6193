"""The server is killed and comes back: how soon does a wall show live data again, by itself?"""

import json
import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.chromium import chromium
from tests.e2e.served import WALL_TOKEN, serve

AWAY_S = (5, 60)  # `GANGAN_BENCH_AWAY=5,300,1800` for long ones


def measure_recovery() -> dict[str, float]:
    """Seconds from the server's first answer to a wall whose link is live and whose values move."""
    away_s = [int(s) for s in os.environ.get("GANGAN_BENCH_AWAY", "").split(",") if s] or AWAY_S
    with chromium() as browser:
        results = {}
        for seconds in away_s:
            with tempfile.TemporaryDirectory() as folder:
                state = Path(folder)
                with serve(state) as first:
                    page = browser.new_page(viewport={"width": 1920, "height": 1080})
                    page.goto(f"{first.url}/wall?token={WALL_TOKEN}")
                    page.wait_for_selector("#wall-segments [data-segment]", timeout=20_000)
                    port = int(first.url.rsplit(":", 1)[1])
                    first.kill()
                page.wait_for_timeout(1000 * seconds)
                expect(page.locator("main")).to_have_attribute("data-link", "lost")
                with serve(state, port=port):  # which returns when the server answers
                    since = time.monotonic()
                    link = page.locator("main")
                    expect(link).to_have_attribute("data-link", "live", timeout=60_000)
                    results[f"recovery: wall live again after {seconds} s without a server, s"] = (
                        time.monotonic() - since
                    )
                page.close()
        return results


if __name__ == "__main__":
    print(json.dumps(measure_recovery(), indent=1))
