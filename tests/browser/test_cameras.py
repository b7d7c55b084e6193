"""A camera that is black, frozen or lost is said to be so on the wall, over a greyed picture."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from monitoring.domain.instants import rfc3339
from monitoring.domain.site import SegmentKind
from tests.browser.chromium import chromium, sign_in
from tests.e2e.served import Served, serve, wait_for
from tests.engine.pictures import jpeg, plain, scene

PLACES = ("underpass-chengdu-rizhao", "underpass-guiyang-zhaoyang")
BLACK, FROZEN = (f"cam-{place}" for place in PLACES)

pytestmark = [pytest.mark.browser, pytest.mark.mosquitto]


def road(number: int) -> Image.Image:
    return scene(number, SegmentKind.UNDERPASS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("cameras")) as running:
        for place in PLACES:  # the gravest places' cameras are on the wall
            payload = '[{"n":"water_depth","u":"cm","v":21}]'
            running.publish(f"donggang/obs/wg-{place}", payload)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(served: Served, browser: Browser) -> Page:
    return sign_in(browser, served).page


def send(served: Served, camera: str, picture: Image.Image, ago_min: float = 0) -> None:
    """Publish a picture as a camera would, and wait until it has been looked at."""
    before = served.get("/readyz")["pictures"]["looked_at"]
    time = rfc3339(datetime.now(UTC) - timedelta(minutes=ago_min))
    options = ("-V", "5", "-D", "publish", "user-property", "time", time)
    served.publish(f"donggang/frame/{camera}", jpeg(picture), *options)
    wait_for("look", lambda: served.get("/readyz")["pictures"]["looked_at"] > before)


def tile(page: Page, camera: str) -> Locator:
    return page.locator(f'#wall-cameras [data-camera="{camera}"]')


def is_grey(page: Page, camera: str) -> bool:
    """Whether the picture itself is drawn without its colours."""
    image = tile(page, camera).locator("img")
    return "grayscale" in image.evaluate("e => getComputedStyle(e).filter")


def test_a_black_picture_is_said_to_be_black_until_it_is_good_again(
    page: Page, served: Served
) -> None:
    send(served, BLACK, road(1))
    expect(tile(page, BLACK)).to_have_attribute("data-verdict", "ok")
    expect(tile(page, BLACK).locator(".note")).to_have_count(0)
    assert not is_grey(page, BLACK)
    send(served, BLACK, plain(2))
    expect(tile(page, BLACK).locator(".note")).to_contain_text("黑屏")
    expect(tile(page, BLACK).locator(".note .age")).to_contain_text("秒")
    assert is_grey(page, BLACK)
    answer = served.get(f"/api/v1/devices/{BLACK}")
    assert (answer["state"], answer["picture"]["verdict"]) == ("suspect", "black")
    send(served, BLACK, road(2))
    expect(tile(page, BLACK).locator(".note")).to_have_count(0)


def test_a_frozen_picture_is_never_shown_as_live(
    page: Page, served: Served, browser: Browser
) -> None:
    for ago_min in (11, 8, 4, 0):
        send(served, FROZEN, road(3), ago_min)
    expect(tile(page, FROZEN).locator(".note")).to_contain_text("画面冻结")
    expect(tile(page, FROZEN).locator(".note .age")).to_contain_text("11")
    assert is_grey(page, FROZEN)
    other = sign_in(browser, served, 390, 844).page
    other.goto(f"{served.url}/remote/{page.evaluate('window.gangan.wall')}")
    expect(other.locator("#remote-cameras")).to_contain_text("画面冻结")
    other.goto(f"{served.url}/segments/{PLACES[1]}")
    row = other.locator(f'#segment-devices [data-device="{FROZEN}"]')
    expect(row).to_contain_text("画面冻结")
    other.close()


def test_a_camera_whose_last_will_has_come_is_lost(page: Page, served: Served) -> None:
    served.publish(f"donggang/status/{BLACK}", "offline", "-r")
    expect(tile(page, BLACK).locator(".note")).to_contain_text("失联")
    assert is_grey(page, BLACK)


def test_a_server_that_starts_anew_knows_what_its_cameras_were(tmp_path: Path) -> None:
    with serve(tmp_path) as first:
        send(first, BLACK, plain(2))
        wait_for("verdict", lambda: first.get(f"/api/v1/devices/{BLACK}")["picture"])
    with serve(tmp_path) as again:
        assert again.get(f"/api/v1/devices/{BLACK}")["picture"]["verdict"] == "black"
        assert again.fetch(f"/api/v1/cameras/{BLACK}/frame.jpg") == jpeg(plain(2))
