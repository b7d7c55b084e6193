"""Scripts and styles, compressed once and kept by browsers until they change.

A pure ASGI middleware. What a page loads has its version in its address, so a browser may keep
it for ever; and compressing the same file again for every wall would hold up the event loop.
"""

import asyncio
import gzip
from dataclasses import dataclass
from typing import Final

from dash.fingerprint import check_fingerprint
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PLACES: Final = ("/_dash-component-suites/", "/assets/")
_PACKED: Final = (b"javascript", b"css", b"json", b"svg")
_SMALLEST: Final = 1000
_MOST: Final = 256  # a page has some fifty; whoever makes up versions must not fill the memory
_FOR_EVER: Final = (b"cache-control", b"private, max-age=31536000, immutable")


@dataclass(slots=True)
class _Kept:
    """An answer as it was first given, packed where that makes it smaller."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Compression:
    """Serves versioned files from memory, packed where the browser takes gzip (RFC 9110)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not _is_versioned(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is None:
            status, headers, body = await self._ask(scope, receive)
            if status != 200:  # noqa: PLR2004 - HTTP
                await _answer(send, status, headers, body)
                return
            if len(self._kept) >= _MOST:
                self._kept.clear()
            kept = self._kept[key] = await asyncio.to_thread(_packed, headers, body)
        await _answer(send, 200, kept.headers, kept.body)

    async def _ask(
        self, scope: Scope, receive: Receive
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The whole answer of those behind."""
        start: Message = {}
        body = bytearray()

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        # Without conditions of the browser's, or there would be nothing to keep.
        plain = [(k, v) for k, v in scope["headers"] if not k.startswith((b"if-", b"range"))]
        await self._app({**scope, "headers": plain}, receive, take)
        return start["status"], list(start["headers"]), bytes(body)


def _is_versioned(scope: Scope) -> bool:
    """Whether it is a file whose address changes with its content, for who takes gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path = scope["path"]
    is_versioned = (path.startswith(_PLACES[0]) and check_fingerprint(path)[1]) or (
        path.startswith(_PLACES[1]) and scope["query_string"].startswith(b"m=")
    )
    return is_versioned and b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")


def _packed(headers: list[tuple[bytes, bytes]], body: bytes) -> _Kept:
    dropped = (b"content-length", b"cache-control", b"etag", b"last-modified", b"accept-ranges")
    kept = [(k, v) for k, v in headers if k.lower() not in dropped]
    kind = next((v for k, v in headers if k.lower() == b"content-type"), b"")
    kept.append(_FOR_EVER)
    if len(body) >= _SMALLEST and any(part in kind for part in _PACKED):
        body = gzip.compress(body, 9, mtime=0)
        kept += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
    return _Kept(kept, body)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    plain = [(k, v) for k, v in headers if k.lower() != b"content-length"]
    plain.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": body})
