"""The map on the wall: it flies to what grew graver and comes back, shows tiles if there are any;
and where it cannot be drawn everything else lives.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import ClassVar

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import ROOT, WALL_TOKEN, Served, serve

WEST, EAST = "underpass-chengdu-rizhao", "wanpingkou-square"
STAY_MS, FLIGHT_MS = 10_000, 1200
MAPS = """
providers:
  - id: inner
    name: {{zh: 内网地图, en: Inner map}}
    kind: xyz
    datum: gcj02
    key: very-secret
    url: http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png?key={{key}}
    attribution: {{zh: 审图号 GS(0000)0号, en: Approval number 0}}
"""

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path) as running:
        yield running


def water(served: Served, segment: str, cm: float) -> None:
    served.publish(f"donggang/obs/wg-{segment}", f'[{{"n":"water_depth","u":"cm","v":{cm}}}]')


def view(page: Page) -> list[float]:
    """West, south, east and north of what the map shows."""
    found: list[float] = page.evaluate("""() => {
      const bounds = window.gangan.leaflet.getBounds();
      return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    }""")
    return found


def command(page: Page, asked: str) -> None:
    """What the remote control of this wall asks for, on its way through the server."""
    path = f"/api/v1/walls/{page.evaluate('window.gangan.wall')}/commands"
    answer = page.evaluate(f"window.gangan.post('{path}', {asked}).then(a => a.status)")
    assert answer == 202


def flights(page: Page) -> int:
    found: int = page.evaluate("window.gangan.flights")
    return found


def arrived(page: Page, flight: int) -> list[float]:
    """What the map shows once it has flown so often."""
    page.wait_for_function(f"window.gangan.flights === {flight}")
    page.wait_for_timeout(FLIGHT_MS + 500)
    return view(page)


def test_the_map_flies_to_what_grew_graver_and_is_home_again(
    served: Served, browser: Browser
) -> None:
    page = sign_in(browser, served).page
    page.wait_for_timeout(1000)
    home = view(page)
    assert flights(page) == 0  # what was there before is no news
    command(page, '{"do": "zoom", "by": 1}')
    page.wait_for_timeout(1000)
    assert view(page)[0] > home[0]
    water(served, WEST, 12)
    west = arrived(page, 1)
    assert west[2] - west[0] < (home[2] - home[0]) / 2
    water(served, EAST, 12)  # as grave, and too soon for anybody to follow
    page.wait_for_timeout(1000)
    assert view(page) == west
    water(served, EAST, 41)  # graver
    east = arrived(page, 2)
    assert east[0] > west[2]
    page.wait_for_timeout(STAY_MS + FLIGHT_MS + 500)
    assert view(page) == pytest.approx(home, abs=1e-4)
    page.wait_for_timeout(3000)
    assert view(page) == pytest.approx(home, abs=1e-4)
    assert flights(page) == 2
    page.close()


def test_a_held_wall_stays_where_it_is_and_one_without_motion_jumps(
    served: Served, browser: Browser
) -> None:
    page = sign_in(browser, served).page
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(1000)
    home = view(page)
    command(page, '{"do": "hold"}')
    page.wait_for_function("window.gangan.isHeld")
    water(served, WEST, 12)
    expect(page.locator(".maplabel.yellow")).to_have_count(1)
    page.wait_for_timeout(500)
    assert (flights(page), view(page)) == (0, home)
    command(page, '{"do": "hold"}')
    page.wait_for_function("!window.gangan.isHeld")
    water(served, WEST, 31)
    page.wait_for_function("window.gangan.flights === 1")
    page.wait_for_timeout(100)
    away = view(page)
    assert away[2] - away[0] < (home[2] - home[0]) / 2
    page.set_viewport_size({"width": 1600, "height": 900})  # and what is resized meanwhile
    page.wait_for_timeout(STAY_MS + 500)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_timeout(500)
    assert view(page) == pytest.approx(home, abs=1e-4)
    page.close()


def test_a_segment_asked_for_is_shown_even_on_a_held_wall_until_the_whole_is_asked_for(
    served: Served, browser: Browser
) -> None:
    page = sign_in(browser, served).page
    page.wait_for_timeout(1000)
    home = view(page)
    command(page, '{"do": "hold"}')
    command(page, f'{{"do": "show", "segment": "{EAST}"}}')
    page.wait_for_timeout(FLIGHT_MS + 500)
    assert view(page)[0] > home[0]
    page.wait_for_timeout(STAY_MS)
    assert view(page)[0] > home[0]
    command(page, '{"do": "home"}')
    page.wait_for_timeout(FLIGHT_MS + 500)
    assert view(page) == pytest.approx(home, abs=1e-4)
    page.close()


def test_a_map_out_of_sight_does_not_fly_and_is_home_when_it_is_seen(
    served: Served, browser: Browser
) -> None:
    watched = sign_in(browser, served)
    page = watched.page
    page.goto(served.url + "/wall/command")
    page.wait_for_function("window.gangan.leaflet && window.gangan.page?.panels.includes('map')")
    page.wait_for_timeout(1000)
    home = view(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".mapbox")).to_be_hidden()
    water(served, WEST, 12)
    page.wait_for_function("document.querySelector('#wall-status [data-gravest=yellow]')")
    page.wait_for_timeout(500)
    assert flights(page) == 0
    page.keyboard.press("ArrowRight")
    expect(page.locator(".maplabel.yellow")).to_be_visible()
    page.wait_for_timeout(500)
    assert view(page) == pytest.approx(home, abs=1e-4)
    assert watched.complaints == []
    page.close()


def without_script(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/dash_leaflet/**", refuse)


def without_canvas(page: Page) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")


@pytest.mark.parametrize("fail", [without_script, without_canvas])
def test_a_wall_without_a_map_says_so_and_everything_else_lives(
    served: Served, browser: Browser, fail: object
) -> None:
    assert callable(fail)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    fail(page)
    page.goto(f"{served.url}/wall?token={WALL_TOKEN}")
    row = page.locator(f'#wall-segments [data-segment="{WEST}"]')
    expect(row).to_have_attribute("data-level", "unknown", timeout=20_000)
    expect(page.locator(".nomap")).to_be_visible()
    expect(page.locator(".nomap")).to_have_text("地图不可用，见重点路段列表")
    expect(page.locator(".mapfoot")).to_be_hidden()
    water(served, WEST, 21)
    expect(row).to_have_attribute("data-level", "orange")
    expect(page.locator("#wall-alarms")).to_contain_text("水深 21 cm，阈值 20 cm")
    clock = page.locator("#page-clock").text_content()
    expect(page.locator("#page-clock")).not_to_have_text(clock or "")
    expect(page.locator("main")).to_have_attribute("data-link", "live")
    page.close()


class Upstream(BaseHTTPRequestHandler):
    """A map provider that may fail."""

    picture = BytesIO()
    status: ClassVar[int] = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.picture.getvalue())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[int]:
    Image.new("RGB", (256, 256), "#eee").save(Upstream.picture, "PNG")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_tiles_lie_under_the_segments_and_their_loss_is_told(
    tmp_path: Path, browser: Browser
) -> None:
    with provider() as port:
        config = Path(copytree(ROOT / "config", tmp_path / "config"))
        (config / "map.yaml").write_text(MAPS.format(port=port), encoding="utf-8")
        with serve(tmp_path / "state", "--config", str(config)) as served:
            watched = sign_in(browser, served)
            page = watched.page
            box = page.locator(".mapbox")
            expect(box).to_have_attribute("data-tiles", "live")
            assert page.locator(".leaflet-tile-loaded").count() >= 6
            expect(page.locator(".attribution")).to_contain_text("审图号 GS(0000)0号")
            expect(page.locator(".notiles")).to_be_hidden()
            assert "very-secret" not in page.content() + " ".join(watched.requests)
            Upstream.status = 503
            command(page, '{"do": "zoom", "by": 1}')
            expect(box).to_have_attribute("data-tiles", "lost")
            expect(page.locator(".notiles")).to_have_text("底图瓦片不可用，当前为示意图")
            expect(page.locator(".leaflet-base-pane canvas")).to_be_visible()
            Upstream.status = 200
            expect(box).to_have_attribute("data-tiles", "live", timeout=60_000)
            page.close()
