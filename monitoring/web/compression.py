"""Scripts and styles, compressed once and kept by browsers until they change.

A pure ASGI middleware. What has its version in its address a browser may keep for ever; the
rest of a component library it asks about by its hash (ETag, RFC 9110). Compressing the same
file again for every wall would hold up the event loop.
"""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass
from typing import Final

from dash.fingerprint import check_fingerprint
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PACKED: Final = (b"javascript", b"css", b"json", b"svg")
_SMALLEST: Final = 1000
_MOST: Final = 256  # a page has some fifty; whoever makes up versions must not fill the memory


@dataclass(slots=True)
class _Kept:
    """An answer as it was first given, packed where that makes it smaller."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    tag: bytes | None  # of a file whose address says nothing of its version


class Compression:
    """Serves scripts and styles from memory, for browsers that take gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not _is_file(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is None:
            status, headers, body = await self._ask(scope)
            if status != 200:  # noqa: PLR2004 - HTTP
                await _answer(send, status, headers, body)
                return
            if len(self._kept) >= _MOST:
                self._kept.clear()
            kept = self._kept[key] = await asyncio.to_thread(_packed, scope, headers, body)
        if kept.tag and dict(scope["headers"]).get(b"if-none-match") == kept.tag:
            await _answer(send, 304, kept.headers, b"")
        else:
            await _answer(send, 200, kept.headers, kept.body)

    async def _ask(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The whole answer of those behind, also where whoever asked has gone meanwhile.

        Half an answer, kept for everybody after them, would be worse than a slow one.
        """
        start: Message = {}
        body = bytearray()
        asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return asked.pop() if asked else await asyncio.Future()  # nobody leaves

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        # Without conditions of the browser's, or there would be nothing to keep.
        plain = [(k, v) for k, v in scope["headers"] if not k.startswith((b"if-", b"range"))]
        await self._app({**scope, "headers": plain}, receive, take)
        return start["status"], list(start["headers"]), bytes(body)


def _is_file(scope: Scope) -> bool:
    """Whether it is a file that stays as it is while we run, asked for by who takes gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    is_ours = scope["path"].startswith("/_dash-component-suites/") or _is_asset(scope)
    return is_ours and b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")


def _is_asset(scope: Scope) -> bool:
    """Whether it is one of our own, with the time of its last change in its address."""
    is_named = scope["query_string"].startswith(b"m=")
    return is_named and str(scope["path"]).startswith("/assets/")


def _packed(scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes) -> _Kept:
    dropped = (b"content-length", b"cache-control", b"etag", b"last-modified", b"accept-ranges")
    kept = [(k, v) for k, v in headers if k.lower() not in dropped]
    kind = next((v for k, v in headers if k.lower() == b"content-type"), b"")
    tag = None
    if _is_asset(scope) or check_fingerprint(scope["path"])[1]:
        kept.append((b"cache-control", b"private, max-age=31536000, immutable"))
    else:
        tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        kept += [(b"cache-control", b"private, no-cache"), (b"etag", tag)]
    if len(body) >= _SMALLEST and any(part in kind for part in _PACKED):
        body = gzip.compress(body, 9, mtime=0)
        kept += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
    return _Kept(kept, body, tag)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    plain = [(k, v) for k, v in headers if k.lower() != b"content-length"]
    plain.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": body})
