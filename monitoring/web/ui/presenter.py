"""The presenter: turns what changed in the world into what changes on the pages.

It runs on the event loop, does its work in a thread, and renders only what somebody looks at.
The walls' pulse is its own: where pictures can't be made any more, the walls notice.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Collection
from time import monotonic
from typing import Any, Final

import structlog
from dash import html
from plotly.utils import PlotlyJSONEncoder

from monitoring.domain.instants import to_us
from monitoring.services.depot import Stock
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.hub import Hubs, Key, Stamp, Texts
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.frame import COUNTS, LINK
from monitoring.web.ui.components.ourselves import parts_of
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene, gather
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls

log = structlog.get_logger(__name__)

SPACING_S: Final = 0.1  # between two deltas
IDLE_S: Final = 1.0  # how long nothing may happen before ages and shifts are looked at
_BEAT_S: Final = 1.0  # how long a wall hears nothing where nothing changes
_SLOW_S: Final = 1.0  # how often figures and stocks are made anew


class Presenter:
    """Keeps the hubs of a world true."""

    def __init__(self, world: World[Any], views: Views, hubs: Hubs, walls: Walls) -> None:
        self._world = world
        self._views = views
        self._hubs = hubs
        self._walls = walls
        self._stocks: list[Stock] = []
        self._slow_at = 0.0
        self._said_at: dict[Key, float] = {}

    async def run(self) -> None:
        """Publish whatever changes, until cancelled."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        self._hubs.on_wanted = changed.set
        unwatch = self._world.watch(wake)
        try:
            while True:
                changed.clear()
                await self._publish()
                await asyncio.sleep(SPACING_S)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await changed.wait()
        finally:
            unwatch()

    async def _publish(self) -> None:
        wanted = self._hubs.wanted()
        blank = {key for key, hub in wanted.items() if hub.is_blank}
        if not wanted:
            return
        try:
            pictures = await asyncio.to_thread(self.pictures, wanted.keys(), blank)
        except Exception:  # outermost: one bad picture must not stop those after it
            log.exception("the pages were not renewed")
            return
        for key, picture in pictures.items():
            now = monotonic()
            if wanted[key].publish(picture):
                self._said_at[key] = now
            elif now - self._said_at.get(key, 0.0) >= _BEAT_S:
                wanted[key].beat()
                self._said_at[key] = now

    def pictures(self, wanted: Collection[Key], blank: Collection[Key] = ()) -> dict[Key, Texts]:
        """What pages show at this moment.

        Args:
            wanted: What somebody looks at.
            blank: What needs everything, also what is otherwise made anew only seldom.
        """
        is_due = monotonic() - self._slow_at >= _SLOW_S
        if is_due or blank:
            # Else what is known stays, and the page says that the database is unavailable.
            with contextlib.suppress(StoreUnavailableError):
                self._stocks = self._world.depot.balances()
        if is_due:
            self._slow_at = monotonic()
        scene = gather(self._world, self._stocks, self._walls.pinned)
        made: dict[Key, Texts] = {}
        for key in wanted:
            page = self._views.view(key.path, is_masked=key.is_masked)
            if page is not None:
                slow = is_due or key in blank
                picture = page.picture(scene, key.language, slow=slow)
                made[key] = written(picture | _frame(scene, key.language, slow=slow))
        return made


def stamp(world: World[Any], build: str) -> Stamp:
    """What every message to a page bears.

    It is the world's time, in ms (`t`), and how fast that runs; people's time (`clock`), by
    which a browser's own clock is judged; and the `build`, of which a page must be too.
    """

    def now() -> dict[str, Any]:
        return {
            "t": to_us(world.clock.now()) // 1000,
            "clock": time.time_ns() // 1_000_000,
            "speed": world.speed,
            "build": build,
        }

    return now


def written(picture: Picture) -> Texts:
    """Each property as JSON text."""
    return {
        component: {
            name: json.dumps(value, cls=PlotlyJSONEncoder, ensure_ascii=False)
            for name, value in properties.items()
        }
        for component, properties in picture.items()
    }


def _frame(scene: Scene, language: Language, *, slow: bool) -> Picture:
    """What every page's header says of ourselves."""
    picture: Picture = {LINK: parts(parts_of(scene.health, scene.now, language))}
    if slow:
        text = translate("{n} observations · {q} quarantined", language)
        counts = text.format(n=scene.counters.observations, q=scene.counters.rejects)
        if scene.inspected.skipped:
            behind = translate(" · {n} pictures unchecked", language)
            counts += behind.format(n=scene.inspected.skipped)
        picture[COUNTS] = parts([html.Span(counts)])
    return picture
