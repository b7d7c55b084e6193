"""The socket of the walls: it carries the hub's messages."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from monitoring.services.ports import StoreUnavailableError
from monitoring.web.door import UNAUTHORISED_SOCKET, Door, User, current_user
from monitoring.web.hub import Hubs
from monitoring.web.language import Language
from monitoring.web.ui.pages.wall import WALL
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls, listen

NO_SUCH_VIEW: Final = 4404
_RECHECK_S: Final = 5.0  # how soon a closed session loses its sockets


def install(
    server: FastAPI,
    views: Views,
    hubs: Hubs,
    door: Door,
    walls: Walls,
) -> None:
    """Add `/ws/live?view=/wall&lang=zh`.

    A wall also gives its name and its screen, so that it can be watched and controlled.
    """

    @server.websocket("/ws/live")
    async def live(
        socket: WebSocket, view: str = WALL, lang: str = "zh", wall: str = "", screen: str = ""
    ) -> None:
        await socket.accept()
        if views.view(view) is None:
            return await socket.close(NO_SUCH_VIEW)
        is_open = views.tells_phones(view) and current_user.get().sees_phones
        hub = hubs.hub(view, Language.of(lang), is_masked=not is_open)
        queue = hub.subscribe()
        connected = walls.connect(wall, screen, queue) if wall else None
        try:
            async with anyio.create_task_group() as parts:
                scope = parts.cancel_scope
                parts.start_soon(_end_all, scope, _send, socket, queue)
                parts.start_soon(_end_all, scope, _while_signed_in, socket, door)
                parts.start_soon(_end_all, scope, listen, socket, walls, connected)
            if WebSocketState.DISCONNECTED not in (socket.client_state, socket.application_state):
                await socket.close(UNAUTHORISED_SOCKET)  # what else could have ended it
        finally:
            if connected:
                walls.disconnect(wall, connected)
            hub.unsubscribe(queue)


async def _end_all(
    scope: anyio.CancelScope, part: Callable[..., Awaitable[None]], *arguments: object
) -> None:
    """When one part of a socket's work ends, all of it does."""
    with contextlib.suppress(WebSocketDisconnect):
        await part(*arguments)
    scope.cancel()


async def _send(socket: WebSocket, queue: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_text(await queue.get())


async def _while_signed_in(socket: WebSocket, door: Door) -> None:
    """Until the session has ended; a database that can't be reached ends none."""
    user: User | None = current_user.get()
    while user is not None:
        await asyncio.sleep(_RECHECK_S)
        with contextlib.suppress(StoreUnavailableError):
            user = await door.user(socket.scope)
