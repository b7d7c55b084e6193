"""The server: API, sign-in, push channel and pages behind one door."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from monitoring.services.ports import Accounts, Clock, TileCache
from monitoring.services.world import World
from monitoring.web import live, problems, sign_in
from monitoring.web import tiles as map_tiles
from monitoring.web.api import (
    binding,
    command,
    desks,
    evidence,
    health,
    maintenance,
    picture,
    quarantine,
    records,
    sound,
)
from monitoring.web.api import walls as wall_routes
from monitoring.web.build import fingerprint
from monitoring.web.compression import Compression
from monitoring.web.door import Door, Tokens
from monitoring.web.hub import Hubs
from monitoring.web.language import LANGUAGE_COOKIE, Language
from monitoring.web.ui.app import ASSETS, mount
from monitoring.web.ui.presenter import Presenter, stamp
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_HERE: Final = Path(__file__).parent
_DOCS: Final = _HERE / "api" / "docs.html"
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Guarded(FastAPI):
    """FastAPI whose outermost layer is the door, whatever is added later."""

    door: Door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let in, or refuse."""
        if not hasattr(self, "door"):
            raise RuntimeError("the server has no door; build it with create_server")
        await self.door(scope, receive, send)

    async def behind(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve who has been let in."""
        await super().__call__(scope, receive, send)


def create_server(
    world: World[Any],
    accounts: Accounts,
    clock: Clock,
    *,
    tokens: Tokens,
    lifespan: Lifespan,
    base_map: dict[str, Any],
    references: Mapping[str, Path] = MappingProxyType({}),
    tile_cache: TileCache | None = None,
) -> FastAPI:
    """The ASGI application of a world.

    Args:
        world: What is served.
        accounts: People and their sessions.
        clock: The machine's time, by which sessions end; not a demonstration's.
        tokens: What opens the door besides a name and a password.
        lifespan: What starts and stops with the server.
        base_map: GeoJSON that lies under the segments.
        references: Pictures of dry places, by camera.
        tile_cache: Where map tiles are kept; without it each is fetched anew.
    """
    server = Guarded(
        title="港安 Gang'an",
        version="1",
        lifespan=_with_presenter(lifespan),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    server.door = Door(Compression(server.behind), accounts, clock, tokens)
    problems.install(server)
    every = (
        health, picture, evidence, command, desks, sound, maintenance, quarantine, binding,
    )  # fmt: skip
    for routes in every:
        server.include_router(routes.routes(world))
    server.include_router(records.routes(world, references))
    sign_in.install(server, accounts, clock)
    views, walls = Views(world, base_map, references), Walls()
    hubs = Hubs(stamp(world, fingerprint(_HERE, ASSETS)))
    server.include_router(wall_routes.routes(world, walls))
    server.state.tiles = map_tiles.Tiles(tile_cache)
    server.include_router(map_tiles.routes(server.state.tiles, world.site.maps.providers))
    live.install(server, views, hubs, server.door, walls)

    @server.get("/api/docs", response_class=HTMLResponse, include_in_schema=False)
    async def docs() -> str:
        return _DOCS.read_text(encoding="utf-8")

    @server.get("/language/{language}", include_in_schema=False)
    async def switch(language: Language, back: str = "/") -> RedirectResponse:
        answer = RedirectResponse(sign_in.local(back), 303)
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax")
        return answer

    mount(server, views)
    server.state.presenter = Presenter(world, views, hubs, walls)
    _refuse_unknown(server)
    return server


def is_taken(host: str, port: int) -> bool:
    """Whether something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((host, port))
            return False
    return True


def _with_presenter(lifespan: Lifespan) -> Lifespan:
    """Run the presenter for as long as the server."""

    @asynccontextmanager
    async def both(server: FastAPI) -> AsyncIterator[None]:
        async with lifespan(server):
            presenting = asyncio.create_task(server.state.presenter.run())
            try:
                yield
            finally:
                presenting.cancel()
                await asyncio.gather(presenting, return_exceptions=True)
                await server.state.tiles.close()

    return both


def _refuse_unknown(server: FastAPI) -> None:
    """Let what is not there be 404: Dash would answer any path with its index page."""
    known = list(server.routes)

    @server.api_route("/{rest:path}", methods=list(_METHODS), include_in_schema=False)
    async def unknown(rest: str, request: Request) -> Response:
        allowed = [m for m in _METHODS if _is_known(known, {**request.scope, "method": m})]
        if not allowed:
            return problems.answer(request, 404, f"there is no {rest!r} here; see /api/docs")
        detail = f"{rest!r} takes {' and '.join(allowed)}, not {request.method}"
        return problems.answer(request, 405, detail, {"Allow": ", ".join(allowed)})


def _is_known(routes: Sequence[BaseRoute], scope: dict[str, Any]) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
