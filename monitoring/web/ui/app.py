"""Dash on our server: pages, assets, and the presenter that keeps them true."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dash import Dash, html
from dash.backends._fastapi import (
    FastAPIDashServer,
    reset_current_request,
    set_current_request,
)
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitoring.services.world import World
from monitoring.web.hub import Hub
from monitoring.web.language import Language, current_language
from monitoring.web.ui.pages import wall
from monitoring.web.ui.presenter import Presenter

ASSETS: Final = Path(__file__).resolve().parents[3] / "assets"


def mount(
    server: FastAPI, world: World[Any], hubs: Mapping[Language, Hub], base_map: dict[str, Any]
) -> Presenter:
    """Add the pages to the server.

    Returns:
        What is to be run beside it, so that the hubs say what the world does.
    """

    @server.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse(wall.PATH)

    # Our own hub brings live data; Dash's socket would only be one more way in.
    FastAPIDashServer.websocket_capability = False
    dash_app = Dash(
        "gangan",
        server=server,  # type: ignore[arg-type]  # its types know Flask only
        assets_folder=str(ASSETS),
        assets_ignore=r"sign-in\.css",
        update_title="",
        title="港安 Gang'an",
    )

    def page() -> html.Main:
        return wall.layout(
            world.site,
            base_map,
            current_language.get(),
            is_demo=world.is_demo,
            speed=world.speed,
        )

    dash_app.layout = page
    # Dash sets itself up at the first request of its own paths; ours come first.
    dash_app._setup_server()  # noqa: SLF001 - pinned exactly, see requirements.txt

    @server.get(wall.PATH, include_in_schema=False)
    async def index(request: Request) -> HTMLResponse:
        token = set_current_request(request)
        try:
            return HTMLResponse(dash_app.index())
        finally:
            reset_current_request(token)

    return Presenter(world, hubs)
