"""Layouts: what stands where follows the screen's shape, how grave things are, and the file."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import ROOT, Served, serve

UNDERPASS = "underpass-chengdu-rizhao"
TURNING = """
screens:
  - id: duty
    name: {zh: 值班, en: Duty}
    layouts:
      - shape: wide
        pages:
          - {columns: [1, 1], rows: [line, 1], areas: [[status, status], [alarms, map]], dwell: 5s}
          - {columns: [1, 1], rows: [line, 1], areas: [[status, status], [duty, trends]], dwell: 5s}
      - shape: wide
        at_least: orange
        pages:
          - {columns: [1, 1], rows: [line, 1], areas: [[status, status], [segments, alarms]]}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("layout")
    config = copytree(ROOT / "config", folder / "config")
    (Path(config) / "wall.yaml").write_text(TURNING, encoding="utf-8")
    with serve(folder / "state", "--config", str(config)) as running:
        yield running


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("shipped")) as running:
        yield running


def shown(page: Page) -> set[str]:
    panels = page.locator(".panels > :not([hidden])")
    return set(panels.evaluate_all("all => all.map(one => one.dataset.panel)"))


def overflowing(page: Page) -> list[str]:
    """Panels of which something is cut off at the right, or that lie outside the screen."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll('.panels > *')]
        .filter(panel => !panel.hidden)
        .filter(panel => {
          const box = panel.getBoundingClientRect();
          return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.height < 30;
        }).map(panel => panel.dataset.panel)""")
    return found


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "height", "rem"),
    [(1920, 1080, 16), (3840, 2160, 32), (3840, 1080, 16), (1080, 1920, 19.2), (1280, 1024, 10.67)],
)
def test_every_shape_shows_every_panel_within_the_screen(
    shipped: Served, browser: Browser, width: int, height: int, rem: float
) -> None:
    page = sign_in(browser, shipped, width, height).page
    page.wait_for_function("window.gangan.page")
    assert len(shown(page)) == 9
    assert overflowing(page) == []
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size == pytest.approx(rem, abs=0.01)
    charts = [page.locator(f"#wall-trend-{n} .main-svg").first.bounding_box() for n in (0, 1)]
    panel = page.locator('[data-panel="trends"]').bounding_box()
    assert panel
    left = min(chart["x"] for chart in charts if chart)  # below each other or side by side
    right = max(chart["x"] + chart["width"] for chart in charts if chart)
    assert right - left == pytest.approx(panel["width"], rel=0.1)
    page.close()


@pytest.mark.browser
def test_an_upright_screen_reads_as_three_pages_one_above_the_other(
    shipped: Served, browser: Browser
) -> None:
    page = sign_in(browser, shipped, 1080, 1920).page
    page.wait_for_function("window.gangan.page")
    boxes = page.evaluate("""() => Object.fromEntries(
        [...document.querySelectorAll('.panels > *')].map(p => [p.dataset.panel, p])
          .map(([name, p]) => [name, p.getBoundingClientRect().toJSON()]))""")
    where, what, with_what = ("status", "map"), ("segments", "alarms"), (
        "trends", "cameras", "duty", "depot",
    )  # fmt: skip
    for upper, lower in ((where, what), (what, with_what)):
        assert max(boxes[p]["bottom"] for p in upper) < min(boxes[p]["top"] for p in lower)
    cut = page.evaluate("""() => ['segments', 'duty', 'depot'].filter(name => {
        const body = document.querySelector(`[data-panel=${name}] .body`);
        return [...body.children].some(e =>
          e.getBoundingClientRect().bottom > body.getBoundingClientRect().bottom + 1);
    })""")
    assert cut == []
    small = page.evaluate("""() => Math.min(...[...document.querySelectorAll('.segment .name')]
        .map(e => parseFloat(getComputedStyle(e).fontSize)))""")
    assert small >= 19
    page.close()


@pytest.mark.browser
@pytest.mark.mosquitto
def test_pages_take_turns_and_a_grave_alarm_changes_the_layout(
    served: Served, browser: Browser
) -> None:
    page = sign_in_anywhere(browser, served)
    expect(page.locator("#wall-page")).to_have_count(1)
    page.wait_for_function("window.gangan.page.panels.includes('alarms')")
    assert shown(page) == {"status", "alarms", "map"}
    page.wait_for_function("window.gangan.page.panels.includes('duty')", timeout=8000)
    assert shown(page) == {"status", "duty", "trends"}
    expect(page.locator("#wall-trend-0 .main-svg").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert shown(page) == {"status", "alarms", "map"}
    expect(page.locator(".map canvas").first).to_be_visible()
    served.publish(f"donggang/obs/wg-{UNDERPASS}", '[{"n":"water_depth","u":"cm","v":21}]')
    page.wait_for_function("window.gangan.page.panels.includes('segments')", timeout=8000)
    assert shown(page) == {"status", "segments", "alarms"}
    page.close()


def sign_in_anywhere(browser: Browser, served: Served) -> Page:
    """The wall, whichever panels it shows."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(served.url + "/wall")
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", served.password())
    page.click("button")
    page.wait_for_function("window.gangan?.page", timeout=20_000)
    return page


@pytest.mark.browser
@pytest.mark.mosquitto
def test_marks_on_the_map_do_not_cover_each_other(shipped: Served, browser: Browser) -> None:
    for gauge in ("chengdu-rizhao", "xiandai-zhengyang", "guiyang-zhaoyang", "lanzhou-yanzhou"):
        shipped.publish(
            f"donggang/obs/wg-underpass-{gauge}", '[{"n":"water_depth","u":"cm","v":21}]'
        )
    page = sign_in(browser, shipped).page
    expect(page.locator(".maplabel.orange")).to_have_count(4)
    page.wait_for_timeout(500)
    page.evaluate("window.gangan.arrange()")
    covered = page.evaluate("""() => {
      const marks = '.maplabel, .mapstation, .mapbase, .mapname, .legend, .attribution';
      const boxes = [...document.querySelectorAll(marks)].filter(mark => mark.offsetWidth)
        .filter(mark => mark.style.visibility !== 'hidden').map(m => m.getBoundingClientRect());
      return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
        a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom
      )).length;
    }""")
    assert covered == 0
    page.close()
