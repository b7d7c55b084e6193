"""`make pictures`: the wall in all its states and sizes, into docs/wall/, to be looked at."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from monitoring.site import load
from sensors.scenario import load_scenario
from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import ROOT, Served, serve
from tests.pictures.past import Past

SIZES = {"1080p": (1920, 1080), "4k": (3840, 2160), "32x9": (3840, 1080)}
PORTRAIT = {"portrait": (1080, 1920)}
FOLDER = ROOT / "docs" / "wall"
MINUTE = timedelta(minutes=1)
# How long the storm has lasted, and for how long nothing has been heard.
STATES = {
    "quiet": (60 * MINUTE, timedelta(0)),
    "blue": (158 * MINUTE, timedelta(0)),
    "red": (200 * MINUTE, timedelta(0)),
    "stale": (200 * MINUTE, 6 * MINUTE),
}


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for state in STATES:
            with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as served:
                take(browser, served, state, state)
        drill = ROOT / "tests/pictures/drill.py"
        with tempfile.TemporaryDirectory() as folder, serve(Path(folder), program=drill) as served:
            take(browser, served, "red", "drill")


def take(browser: Browser, served: Served, state: str, name: str) -> None:
    """Pictures of one state in all sizes; of red also upright, in light, in English and cut off."""
    elapsed, silence = STATES[state]
    site = load(ROOT / "config")
    storm = load_scenario(ROOT / "config/scenarios/rainstorm.yaml", site)
    past = Past(site, storm, served.mqtt_port, elapsed)
    past.tell(datetime.now(UTC) - silence)
    page = sign_in(browser, served).page
    sizes = SIZES | PORTRAIT if name == "red" else SIZES
    for label, (width, height) in sizes.items():
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        settle(page)
        if not silence:
            past.go_on(3)
        shoot(page, f"{name}-{label}")
    if name == "red":
        further(page, served)
    past.close()


def further(page: Page, served: Served) -> None:
    """Light, English, the pages of the desk, and what a wall shows whose server is gone."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    served.publish("donggang/obs/wg-shanhailu", '[{"n":"water_depth","u":"cm","v":2}]')
    for path, label in (
        ("/wall/command", "command"),
        ("/alarms", "alarms"),
        ("/segments/underpass-chengdu-rizhao", "segment"),
        ("/design", "design"),
        ("/devices", "devices"),
    ):
        page.goto(served.url + path)
        settle(page)
        shoot(page, f"page-{label}")
    shutil.move(FOLDER / "page-devices.png", FOLDER.parent / "devices.png")
    page.goto(served.url + "/wall")
    page.evaluate("localStorage.setItem('gangan-theme', 'light')")
    page.reload()
    settle(page)
    shoot(page, "red-light")
    page.evaluate("localStorage.removeItem('gangan-theme')")
    page.click("a.language")
    settle(page)
    shoot(page, "red-english")
    page.click("a.language")
    settle(page)
    served.kill()
    expect(page.locator("#page-lost")).to_be_visible(timeout=20_000)
    for label, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(1500)
        shoot(page, f"lost-link-{label}")


def settle(page: Page) -> None:
    """Wait until everything there is has been drawn."""
    expect(page.locator("main")).to_have_attribute("data-link", "live", timeout=20_000)
    expect(page.locator(".loading:visible:not(.specimen .loading)")).to_have_count(0)
    page.wait_for_function("document.fonts.ready")
    page.wait_for_timeout(2500)


def shoot(page: Page, name: str) -> None:
    """One picture."""
    page.screenshot(path=FOLDER / f"{name}.png")
    print(name, flush=True)


if __name__ == "__main__":
    main()
