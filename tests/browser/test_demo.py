"""`make run` as a newcomer sees it: within a minute the first segment is orange."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import serve


@pytest.mark.browser
def test_the_demo_storm_turns_a_segment_orange_within_a_minute(tmp_path: Path) -> None:
    began = time.monotonic()
    with serve(tmp_path, "--scenario", "rainstorm") as served, chromium() as browser:
        page = sign_in(browser, served).page
        expect(page.locator("#page-demo")).to_contain_text("演示数据")
        orange = page.locator('#wall-segments [data-level="orange"]').first
        expect(orange).to_be_visible(timeout=60_000)
        assert time.monotonic() - began < 60
        expect(page.locator("#wall-cameras img").first).to_be_visible()
        page.wait_for_function("document.querySelector('#wall-cameras img')?.naturalWidth === 800")
        assert served.get("/readyz")["rejects"] == 0
    with serve(tmp_path, wait=False) as real:
        assert real.process.wait(timeout=20) == 1, "a demo's database is no real site's"
        assert "demo" in real.log.read_text()
