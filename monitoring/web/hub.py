"""The hub: what changed, written down once and handed to every wall.

A delta is `{component id: {property: value}}`. Each wall has a bounded queue; a wall that
does not keep up loses its backlog and gets the whole picture instead, so that it never
delays another and never shows a mixture.
"""

import asyncio
import json
from typing import Any, Final

Delta = dict[str, dict[str, Any]]

BACKLOG: Final = 64  # deltas that a slow wall may lag behind


class Hub:
    """Hands deltas to subscribers. Lives on the event loop; not safe from other threads."""

    def __init__(self) -> None:
        self.seq = 0
        self._snapshot: Delta = {}
        self._queues: set[asyncio.Queue[str]] = set()

    @property
    def subscribers(self) -> int:
        """How many walls are connected."""
        return len(self._queues)

    def publish(self, delta: Delta) -> None:
        """Merge a delta into the snapshot and hand it to every subscriber."""
        if not delta:
            return
        self.seq += 1
        for component, properties in delta.items():
            self._snapshot.setdefault(component, {}).update(properties)
        message = _written({"seq": self.seq, "d": delta})
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(self.full())
            else:
                queue.put_nowait(message)

    def full(self) -> str:
        """The whole picture as one message."""
        return _written({"seq": self.seq, "full": True, "d": self._snapshot})

    def subscribe(self) -> asyncio.Queue[str]:
        """A queue whose first message is the whole picture."""
        queue: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        queue.put_nowait(self.full())
        self._queues.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[str]) -> None:
        """Forget a queue."""
        self._queues.discard(queue)


def _written(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
