"""Anybody can use the pages: WCAG 2.2 AA by axe-core, dark and light, and the keyboard."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import Served, serve

PATHS = (
    "/wall", "/command", "/alarms", "/segments", "/segments/underpass-chengdu-rizhao", "/design",
    "/remote/x", "/devices", "/devices?tab=quarantine", "/devices?tab=candidates",
    "/devices/wg-underpass-chengdu-rizhao",
)  # fmt: skip
FACES = "document.fonts.ready.then(() => [...document.fonts].map(face => face.family))"
GROUND = "getComputedStyle(document.body).backgroundColor"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("access")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(served: Served, browser: Browser) -> Page:
    page = sign_in(browser, served).page
    served.publish(
        "donggang/obs/wg-underpass-chengdu-rizhao", '[{"n":"water_depth","u":"cm","v":21}]'
    )
    expect(page.locator('#wall-alarms [data-level="orange"]').first).to_be_visible()
    served.publish("donggang/obs/stranger", '[{"n":"water_depth","u":"cm","v":2}]')
    official = {"sender": "met office", "hazard": "rainstorm", "level": "red"}
    served.post("/api/v1/warnings", official)
    served.post("/api/v1/warnings", {**official, "status": "exercise"})
    served.post("/api/v1/responses", {"hazard": "rainstorm", "level": "IV", "reason": "test"})
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, with the elements."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.browser
@pytest.mark.mosquitto
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_wrong(served: Served, page: Page, path: str, theme: str) -> None:
    page.goto(served.url + path)
    page.evaluate("theme => localStorage.setItem('gangan-theme', theme)", theme)
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-link", "live")
    expect(page.locator(".loading:not(.specimen .loading)")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert violations(page) == []


@pytest.mark.browser
@pytest.mark.mosquitto
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_pages_for_whom_has_not_signed_in_or_got_lost_are_as_good(
    served: Served, browser: Browser, page: Page, theme: str
) -> None:
    fresh = browser.new_page()
    for visited, path in ((fresh, "/wall"), (page, "/nowhere")):
        visited.goto(served.url + path)
        visited.evaluate("theme => localStorage.setItem('gangan-theme', theme)", theme)
        visited.reload()
        assert violations(visited) == []
        assert [f for f in visited.evaluate(FACES) if f.startswith("B612")], "the tokens are there"
        assert (
            visited.evaluate(GROUND)
            == {"dark": "rgb(10, 17, 24)", "light": "rgb(238, 242, 245)"}[theme]
        )
    fresh.close()


@pytest.mark.browser
@pytest.mark.mosquitto
@pytest.mark.parametrize("path", ["/wall", "/alarms", "/segments"])
def test_the_keyboard_reaches_everything_that_can_be_clicked(
    served: Served, page: Page, path: str
) -> None:
    page.goto(served.url + path)
    expect(page.locator("main")).to_have_attribute("data-link", "live")
    expect(page.locator(".loading")).to_have_count(0)
    clickable = page.locator("main :is(a[href], button):visible")
    wanted = clickable.count()
    assert wanted > 5
    clickable.first.focus()
    reached = {page.evaluate("document.activeElement.outerHTML")}
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        shown = "getComputedStyle(document.activeElement).outlineStyle"
        reached.add(page.evaluate("document.activeElement.outerHTML"))
        is_ours = page.evaluate("document.activeElement.matches('a, button')")
        assert not is_ours or page.evaluate(shown) != "none"
    every = set(clickable.evaluate_all("all => all.map(one => one.outerHTML)"))
    assert len(every - reached) <= 0 or {strip(e) for e in every} <= {strip(r) for r in reached}


def strip(html: str) -> str:
    """An element without what ticks."""
    return html.split(">", maxsplit=1)[0].split(" data-until", maxsplit=1)[0]
