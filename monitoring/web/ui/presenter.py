"""The presenter: turns what changed in the world into what changes on the walls.

It runs on the event loop, does its work in a thread, and publishes for each language only
the properties that differ from what was published before.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from plotly.utils import PlotlyJSONEncoder

from monitoring.services.depot import Stock
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.hub import Delta, Hub
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks, lists
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.figures.trend import trend_figure
from monitoring.web.ui.pages import wall
from monitoring.web.ui.scene import Scene, gather

log = structlog.get_logger(__name__)

SPACING_S: Final = 0.1  # between two deltas
IDLE_S: Final = 1.0  # how long nothing may happen before ages and shifts are looked at
_SLOW_S: Final = 1.0  # how often figures and stocks are made anew


class Presenter:
    """Keeps the hubs of a world true."""

    def __init__(self, world: World[Any], hubs: Mapping[Language, Hub]) -> None:
        self._world = world
        self._hubs = hubs
        self._zone = ZoneInfo(world.site.zone)
        self._published: dict[Language, dict[tuple[str, str], str]] = {v: {} for v in hubs}
        self._stocks: list[Stock] = []
        self._slow_at = 0.0

    async def run(self) -> None:
        """Publish whatever changes, until cancelled."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

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
        try:
            deltas = await asyncio.to_thread(self._deltas)
        except Exception:  # outermost: one bad picture must not stop those after it
            log.exception("the walls were not renewed")
            return
        for language, delta in deltas.items():
            self._hubs[language].publish(delta)

    def _deltas(self) -> dict[Language, Delta]:
        is_slow = monotonic() - self._slow_at >= _SLOW_S
        if is_slow:
            self._slow_at = monotonic()
            # Else what is known stays, and the wall says that the database is unavailable.
            with contextlib.suppress(StoreUnavailableError):
                self._stocks = self._world.depot.balances()
        scene = gather(self._world, self._stocks)
        return {
            language: self._changes(language, render(scene, language, self._zone, slow=is_slow))
            for language in self._hubs
        }

    def _changes(self, language: Language, rendered: Delta) -> Delta:
        """What differs from what was published, as JSON-ready data."""
        published = self._published[language]
        delta: Delta = {}
        for component, properties in rendered.items():
            for name, value in properties.items():
                text = json.dumps(value, cls=PlotlyJSONEncoder, ensure_ascii=False)
                if published.get((component, name)) != text:
                    published[component, name] = text
                    delta.setdefault(component, {})[name] = json.loads(text)
        return delta


def render(scene: Scene, language: Language, zone: ZoneInfo, *, slow: bool) -> Delta:
    """Everything that the wall shows, by component and property.

    Args:
        slow: Whether also what need not be made anew at every change.
    """
    counts = translate("{n} observations · {q} quarantined", language)
    delta: Delta = {
        wall.PROPOSAL: {"children": desks.proposal(scene.proposal, scene.site, language)},
        wall.SEGMENTS: {"children": lists.segment_rows(scene.worst, language)},
        wall.ALARMS: {"children": lists.alarm_cards(scene.alarms, scene.site, language)},
        mapped.SEGMENTS: {"hideout": mapped.levels(scene.segments)},
        mapped.LABELS: {"children": mapped.labels(scene.worst, language)},
        wall.CAMERAS: {"children": desks.cameras(scene.cameras, language)},
        wall.DUTY: {"children": desks.duty(scene.on_duty, zone, language)},
        wall.LINK: {"children": desks.link(scene.health, language)},
    }
    if slow:
        delta[wall.DEPOT] = {"children": desks.depot(scene.stocks, language)}
        delta[wall.COUNTS] = {
            "children": counts.format(n=scene.counters.observations, q=scene.counters.rejects)
        }
        for name, trend in zip(wall.TREND, scene.trends, strict=False):
            figure = trend_figure(
                trend.view.segment, trend.rain, trend.depth, scene.now, zone, language
            )
            delta[name] = {"figure": figure}
    return delta
