"""The technician's page: what is wrong, what was quarantined, and who else is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bench.city import write_city
from tests.browser.chromium import Watched, chromium, sign_in
from tests.e2e.served import Served, serve, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]

GAUGE = "wg-underpass-chengdu-rizhao"
ANNOUNCED = {
    "name": "Depth", "stat_t": "yard/us1/state", "val_tpl": "{{ value_json.dist }}",
    "unit_of_meas": "cm", "dev_cla": "distance", "dev": {"ids": ["us1"], "name": "Yard"},
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("devices")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def watched(served: Served, browser: Browser) -> Watched:
    served.publish(f"donggang/obs/{GAUGE}", '[{"n":"water_depth","u":"cm","v":3}]')
    return sign_in(browser, served)


@pytest.fixture
def page(watched: Watched, served: Served) -> Page:
    watched.page.goto(served.url + "/devices")
    expect(watched.page.locator(".devicerow[data-device]").first).to_be_attached()
    return watched.page


def test_the_list_is_filtered_to_what_is_wrong_and_the_address_remembers(page: Page) -> None:
    live = page.locator(f'[data-device="{GAUGE}"]')
    expect(live).to_have_attribute("data-state", "live")
    expect(live).to_contain_text("3 cm")
    page.get_by_role("button", name=re.compile("有问题")).click()
    expect(live).to_be_hidden()
    expect(page).to_have_url(re.compile(r"show=wrong"))
    page.get_by_label("类别", exact=True).select_option("camera")
    page.get_by_label("搜索").fill("chengdu")
    rows = page.locator(".devicerow[data-device]:visible")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-kind", "camera")
    page.reload()
    expect(rows).to_have_count(1)
    expect(page.get_by_label("搜索")).to_have_value("chengdu")
    page.get_by_label("搜索").fill("no such thing")
    expect(page.locator(".found")).to_have_text("没有符合条件的设备。")


def test_the_keyboard_reaches_every_tool_and_the_rows(page: Page) -> None:
    page.locator(".tabs a").first.focus()
    reached = []
    for _ in range(10):
        reached.append(page.evaluate("document.activeElement.outerHTML"))
        page.keyboard.press("Tab")
    said = " ".join(reached)
    for mark in ("tab=candidates", 'data-show="wrong"', 'name="kind"', 'name="q"', "/devices/"):
        assert mark in said


def test_a_device_has_a_page_of_its_own(page: Page) -> None:
    page.locator(f'[data-device="{GAUGE}"] .name a').click()
    expect(page).to_have_url(re.compile(f"/devices/{GAUGE}$"))
    expect(page.locator("#device-values")).to_contain_text("3 cm")
    expect(page.locator("#device-sources")).to_contain_text(f"donggang/obs/{GAUGE}")


def test_a_candidate_bound_by_a_click_becomes_live_and_the_page_heals(
    page: Page, served: Served
) -> None:
    served.publish("homeassistant/sensor/us1/depth/config", json.dumps(ANNOUNCED), "-r")
    page.locator('.tabs [data-tab="candidates"]').click()
    row = page.locator('.candidate[data-external="us1"]')
    expect(row).to_contain_text("mount_height_cm")
    row.get_by_role("button").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("今后的编号").fill("wg-yard")
    dialog.get_by_label("中文名称").fill("院内水位计")
    dialog.get_by_role("button", name="以本人名义记录").click()
    expect(dialog.locator(".answer")).to_contain_text("缺项")  # the mount height
    dialog.get_by_label("mount_height_cm").fill("412")
    dialog.get_by_role("button", name="以本人名义记录").click()
    expect(dialog).to_have_count(0)
    expect(page.locator('[data-bound="wg-yard"]')).to_contain_text("admin 绑定", timeout=5_000)
    expect(row).to_have_count(0)
    expect(page.locator("main")).to_have_attribute("data-link", "live")
    wait_for("ready server", served.is_ready)
    served.publish("yard/us1/state", '{"dist": 400}')
    page.locator('.tabs [data-tab="devices"]').click()
    live = page.locator('[data-device="wg-yard"]')
    expect(live).to_contain_text("12 cm")
    expect(live).to_contain_text("院内水位计")
    expect(live).to_have_attribute("data-state", "live")


def test_what_a_stranger_had_sent_is_played_once_it_is_bound(page: Page, served: Served) -> None:
    served.publish("donggang/obs/wg-late", '[{"n":"water_depth","u":"cm","v":7}]')
    page.locator('.tabs [data-tab="quarantine"]').click()
    message = page.locator("#devices-rejects .reject").first
    expect(message).to_contain_text("donggang/obs/wg-late")
    expect(message).to_contain_text("未知设备")
    message.get_by_role("button", name="重放", exact=True).click()
    expect(page.locator("#devices-said")).to_contain_text("再次失败 1 条")
    expect(message).to_contain_text("再次失败，admin 重放")
    page.locator('.tabs [data-tab="candidates"]').click()
    page.locator('.candidate[data-external="wg-late"]').get_by_role("button").click()
    page.locator("dialog[open]").get_by_role("button", name="以本人名义记录").click()
    expect(page.locator('[data-bound="wg-late"]')).to_contain_text("admin 绑定")
    wait_for("ready server", served.is_ready)
    page.locator('.tabs [data-tab="quarantine"]').click()
    page.locator('[data-reason="unknown_device"].backlog').get_by_role("button").click()
    expect(page.locator("#devices-said")).to_contain_text("重放成功 1 条")
    expect(message).to_contain_text("admin 已重放")
    (value,) = served.get("/api/v1/devices/wg-late")["values"].values()
    assert value["value"] == 7


def test_a_device_that_is_unbound_leaves_the_list(page: Page, served: Served) -> None:
    page.locator('.tabs [data-tab="candidates"]').click()
    page.locator('[data-bound="wg-late"]').get_by_role("button").click()
    page.locator("dialog[open]").get_by_role("button", name="以本人名义记录").click()
    expect(page.locator('[data-bound="wg-late"]')).to_have_count(0)
    expect(page.locator('[data-device="wg-late"]')).to_have_count(0)
    wait_for("ready server", served.is_ready)


def test_a_city_of_devices_is_drawn_and_searched_in_no_time(
    browser: Browser, tmp_path: Path
) -> None:
    config = write_city(tmp_path)
    with serve(tmp_path / "state", "--config", str(config)) as big:
        page = sign_in(browser, big).page
        page.goto(big.url + "/devices")
        expect(page.locator(".devicerow[data-device]")).to_have_count(1200, timeout=20_000)
        expect(page.locator(".devicerow[data-device]:visible")).to_have_count(100)
        took_ms = page.evaluate("""() => {
            const field = document.querySelector(".tools [name=q]");
            const began = performance.now();
            field.value = "77";
            field.dispatchEvent(new Event("input", {bubbles: true}));
            document.body.getBoundingClientRect();
            return performance.now() - began;
        }""")
        assert took_ms < 500
        page.locator(".tools [name=q]").fill("")
        page.locator("#devices-more").click()
        expect(page.locator(".devicerow[data-device]:visible")).to_have_count(200)


def test_nothing_went_wrong_in_the_browser(watched: Watched) -> None:
    # While everything is put together anew the socket is closed, and a form was refused once.
    said = [c for c in watched.complaints if not re.search("WebSocket|409|ERR_CONNECTION", c)]
    assert said == []
