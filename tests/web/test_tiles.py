"""The tile proxy against a real server: the key stays secret, each tile is fetched once, and a
provider that is gone is told at once.
"""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitoring.domain.basemaps import Provider
from monitoring.store.tiles import TileFiles
from monitoring.web import problems, tiles
from monitoring.web.tiles import Tiles, routes
from tests.brokers import free_port

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
KEY = "very-secret-key"


class Upstream(BaseHTTPRequestHandler):
    """A map provider whose mood a test sets."""

    asked: ClassVar[list[str]] = []
    status = 200
    body = PNG
    delay_s = 0.0

    def do_GET(self) -> None:
        self.asked.append(self.path)
        time.sleep(self.delay_s)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def upstream_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def upstream(upstream_url: str) -> str:
    Upstream.asked.clear()
    Upstream.status, Upstream.body, Upstream.delay_s = 200, PNG, 0.0
    return upstream_url


def provider(url: str, **changes: object) -> Provider:
    return Provider.model_validate(
        {
            "id": "inner",
            "name": {"zh": "内网", "en": "Inner"},
            "kind": "xyz",
            "datum": "wgs84",
            "attribution": {"zh": "审图号", "en": "Approved"},
            "key": KEY,
            "url": url + "/{z}/{x}/{y}.png?key={key}",
            "label_url": url + "/names/{z}/{x}/{y}.png",
            "min_zoom": 3,
            "max_zoom": 18,
            **changes,
        }
    )


class Proxy:
    """Our side: the routes alone, with tiles kept in a folder."""

    def __init__(self, folder: Path, *providers: Provider, **pace: float) -> None:
        app = FastAPI()
        problems.install(app)
        app.include_router(routes(Tiles(TileFiles(folder, 10_000), **pace), providers))
        self.client = TestClient(app)


@pytest.fixture
def proxy(tmp_path: Path, upstream: str) -> Iterator[TestClient]:
    with Proxy(tmp_path, provider(upstream)).client as client:
        yield client


def test_a_tile_is_fetched_with_the_key_and_given_without(proxy: TestClient) -> None:
    answer = proxy.get("/tiles/inner/12/3407/1600.png")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert "max-age=86400" in answer.headers["cache-control"]
    assert Upstream.asked == [f"/12/3407/1600.png?key={KEY}"]
    assert KEY not in str(answer.headers)


def test_names_are_a_layer_of_their_own(proxy: TestClient) -> None:
    assert proxy.get("/tiles/inner/labels/12/3407/1600.png").content == PNG
    assert Upstream.asked == ["/names/12/3407/1600.png"]


def test_the_same_tile_is_fetched_once_and_after_a_restart_not_at_all(
    tmp_path: Path, upstream: str
) -> None:
    for _ in range(2):
        with Proxy(tmp_path, provider(upstream)).client as client:
            for _ in range(3):
                assert client.get("/tiles/inner/12/3407/1600.png").content == PNG
    assert len(Upstream.asked) == 1


def test_another_address_under_the_same_name_gets_no_old_tiles(
    tmp_path: Path, upstream: str
) -> None:
    for url in (upstream, upstream + "/new"):
        with Proxy(tmp_path, provider(url)).client as client:
            client.get("/tiles/inner/12/3407/1600.png")
    assert len(Upstream.asked) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/other/12/3407/1600.png",
        "/tiles/inner/2/1/1.png",
        "/tiles/inner/19/1/1.png",
        "/tiles/inner/999999999/1/1.png",
        "/tiles/inner/3/8/0.png",
        "/tiles/inner/3/0/8.png",
        "/tiles/inner/3/-1/0.png",
        "/tiles/inner/x/0/0.png",
        "/tiles/inner/../../etc/passwd.png",
    ],
)
def test_what_there_is_not_is_not_found_and_not_asked_for(proxy: TestClient, path: str) -> None:
    answer = proxy.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert Upstream.asked == []


def test_a_provider_without_names_has_no_such_layer(tmp_path: Path, upstream: str) -> None:
    with Proxy(tmp_path, provider(upstream, label_url=None)).client as client:
        assert client.get("/tiles/inner/labels/12/1/1.png").status_code == 404


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, b"", "it answered 403"),
        (500, PNG, "it answered 500"),
        (200, b"<html>no key</html>", "no picture"),
        (200, PNG + bytes(1 << 20), "no picture"),
    ],
)
def test_an_answer_that_is_no_tile_is_told_kept_nowhere_and_without_the_key(
    proxy: TestClient, status: int, body: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Upstream.status, Upstream.body = status, body
    answer = proxy.get("/tiles/inner/12/3407/1600.png")
    assert answer.status_code == 502
    assert reason in answer.json()["detail"]
    log = capsys.readouterr().out
    assert reason in log
    assert KEY not in answer.text + log


def test_a_provider_that_is_gone_is_told_at_once_and_left_alone_for_a_while(
    tmp_path: Path, upstream: str
) -> None:
    gone = provider(f"http://127.0.0.1:{free_port()}")
    with Proxy(tmp_path, gone, provider(upstream, id="other")).client as client:
        began = time.monotonic()
        answers = [client.get(f"/tiles/inner/12/3407/{n}.png") for n in range(40)]
        assert time.monotonic() - began < 1
        assert {a.status_code for a in answers} == {502}
        assert "cannot be reached" in answers[0].json()["detail"]
        assert "failed a moment ago" in answers[-1].json()["detail"]
        assert answers[0].headers["retry-after"]
        assert client.get("/tiles/other/12/3407/1.png").status_code == 200, "others go on"


def test_a_provider_that_is_silent_is_waited_for_a_moment_and_once(
    tmp_path: Path, upstream: str
) -> None:
    Upstream.delay_s = 1
    with Proxy(tmp_path, provider(upstream), patience_s=0.2).client as client:
        began = time.monotonic()
        answer = client.get("/tiles/inner/12/3407/1600.png")
        assert (answer.status_code, time.monotonic() - began < 0.9) == (502, True)
        assert "no answer within 0.2 s" in answer.json()["detail"]
        assert client.get("/tiles/inner/12/3407/1601.png").status_code == 502
    assert len(Upstream.asked) == 1
    assert tiles.PATIENCE_S <= 5


def test_a_provider_that_is_back_is_used_again_after_its_rest(
    tmp_path: Path, upstream: str
) -> None:
    with Proxy(tmp_path, provider(upstream), rest_s=0.2).client as client:
        Upstream.status = 503
        assert client.get("/tiles/inner/12/3407/1600.png").status_code == 502
        Upstream.status = 200
        assert client.get("/tiles/inner/12/3407/1600.png").status_code == 502
        time.sleep(0.3)
        assert client.get("/tiles/inner/12/3407/1600.png").status_code == 200
        assert client.get("/tiles/inner/12/3407/1601.png").status_code == 200


def test_what_is_kept_is_given_while_the_provider_is_gone(proxy: TestClient) -> None:
    proxy.get("/tiles/inner/12/3407/1600.png")
    Upstream.status = 503
    assert proxy.get("/tiles/inner/12/3407/1601.png").status_code == 502
    assert proxy.get("/tiles/inner/12/3407/1600.png").content == PNG
