"""Debian's Chromium, cut off from everything but this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.served import Served

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # Whatever is not this machine does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
PATHS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; fails plainly where the machine has none."""
    path = next((p for p in PATHS if Path(p).exists()), None)
    assert path, "Chromium is missing: apt install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, with everything it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )


def sign_in(browser: Browser, served: Served, width: int = 1920, height: int = 1080) -> Watched:
    """The wall, signed in as a person does."""
    watched = Watched(browser.new_page(viewport={"width": width, "height": height}))
    page = watched.page
    page.goto(served.url + "/wall")
    assert "/sign-in" in page.url
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", served.password())
    page.click("button")
    page.wait_for_selector("#wall-segments [data-segment]", timeout=20_000)
    return watched
