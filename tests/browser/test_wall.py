"""The wall in a real browser, fed by a device that shares no code with us."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.brokers import free_port
from tests.browser.chromium import Watched, chromium, sign_in
from tests.e2e.served import Served, serve

UNDERPASS = "underpass-chengdu-rizhao"
ROW = f'#wall-segments [data-segment="{UNDERPASS}"]'
TOPIC = f"donggang/obs/wg-{UNDERPASS}"


def depth(cm: float) -> str:
    return f'[{{"n":"water_depth","u":"cm","v":{cm}}}]'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("wall")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def wall(served: Served, browser: Browser) -> Watched:
    return sign_in(browser, served)


@pytest.mark.browser
@pytest.mark.mosquitto
def test_a_gauge_turns_its_segment_on_the_wall(served: Served, wall: Watched) -> None:
    page = wall.page
    expect(page.locator(ROW)).to_have_attribute("data-level", "unknown")
    served.publish(TOPIC, depth(21))
    expect(page.locator(ROW)).to_have_attribute("data-level", "orange")
    expect(page.locator(ROW)).to_have_attribute("data-depth", "21")
    alarm = page.locator('#wall-alarms [data-level="orange"]').first
    expect(alarm).to_contain_text("成都路×日照路")
    expect(alarm).to_contain_text("水深 21 cm，阈值 20 cm")
    expect(page.locator("#wall-status .proposal")).to_contain_text("建议启动Ⅱ级响应")
    expect(page.locator("#wall-status .proposal")).not_to_contain_text("发布")
    served.publish(TOPIC, depth(31))
    expect(page.locator(ROW)).to_have_attribute("data-level", "red")


@pytest.mark.browser
def test_duty_depot_and_link_stand_beside_the_map(wall: Watched) -> None:
    page = wall.page
    expect(page.locator("#wall-duty")).to_contain_text("组")
    expect(page.locator("#wall-depot [data-item]")).to_have_count(7)
    expect(page.locator('#page-link [data-part="broker"]')).to_have_attribute("data-state", "ok")
    expect(page.locator(".wall")).to_have_attribute("data-link", "live")
    expect(page.locator("#page-clock")).not_to_have_text("--:--:--")
    expect(page.locator(".map canvas").first).to_be_visible()
    expect(page.locator("#wall-trend-0 .main-svg").first).to_be_visible()
    expect(page.locator("#page-demo")).to_have_count(0)


@pytest.mark.browser
def test_a_page_of_an_older_build_loads_itself_anew(
    served: Served, wall: Watched, browser: Browser
) -> None:
    signed_in = browser.new_context(storage_state=wall.page.context.storage_state())
    page = signed_in.new_page()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    newer = False

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(
            lambda text: socket.send(
                str(text).replace('"build": "', '"build": "newer-' if newer else '"build": "')
            )
        )

    page.route_web_socket("**/ws/live*", between)
    page.goto(served.url + "/wall")
    page.wait_for_function("window.gangan.build")
    assert len(loads) == 1
    newer = True
    page.wait_for_event("load", timeout=10_000)
    page.wait_for_function("window.gangan?.build?.startsWith('newer-')")
    signed_in.close()


@pytest.mark.browser
def test_nothing_is_loaded_from_outside_and_nothing_complains(wall: Watched) -> None:
    hosts = {urlsplit(url).hostname for url in wall.requests if not url.startswith("data:")}
    assert hosts == {"127.0.0.1"}
    assert wall.complaints == []


@pytest.mark.browser
def test_english_is_a_switch_away(served: Served, browser: Browser) -> None:
    page = sign_in(browser, served).page
    page.click("a.language")
    page.wait_for_selector("#wall-segments [data-segment]")
    expect(page.locator('[data-panel="segments"] h2')).to_have_text("Segments")
    expect(page.locator(".wall")).to_have_attribute("lang", "en")
    page.close()


@pytest.mark.browser
def test_a_broken_link_is_said_at_once_and_heals_by_itself(
    tmp_path: Path, browser: Browser
) -> None:
    port, mqtt_port = free_port(), free_port()
    with serve(tmp_path, port=port, mqtt_port=mqtt_port) as first:
        page = sign_in(browser, first).page
        first.publish(TOPIC, depth(21))
        expect(page.locator(ROW)).to_have_attribute("data-level", "orange")
        first.kill()
        expect(page.locator("#page-lost")).to_be_visible(timeout=8_000)
        expect(page.locator("#page-lost")).to_contain_text("连接中断")
        expect(page.locator(ROW)).to_have_attribute("data-level", "orange")
    with serve(tmp_path, port=port, mqtt_port=mqtt_port) as second:
        expect(page.locator("#page-lost")).to_be_hidden(timeout=12_000)
        second.publish(TOPIC, depth(31))
        expect(page.locator(ROW)).to_have_attribute("data-level", "red")
    page.close()
