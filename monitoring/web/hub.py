"""The hub: what changed, written down once and handed to every wall.

A picture is `{component id: {property: value}}`, each value as JSON text, so that what did
not change is told by comparing texts and nothing is encoded twice. Each wall has a bounded
queue; a wall that does not keep up loses its backlog and gets the whole picture instead, so
that it never delays another and never shows a mixture.

Every message bears a stamp: what time it is, and of which build the server is. A wall that
hears none for some seconds says that the link is broken.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from monitoring.web.language import Language

Texts = dict[str, dict[str, str]]


class Key(NamedTuple):
    """What a hub shows, and to whom.

    Attributes:
        path: Of a view.
        is_masked: Telephone numbers are hidden, as they must be from a wall.
    """

    path: str
    language: Language
    is_masked: bool = True


Stamp = Callable[[], dict[str, Any]]  # what is true of the moment of a message

BACKLOG: Final = 64  # deltas that a slow wall may lag behind


class Hub:
    """Hands deltas to subscribers. Lives on the event loop; not safe from other threads.

    Attributes:
        seq: Number of the last delta.

    Args:
        stamp: What each message bears.
        on_wanted: Called when somebody subscribes where nobody did.
    """

    def __init__(self, stamp: Stamp = dict, on_wanted: Callable[[], None] = lambda: None) -> None:
        self.seq = 0
        self._stamp = stamp
        self._on_wanted = on_wanted
        self._snapshot: Texts = {}
        self._queues: set[asyncio.Queue[str]] = set()

    @property
    def subscribers(self) -> int:
        """How many walls are connected."""
        return len(self._queues)

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been published since somebody wanted it."""
        return not self._snapshot

    def publish(self, picture: Texts) -> bool:
        """Hand what differs from the last picture to every subscriber.

        Args:
            picture: The components that may have changed; others stand as they were.

        Returns:
            Whether anything differed.
        """
        delta: Texts = {}
        for component, properties in picture.items():
            held = self._snapshot.setdefault(component, {})
            for name, text in properties.items():
                if held.get(name) != text:
                    held[name] = text
                    delta.setdefault(component, {})[name] = text
        if not delta:
            return False
        self.seq += 1
        message = self._written(delta)
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(self.full())
            else:
                queue.put_nowait(message)
        return True

    def beat(self) -> None:
        """Tell every subscriber that nothing has changed; a full queue proves life as well."""
        message = f"{self._head()}}}"
        for queue in self._queues:
            if not queue.full():
                queue.put_nowait(message)

    def full(self) -> str:
        """The whole picture as one message."""
        return self._written(self._snapshot, ', "full": true')

    def subscribe(self) -> asyncio.Queue[str]:
        """A queue whose first message is the whole picture.

        It is empty where nobody looked: what was true then must not be shown as of now.
        """
        is_first = not self._queues
        if is_first:
            self._snapshot = {}
        queue: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        queue.put_nowait(self.full())
        self._queues.add(queue)
        if is_first:
            self._on_wanted()
        return queue

    def unsubscribe(self, queue: asyncio.Queue[str]) -> None:
        """Forget a queue."""
        self._queues.discard(queue)

    def _head(self) -> str:
        """The beginning of every message."""
        return json.dumps({"seq": self.seq} | self._stamp())[:-1]

    def _written(self, texts: Texts, mark: str = "") -> str:
        parts = (
            f"{json.dumps(component)}:{{"
            + ",".join(f"{json.dumps(name)}:{text}" for name, text in properties.items())
            + "}"
            for component, properties in texts.items()
        )
        return f'{self._head()}{mark}, "d": {{{",".join(parts)}}}}}'


class Hubs:
    """A hub for each view in each language that somebody has looked at, masked or not.

    Attributes:
        on_wanted: Called when somebody looks at what nobody did.

    Args:
        stamp: What each message bears.
    """

    def __init__(self, stamp: Stamp = dict) -> None:
        self._stamp = stamp
        self.on_wanted: Callable[[], None] = lambda: None
        self._hubs: dict[Key, Hub] = {}

    def hub(self, path: str, language: Language, *, is_masked: bool = True) -> Hub:
        """The hub of a view in a language; the path must be a view's.

        Who may see telephone numbers and who may not never share one.
        """
        return self._hubs.setdefault(Key(path, language, is_masked), Hub(self._stamp, self._tell))

    def wanted(self) -> dict[Key, Hub]:
        """Those that somebody looks at."""
        return {key: hub for key, hub in self._hubs.items() if hub.subscribers}

    def _tell(self) -> None:
        self.on_wanted()  # whatever it is by then
