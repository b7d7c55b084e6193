"""The walls that are connected: how alive each is, and a way to reach one by its name."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from fastapi import WebSocket


@dataclass(slots=True)
class Connected:
    """One wall's socket.

    Attributes:
        queue: What is sent to it.
        drawn_at: When it last said that it still draws; by `Walls.clock`.
        applied: How many deltas it had drawn by then.
    """

    screen: str
    queue: asyncio.Queue[str]
    drawn_at: float
    applied: int = 0


class Walls:
    """Walls by their names. Lives on the event loop.

    Attributes:
        pinned: Camera that all walls show first; None for none.

    Args:
        clock: Seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.pinned: str | None = None
        self._walls: dict[str, Connected] = {}

    def connect(self, name: str, screen: str, queue: asyncio.Queue[str]) -> Connected:
        """Remember a wall; one that connects again takes the place of what it was."""
        wall = Connected(screen, queue, self.clock())
        self._walls[name] = wall
        return wall

    def disconnect(self, name: str, wall: Connected) -> None:
        """Forget a socket, unless the wall has another one already."""
        if self._walls.get(name) is wall:
            del self._walls[name]

    def connected(self) -> dict[str, Connected]:
        """All that are connected, by name."""
        return dict(self._walls)

    def tell(self, name: str, command: dict[str, Any]) -> bool:
        """Send a command to a wall; False where none of that name is connected or it lags."""
        wall = self._walls.get(name)
        if wall is None or wall.queue.full():
            return False
        wall.queue.put_nowait(json.dumps(command))
        return True


async def listen(socket: WebSocket, walls: Walls, wall: Connected | None) -> None:
    """Hear a page until it closes; a wall says every few seconds how much it has drawn."""
    while True:
        text = await socket.receive_text()
        if wall is None:
            continue
        try:
            applied = json.loads(text).get("applied")
        except (ValueError, AttributeError):
            continue  # not one of our pages; there is nothing it could harm
        if isinstance(applied, int):
            wall.applied = applied
            wall.drawn_at = walls.clock()
