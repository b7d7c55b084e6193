"""The pages at the desk: alarms to acknowledge, and the card of one segment."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Watched, chromium, sign_in
from tests.e2e.served import Served, serve

SEGMENT = "underpass-chengdu-rizhao"
TOPIC = f"donggang/obs/wg-{SEGMENT}"

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def watched(served: Served, browser: Browser) -> Watched:
    served.publish(TOPIC, '[{"n":"water_depth","u":"cm","v":21}]')
    return sign_in(browser, served)


@pytest.fixture
def page(watched: Watched, served: Served) -> Page:
    watched.page.goto(served.url + "/wall")
    return watched.page


def test_an_alarm_is_acknowledged_by_name_and_goes_on(page: Page, served: Served) -> None:
    page.get_by_role("navigation").get_by_text("当前告警").click()
    row = page.locator('#alarms-holding [data-level="orange"]').first
    expect(row).to_have_attribute("data-state", "active")
    alarm = row.get_attribute("data-alarm")
    row.get_by_role("button").click()
    taken = page.locator(f'#alarms-holding [data-alarm="{alarm}"]')
    expect(taken).to_have_attribute("data-state", "acknowledged")
    expect(taken).to_contain_text("admin")
    expect(taken.get_by_role("button")).to_have_count(0)
    (known,) = (a for a in served.get("/api/v1/alarms")["items"] if a["id"] == alarm)
    assert known["state"] == "acknowledged"
    assert known["returned_at"] is None


def test_a_segment_on_the_wall_leads_to_its_card(page: Page, served: Served) -> None:
    page.locator(f'#wall-segments [data-segment="{SEGMENT}"] a').click()
    expect(page).to_have_url(f"{served.url}/segments/{SEGMENT}")
    expect(page.locator("#segment-state")).to_contain_text("橙色")
    value = page.locator('#segment-values [data-quantity="water_depth"]')
    expect(value).to_contain_text("21 cm")
    served.publish(TOPIC, '[{"n":"water_depth","u":"cm","v":31}]')
    expect(value).to_contain_text("31 cm")
    expect(page.locator("#segment-state")).to_contain_text("红色")
    expect(page.locator("#segment-trend .main-svg").first).to_be_visible()


def test_the_language_changes_where_one_is(page: Page, served: Served) -> None:
    page.goto(served.url + "/segments")
    page.get_by_text("English").click()
    expect(page).to_have_url(served.url + "/segments")
    expect(page.locator("#segments-rows")).to_contain_text("underpass")
    page.get_by_text("中文").click()
    expect(page.locator("#segments-rows")).to_contain_text("铁路立交")


def test_a_new_grave_alarm_takes_the_stage_and_returns_it(page: Page, served: Served) -> None:
    page.wait_for_selector("#wall-segments [data-segment]")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.gangan.cutIns") == []  # what was there before is no news
    stage = page.locator("#cut-in")
    expect(stage).to_be_hidden()
    served.publish(
        "donggang/obs/wg-underpass-guiyang-zhaoyang", '[{"n":"water_depth","u":"cm","v":22}]'
    )
    expect(stage).to_be_visible()
    expect(stage).to_contain_text("贵阳路×昭阳路")
    expect(stage).to_contain_text("水深 22 cm，阈值 20 cm")
    expect(stage).to_have_attribute("data-level", "orange")
    expect(stage).to_be_hidden(timeout=20_000)


def test_the_sound_can_be_silenced_and_says_so(page: Page) -> None:
    sound = page.locator("#sound")
    expect(sound).to_have_attribute("data-state", re.compile("on|blocked"))
    if sound.get_attribute("data-state") == "blocked":
        sound.click()
        expect(sound).to_have_attribute("data-state", "on")
    sound.click()
    expect(sound).to_have_attribute("data-state", "silent")
    expect(sound).to_contain_text("10")
    sound.click()
    expect(sound).to_have_attribute("data-state", "on")


@pytest.mark.parametrize("path", ["/segments/nowhere", "/alarms/x", "/nowhere"])
def test_a_page_that_is_not_there_is_not_found(page: Page, served: Served, path: str) -> None:
    answer = page.goto(served.url + path)
    assert answer
    assert answer.status == 404


def test_nothing_went_wrong_in_the_browser(watched: Watched, served: Served) -> None:
    assert all(url.startswith((served.url, "data:", "blob:")) for url in watched.requests)
    assert not [c for c in watched.complaints if "404" not in c]
