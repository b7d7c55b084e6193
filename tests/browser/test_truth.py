"""The wall can't lie: cut off, slowed, frozen, restarted or with a wrong clock, it says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import WALL_TOKEN, Served, serve, wait_for

UNDERPASS = "underpass-chengdu-rizhao"
ROW = f'#wall-segments [data-segment="{UNDERPASS}"]'
TOPIC = f"donggang/obs/wg-{UNDERPASS}"
FREEZE = "setTimeout(() => { const end = Date.now() + 12500; while (Date.now() < end); })"


def depth(cm: float) -> str:
    return f'[{{"n":"water_depth","u":"cm","v":{cm}}}]'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("truth")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(served: Served, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{served.url}/wall?token={WALL_TOKEN}")
    page.wait_for_selector("#wall-segments [data-segment]", timeout=20_000)
    yield page
    page.close()


pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]


def test_a_wall_without_a_keyboard_shows_everything_and_can_do_nothing(
    page: Page, served: Served
) -> None:
    assert page.url == served.url + "/wall"
    status = page.evaluate(
        "window.gangan.post('/api/v1/sound/silence', {minutes: 10}).then(a => a.status)"
    )
    assert status == 403


class Cable:
    """A cable between a page and its server that can be pulled."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        page.route_web_socket("**/ws/live*", self._between)

    def _between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if self.is_cut else socket.send(message))


def test_a_silent_network_turns_the_wall_grey_until_it_speaks_again(
    page: Page, served: Served
) -> None:
    cable = Cable(page)
    served.publish(TOPIC, depth(21))
    page.reload()
    expect(page.locator(ROW)).to_have_attribute("data-level", "orange")
    cable.is_cut = True
    expect(page.locator("main")).to_have_attribute("data-link", "lost", timeout=7000)
    expect(page.locator("#page-lost")).to_contain_text("数据停在")
    served.publish(TOPIC, depth(31))
    page.wait_for_timeout(1500)
    expect(page.locator(ROW)).to_have_attribute("data-level", "orange")  # kept, and marked old
    cable.is_cut = False
    expect(page.locator("main")).to_have_attribute("data-link", "live", timeout=5000)
    # What was missed makes a gap in the numbers, and the wall asks for everything.
    expect(page.locator(ROW)).to_have_attribute("data-level", "red", timeout=10_000)
    expect(page.locator("#page-lost")).to_be_hidden()


def test_a_slow_browser_has_no_backlog_and_ends_with_the_newest(page: Page, served: Served) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for n in range(40):
        served.publish(TOPIC, depth(40 + n / 10))
    # Forty pictures one after the other would take it more than twenty seconds.
    expect(page.locator(ROW)).to_have_attribute("data-depth", "43.9", timeout=10_000)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def test_a_frozen_page_is_noticed_by_its_worker_and_loaded_anew(page: Page) -> None:
    page.wait_for_timeout(2000)
    page.evaluate("window.beforeFreezing = true")
    with page.expect_event("load", timeout=30_000):
        page.evaluate(FREEZE)
    page.wait_for_selector("#wall-segments [data-segment]")
    assert page.evaluate("window.beforeFreezing") is None


def test_a_page_that_never_came_is_loaded_anew(page: Page) -> None:
    page.clock.install()
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.reload()
    page.wait_for_function("window.gangan")
    assert page.locator("main").count() == 0
    page.clock.run_for(20_000)  # a slow computer may take as long to draw it
    assert page.locator("main").count() == 0
    page.unroute("**/_dash-update-component*")
    with page.expect_event("load"):
        page.clock.run_for(15_000)
    page.wait_for_selector("#wall-segments [data-segment]")


def test_a_clock_that_is_wrong_is_told(page: Page) -> None:
    expect(page.locator("#page-skew")).to_be_hidden()

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda m: socket.send(str(m).replace('"clock": 1', '"clock": 2')))

    page.route_web_socket("**/ws/live*", between)
    page.reload()
    expect(page.locator("#page-skew")).to_be_visible()
    expect(page.locator("#page-skew")).to_contain_text("请校准本机时间")


def test_five_reloads_leave_one_subscriber(page: Page, served: Served) -> None:
    for _ in range(5):
        page.reload()
        page.wait_for_selector("#wall-segments [data-segment]")
    walls = wait_for("one wall", lambda: _only(served.get("/api/v1/walls")["items"]))
    assert walls[0]["screen"] == "duty"
    before = walls[0]["applied"]
    served.publish(TOPIC, depth(44))
    wait_for(
        "proof that it draws",
        lambda: served.get("/api/v1/walls")["items"][0]["applied"] > before,
        12,
    )


def _only(walls: list[dict[str, object]]) -> list[dict[str, object]]:
    return walls if len(walls) == 1 else []


@pytest.mark.parametrize("away_s", [0.0, 5.0, 12.0])
def test_a_wall_heals_by_itself_within_five_seconds_of_the_servers_return(
    tmp_path: Path, browser: Browser, away_s: float
) -> None:
    with serve(tmp_path) as first:
        password = first.password()
        page = browser.new_page()
        page.goto(f"{first.url}/wall?token={WALL_TOKEN}")
        page.wait_for_selector("#wall-segments [data-segment]", timeout=20_000)
        port = int(first.url.rsplit(":", 1)[1])
        first.kill()
    assert password
    page.wait_for_timeout(1000 * away_s)
    with serve(tmp_path, port=port) as again:
        expect(page.locator("main")).to_have_attribute("data-link", "live", timeout=5000)
        again.publish(TOPIC, depth(21))
        expect(page.locator(ROW)).to_have_attribute("data-level", "orange", timeout=5000)
    page.close()


def test_a_phone_that_scanned_the_code_controls_that_wall(
    page: Page, served: Served, browser: Browser
) -> None:
    served.publish(TOPIC, depth(45))
    wall = page.evaluate("window.gangan.wall")
    code = page.locator("#wall-code")
    expect(code).to_have_attribute("src", f"/api/v1/walls/{wall}/qr.svg")
    phone = sign_in(browser, served, 390, 844).page
    phone.goto(f"{served.url}/remote/{wall}")
    phone.get_by_role("button", name="停留 / 继续轮播").click()
    expect(phone.locator("#remote-answer")).to_have_text("已执行。")
    page.wait_for_function("window.gangan.isHeld === true")
    camera = phone.locator("#remote-cameras button").nth(2)
    name = camera.text_content() or ""
    camera.click()
    expect(page.locator("#wall-cameras figcaption").first).to_contain_text(name)
    page.mouse.click(900, 900)
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_contain_text("请扫码操作")
    phone.get_by_role("button", name="全部大屏静音 10 分钟").click()
    expect(page.locator("#sound")).to_contain_text("admin 已静音", timeout=10_000)
    phone.get_by_role("button", name="恢复大屏声音").click()
    expect(page.locator("#sound")).to_have_attribute("data-state", "on")
    row = phone.locator("#remote-alarms [data-alarm]").first
    row.get_by_role("button").click()
    expect(phone.locator("#remote-alarms .note").first).to_contain_text("admin")
    phone.goto(f"{served.url}/remote/nobody")
    phone.get_by_role("button", name="全区").click()
    expect(phone.locator("#remote-answer")).to_contain_text("未连接")
    phone.close()


def test_silence_is_shown_on_every_wall_with_the_name_of_who_asked(
    page: Page, served: Served, browser: Browser
) -> None:
    desk = sign_in(browser, served).page
    desk.mouse.click(900, 900)  # any click lets a browser sound
    expect(desk.locator("#sound")).to_have_attribute("data-state", "on")
    desk.locator("#sound").click()
    expect(desk.locator("#sound")).to_have_attribute("data-state", "silent")
    expect(desk.locator("#sound")).to_contain_text("admin 已静音，还剩 10 分钟")
    page.mouse.click(900, 900)
    expect(page.locator("#sound")).to_contain_text("admin 已静音")
    desk.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("data-state", "on")
    desk.close()
