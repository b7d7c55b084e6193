"""Versioned files are packed once and kept for ever; nothing else is touched."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from monitoring.web.compression import Compression
from monitoring.web.ui.app import ASSETS
from tests.services.desk import HandClock, desk
from tests.web.test_door import House

BODY = b"let a = 1;\n" * 500


class Files:
    """Answers every request with the same script and counts how often it was asked."""

    def __init__(self, status: int = 200) -> None:
        self.asked = 0
        self._status = status

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked += 1
        headers = [(b"content-type", b"application/javascript"), (b"etag", b"x")]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": BODY[:100], "more_body": True})
        await send({"type": "http.response.body", "body": BODY[100:]})


async def waiting() -> Message:
    return {"type": "http.request"}


def ask(
    app: Any,
    path: str,
    query: bytes = b"",
    encoding: bytes = b"gzip, br",
    tag: bytes = b"x",
    receive: Receive = waiting,
) -> Any:
    """Status, headers and body of an answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query,
        "headers": [(b"accept-encoding", encoding), (b"if-none-match", tag)],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    body = b"".join(m.get("body", b"") for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_versioned_script_is_packed_once_and_kept_for_ever() -> None:
    files = Files()
    app = Compression(files)
    for _ in range(3):
        status, headers, body = ask(app, "/assets/live.js", b"m=17")
        assert status == 200
        assert headers[b"content-encoding"] == b"gzip"
        assert b"immutable" in headers[b"cache-control"]
        assert int(headers[b"content-length"]) == len(body) < len(BODY) / 10
        assert gzip.decompress(body) == BODY
    assert files.asked == 1


def test_another_version_is_another_file() -> None:
    files = Files()
    app = Compression(files)
    ask(app, "/assets/live.js", b"m=17")
    ask(app, "/assets/live.js", b"m=18")
    assert files.asked == 2


def test_a_component_library_is_versioned_in_its_name() -> None:
    files = Files()
    app = Compression(files)
    for _ in range(2):
        _, headers, _ = ask(app, "/_dash-component-suites/dash/dcc/async-graph.v4_4_0m17.js")
        assert headers[b"content-encoding"] == b"gzip"
    assert files.asked == 1


def test_a_library_without_a_version_is_asked_about_by_its_hash() -> None:
    files = Files()
    app = Compression(files)
    path = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    status, headers, body = ask(app, path)
    assert (status, gzip.decompress(body)) == (200, BODY)
    assert b"no-cache" in headers[b"cache-control"]
    status, headers, body = ask(app, path, tag=headers[b"etag"])
    assert (status, body) == (304, b"")
    assert ask(app, path, tag=b'"old"')[0] == 200
    assert files.asked == 1


def test_made_up_versions_do_not_fill_the_memory() -> None:
    files = Files()
    app = Compression(files)
    for version in range(600):
        ask(app, "/assets/live.js", b"m=%d" % version)
    assert len(app._kept) <= 256


def test_what_has_no_version_is_passed_on_as_it_is() -> None:
    app = Compression(Files())
    for path in ("/assets/watchdog-worker.js", "/api/v1/segments", "/wall"):
        _, headers, body = ask(app, path)
        assert b"content-encoding" not in headers
        assert b"cache-control" not in headers
        assert body == BODY


def test_who_takes_no_gzip_gets_none() -> None:
    _, headers, body = ask(Compression(Files()), "/assets/live.js", b"m=1", b"identity")
    assert b"content-encoding" not in headers
    assert body == BODY


def test_an_error_is_not_kept() -> None:
    files = Files(404)
    app = Compression(files)
    for _ in range(2):
        status, headers, _ = ask(app, "/assets/none.js", b"m=1")
        assert status == 404
        assert b"cache-control" not in headers
    assert files.asked == 2


def test_who_leaves_before_the_end_leaves_no_half_a_file_to_those_who_follow(
    tmp_path: Path,
) -> None:
    with desk(tmp_path) as one:
        app = Compression(House(one, HandClock()).server.behind)  # type: ignore[attr-defined]

        async def gone() -> Message:
            return {"type": "http.disconnect"}

        ask(app, "/assets/tokens.css", b"m=1", receive=gone)
        status, _, body = ask(app, "/assets/tokens.css", b"m=1")
    assert status == 200
    assert gzip.decompress(body) == (ASSETS / "tokens.css").read_bytes()
