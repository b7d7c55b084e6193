"""The socket of the walls: the hub's messages, and a heartbeat with the world's time."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from monitoring.domain.instants import to_us
from monitoring.services.world import World
from monitoring.web.door import UNAUTHORISED_SOCKET, Door
from monitoring.web.hub import Hub
from monitoring.web.language import Language

HEARTBEAT_S: Final = 1.0
_RECHECK_S: Final = 5.0  # how soon a closed session loses its sockets


def install(server: FastAPI, world: World[Any], hubs: Mapping[Language, Hub], door: Door) -> None:
    """Add `/ws/live?lang=zh|en`."""

    @server.websocket("/ws/live")
    async def live(socket: WebSocket, lang: str = "zh") -> None:
        hub = hubs[Language.of(lang)]
        await socket.accept()
        queue = hub.subscribe()
        tasks = [
            asyncio.create_task(_send(socket, queue)),
            asyncio.create_task(_beat(queue, world, hub)),
            asyncio.create_task(_watch_session(socket, door)),
            asyncio.create_task(_until_closed(socket)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.unsubscribe(queue)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, queue: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_text(await queue.get())


async def _beat(queue: asyncio.Queue[str], world: World[Any], hub: Hub) -> None:
    """Prove that the link lives, and tell what time it is in the world."""
    while True:
        if not queue.full():  # a full queue proves it just as well
            now_ms = to_us(world.clock.now()) // 1000
            queue.put_nowait(json.dumps({"t": now_ms, "speed": world.speed, "seq": hub.seq}))
        await asyncio.sleep(HEARTBEAT_S)


async def _watch_session(socket: WebSocket, door: Door) -> None:
    while await door.user(socket.scope) is not None:  # noqa: ASYNC110 - the database tells no one
        await asyncio.sleep(_RECHECK_S)
    await socket.close(UNAUTHORISED_SOCKET)


async def _until_closed(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return
