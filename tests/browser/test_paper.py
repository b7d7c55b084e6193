"""What is printed: black on white, headed, said to be a drill where it is one, nothing cut off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import ROOT, Served, serve

SEGMENT = "underpass-chengdu-rizhao"
SHORT = ("/alarms", "/segments")
PAPER_PX = 703  # A4 without its margins, at 96 px to the inch
PATHS = ("/alarms", "/segments", f"/segments/{SEGMENT}", "/design")

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    program = ROOT / "tests/pictures/drill.py"
    with serve(tmp_path_factory.mktemp("paper"), program=program) as running:
        depth = '[{"n":"water_depth","u":"cm","v":21}]'
        running.publish(f"donggang/obs/wg-{SEGMENT}", depth)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(served: Served, browser: Browser) -> Page:
    return sign_in(browser, served).page


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_desk_is_headed_and_black_on_white_on_a4(
    served: Served, page: Page, path: str, theme: str
) -> None:
    page.emulate_media(media="null")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(served.url + path)
    page.evaluate("theme => localStorage.setItem('gangan-theme', theme)", theme)
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-link", "live")
    expect(page.locator(".loading:not(.specimen .loading)")).to_have_count(0)
    if path == "/design":
        expect(page.locator(".specimen").first).to_be_visible()
    expect(page.locator("main > .printed")).to_be_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.9" in pdf, "it is not A4"
    sheets = len(re.findall(rb"/Type /Page\s", pdf))
    assert sheets == 1 if path in SHORT else sheets > 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_PX, "height": 1000})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    head = page.locator("main > .printed")
    expect(head).to_contain_text("东港区城市管理局")
    expect(head).to_contain_text("演练")
    expect(head).to_contain_text("打印时间 20")
    for hidden in ("main > header", "nav", ".watermark", "button"):
        assert page.locator(hidden).locator("visible=true").count() == 0, hidden
    style = "getComputedStyle(document.querySelector('.panel'))"
    assert page.evaluate(f"{style}.color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.querySelector('main').scrollWidth") <= PAPER_PX


def test_an_alarm_that_nobody_acknowledged_says_so_where_its_button_is_gone(
    served: Served, page: Page
) -> None:
    page.emulate_media(media="print")
    page.goto(served.url + "/alarms")
    note = page.locator("#alarms-holding .alarmrow .note").first
    expect(note.locator("span")).to_be_visible()
    expect(note).to_contain_text("未确认")


def test_a_figure_is_drawn_for_the_paper_and_then_for_the_screen_again(
    served: Served, page: Page
) -> None:
    page.emulate_media(media="null")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{served.url}/segments/{SEGMENT}")
    figure = page.locator("#segment-trend .main-svg").first
    expect(figure).to_be_visible()
    wide = width(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert width(page) == 690
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function("width => document.querySelector('#segment-trend .main-svg')"
                           ".getBoundingClientRect().width === width", arg=wide)  # fmt: skip


def width(page: Page) -> float:
    svg = "document.querySelector('#segment-trend .main-svg')"
    return float(page.evaluate(f"{svg}.getBoundingClientRect().width"))
