"""From an official warning to the end of the response, as people do it, seen on the wall."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import Watched, chromium, sign_in
from tests.e2e.served import Served, serve

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]

ZONE = ZoneInfo("Asia/Shanghai")
AREA = [[119.40, 35.38], [119.60, 35.38], [119.60, 35.46], [119.40, 35.46]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("command")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def watched(served: Served, browser: Browser) -> Watched:
    return sign_in(browser, served)


@pytest.fixture
def wall(watched: Watched) -> Page:
    return watched.page


@pytest.fixture
def command(served: Served, browser: Browser, watched: Watched) -> Iterator[Page]:
    """The page of command in a window of its own, beside the wall."""
    signed_in = browser.new_context(
        storage_state=watched.page.context.storage_state(),
        viewport={"width": 1920, "height": 1080},
    )
    page = signed_in.new_page()
    page.goto(served.url + "/command")
    yield page
    signed_in.close()


def clock(wall: Page) -> Locator:
    return wall.locator("#wall-status .waiting")


def local(minutes: int) -> str:
    """A time from now on the site's clocks, as its field takes it."""
    return f"{datetime.now(ZONE) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


def test_a_quiet_wall_says_that_nothing_is_in_force(wall: Page) -> None:
    expect(wall.locator("#wall-status .officials")).to_contain_text("无生效预警（人工录入）")
    expect(wall.locator("#wall-status .response")).to_contain_text("未启动")
    expect(clock(wall)).to_be_hidden()


def test_a_red_warning_entered_by_hand_starts_the_clock(wall: Page, command: Page) -> None:
    form = command.locator("#command-enter form")
    form.get_by_label("发布单位").fill("日照市气象台")
    form.get_by_label("灾种").select_option("rainstorm")
    form.get_by_label("颜色").select_option("red")
    form.get_by_label("标题").fill("暴雨红色预警信号")
    form.get_by_label("生效时间").fill(local(-12))
    form.get_by_label("结束时间").fill(local(-20))
    form.get_by_role("button").click()
    expect(wall.locator("#wall-status [data-warning]")).to_have_count(0)  # it would end first
    form.get_by_label("结束时间").fill(local(180))
    form.get_by_role("button").click()
    expect(form.locator(".answer")).to_have_text("已记录。")
    expect(form.get_by_label("标题")).to_have_value("")
    row = command.locator("#command-warnings [data-warning]")
    expect(row).to_contain_text("暴雨 红色")
    expect(row).to_contain_text("日照市气象台")
    chip = wall.locator('#wall-status .official[data-level="red"]')
    expect(chip).to_contain_text("暴雨 红色")
    expect(chip).to_contain_text(re.compile("剩 (2 小时 59 分钟|3 小时)"))
    expect(clock(wall)).to_contain_text(re.compile("暴雨红色预警待响应 1[23] 分钟"))
    expect(clock(wall)).to_have_class(re.compile("overdue"))


def test_a_response_by_name_stops_the_clock(wall: Page, command: Page, served: Served) -> None:
    form = command.locator("#command-activate form")
    form.get_by_label("级别").select_option("II")
    form.get_by_role("button").click()
    expect(clock(wall)).to_be_visible()  # nothing is decided without a reason
    form.get_by_label("理由").fill("红色预警，提前布防")
    form.get_by_role("button").click()
    expect(clock(wall)).to_be_hidden()
    expect(wall.locator("#wall-status .response")).to_contain_text(re.compile("Ⅱ级 暴雨 · [0-9]"))
    row = command.locator("#command-responses [data-response]")
    expect(row).to_contain_text("红色预警，提前布防")
    expect(row).to_contain_text("admin")
    expect(command.locator("#command-warnings")).to_contain_text("已有响应")
    assert served.get("/api/v1/roster/now")["response_level"] == "II"


def test_who_decides_on_what_no_longer_stands_is_told(command: Page, served: Served) -> None:
    (known,) = served.get("/api/v1/responses?state=active")["items"]
    row = command.locator("#command-responses [data-response]")
    row.get_by_role("button", name="升级").click()
    dialog = command.locator("dialog[open]")
    expect(dialog.locator(".about")).to_contain_text("Ⅱ级 · 暴雨")
    dialog.get_by_label("理由").fill("雨势加大")
    lower = f"/api/v1/responses/{known['id']}/lower"
    served.post(lower, {"level": "III", "reason": "another hand"})
    dialog.get_by_role("button", name="以本人名义记录").click()
    expect(dialog.locator(".answer")).to_have_text("现状已有变化，请看清后再决定。")
    dialog.get_by_role("button", name="返回").click()
    expect(dialog).to_have_count(0)
    expect(row).to_have_attribute("data-level", "III")


def test_its_end_is_recorded_and_the_warning_waits_again(
    wall: Page, command: Page, served: Served
) -> None:
    row = command.locator("#command-responses [data-response]")
    row.get_by_role("button", name="结束").click()
    dialog = command.locator("dialog[open]")
    dialog.get_by_label("理由").fill("雨停")
    dialog.get_by_label("理由").press("Tab")
    dialog.get_by_role("button", name="以本人名义记录").click()
    expect(dialog).to_have_count(0)
    expect(command.locator("#command-ended")).to_contain_text("雨停")
    expect(wall.locator("#wall-status .response")).to_contain_text("未启动")
    expect(clock(wall)).to_contain_text(re.compile("暴雨红色预警待响应 [0-9]+ 秒"))
    (ended,) = served.get("/api/v1/responses")["items"]
    assert [(d["kind"], d["by"]) for d in ended["decisions"]] == [
        ("activated", "admin"), ("lowered", "admin-token"), ("ended", "admin"),
    ]  # fmt: skip


def test_a_warning_is_declined_and_then_lifted(wall: Page, command: Page) -> None:
    row = command.locator("#command-warnings [data-warning]")
    row.get_by_role("button", name="不启动").click()
    dialog = command.locator("dialog[open]")
    expect(dialog.locator(".about")).to_have_text("暴雨红色预警 · 日照市气象台")
    dialog.get_by_label("理由").fill("仅影响海区")
    dialog.get_by_role("button", name="以本人名义记录").click()
    expect(row).to_contain_text("admin 决定不启动：仅影响海区")
    expect(clock(wall)).to_be_hidden()
    row.get_by_role("button", name="录入解除").click()
    command.locator("dialog[open]").get_by_role("button", name="以本人名义记录").click()
    expect(row).to_have_count(0)
    expect(wall.locator("#wall-status .officials")).to_contain_text("无生效预警（人工录入）")


def test_an_update_is_entered_from_what_it_takes_the_place_of(
    wall: Page, command: Page, served: Served
) -> None:
    served.post(
        "/api/v1/warnings",
        {"id": "o1", "sender": "met", "hazard": "gale", "level": "orange", "polygon": [AREA]},
    )
    row = command.locator('#command-warnings [data-warning="o1"]')
    row.get_by_role("button", name="录入更新").click()
    form = command.locator("#command-enter form")
    expect(form.get_by_label("替代的预警")).to_have_value("o1")
    expect(form.get_by_label("灾种")).to_have_value("gale")
    form.get_by_label("颜色").select_option("blue")
    form.get_by_role("button").click()
    expect(row).to_have_count(0)
    (known,) = served.get("/api/v1/warnings?state=in_force")["items"]
    assert (known["kind"], known["level"], known["references"]) == ("update", "blue", ["o1"])
    expect(wall.locator('#wall-status .official[data-level="blue"]')).to_contain_text("大风")


def test_the_area_of_a_warning_lies_on_the_map_under_the_segments(
    wall: Page, served: Served
) -> None:
    outlines = """() => {
        const layers = Object.values(window.gangan.leaflet._layers);
        return layers.filter((one) => one.options.dashArray === '12 6').map((one) => ({
            corners: one.getLatLngs()[0][0].length,
            isHatched: one.options.fillColor instanceof CanvasPattern,
        }));
    }"""
    wall.wait_for_function(f"() => ({outlines})().length === 0")  # that of before is gone
    served.post(
        "/api/v1/warnings",
        {"id": "r1", "sender": "met", "hazard": "rainstorm", "level": "red", "polygon": [AREA]},
    )
    wall.wait_for_function(f"() => ({outlines})().length === 1")
    assert wall.evaluate(outlines) == [{"corners": 4, "isHatched": True}]
    below = """() => {
        const heights = {};
        for (const { options, feature } of Object.values(window.gangan.leaflet._layers)) {
            const what = options.dashArray === '12 6' ? 'area'
                : feature && ('i' in feature.properties ? 'segment' : 'base');
            if (!what) continue;
            const pane = window.gangan.leaflet.getPane(options.pane);
            heights[what] = Number(getComputedStyle(pane).zIndex);
        }
        return Object.keys(heights).sort((a, b) => heights[a] - heights[b]);
    }"""
    assert wall.evaluate(below) == ["base", "area", "segment"]
    expect(wall.locator(".legend")).to_contain_text("预警区")


def test_nothing_went_wrong_in_the_browser(watched: Watched) -> None:
    assert watched.complaints == []
