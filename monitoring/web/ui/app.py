"""Dash on our server: one application whose page is the view of the path."""

from pathlib import Path
from typing import Final

import structlog
from dash import Dash, Input, Output, ctx, dcc, html
from dash.backends._fastapi import (
    FastAPIDashServer,
    reset_current_request,
    set_current_request,
)
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitoring.web.door import current_user
from monitoring.web.language import current_language
from monitoring.web.ui.components.refusal import refusal
from monitoring.web.ui.pages.wall import WALL
from monitoring.web.ui.views import Views

log = structlog.get_logger(__name__)

ASSETS: Final = Path(__file__).resolve().parents[3] / "assets"


def mount(server: FastAPI, views: Views) -> None:
    """Add the pages to the server."""

    @server.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse(WALL)

    # Our own hub brings live data; Dash's socket would only be one more way in.
    FastAPIDashServer.websocket_capability = False
    dash_app = Dash(
        "gangan",
        server=server,  # type: ignore[arg-type]  # its types know Flask only
        assets_folder=str(ASSETS),
        assets_ignore=r"sign-in\.css|watchdog-worker\.js|COPYRIGHT|.*\.woff2",
        update_title="",
        title="港安 Gang'an",
    )
    dash_app.layout = html.Div([dcc.Location(id="url"), html.Div(id="page")])

    @dash_app.callback(Output("page", "children"), Input("url", "pathname"), on_error=_failed)
    async def page(path: str) -> html.Main:
        view = views.view(path, is_masked=not current_user.get().sees_phones)
        if view is None:
            return _refused(404, f"there is no page {path!r}", path)
        return view.layout(current_language.get())

    # Dash sets itself up at the first request of its own paths; ours come first.
    dash_app._setup_server()  # noqa: SLF001 - pinned exactly, see requirements.txt

    async def index(request: Request) -> HTMLResponse:
        if views.view(request.url.path) is None:
            raise HTTPException(404, f"there is no page {request.url.path!r}")
        token = set_current_request(request)
        try:
            return HTMLResponse(dash_app.index())
        finally:
            reset_current_request(token)

    for pattern in views.patterns:
        server.get(pattern, include_in_schema=False)(index)


def _failed(error: Exception) -> html.Main:
    """What stands in the place of a page that could not be made."""
    log.error("a page could not be made", exc_info=error)
    path = ctx.inputs["url.pathname"]
    return _refused(500, f"{type(error).__name__} at {path}; see the log", path)


def _refused(status: int, detail: str, path: str) -> html.Main:
    card = refusal(status, detail, path, current_language.get())
    return html.Main(card, className="refused", lang=current_language.get().tag)
