"""The presenter: turns what changed in the world into what changes on the walls.

It runs on the event loop, does its work in a thread, and renders only for languages that
somebody looks at.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from dash import html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from monitoring.services.depot import Stock
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.hub import Hub, Texts
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks, lists
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.figures.trend import trend_figure
from monitoring.web.ui.markup import to_html
from monitoring.web.ui.pages import wall
from monitoring.web.ui.scene import Scene, gather

Picture = dict[str, dict[str, Any]]  # component → property → value

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
        self._stocks: list[Stock] = []
        self._slow_at = 0.0

    async def run(self) -> None:
        """Publish whatever changes, until cancelled."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        for hub in self._hubs.values():
            hub.on_wanted = changed.set
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
        wanted = [v for v, hub in self._hubs.items() if hub.subscribers]
        blank = [v for v in wanted if self._hubs[v].is_blank]
        if not wanted:
            return
        try:
            pictures = await asyncio.to_thread(self.pictures, wanted, blank)
        except Exception:  # outermost: one bad picture must not stop those after it
            log.exception("the walls were not renewed")
            return
        for language, picture in pictures.items():
            self._hubs[language].publish(picture)

    def pictures(
        self, wanted: Sequence[Language], blank: Sequence[Language] = ()
    ) -> dict[Language, Texts]:
        """What walls show at this moment.

        Args:
            wanted: Languages that somebody looks at.
            blank: Those that need everything, also what is otherwise made anew only seldom.
        """
        is_due = monotonic() - self._slow_at >= _SLOW_S
        if is_due or blank:
            # Else what is known stays, and the wall says that the database is unavailable.
            with contextlib.suppress(StoreUnavailableError):
                self._stocks = self._world.depot.balances()
        if is_due:
            self._slow_at = monotonic()
        scene = gather(self._world, self._stocks)
        return {v: written(render(scene, v, self._zone, slow=is_due or v in blank)) for v in wanted}


def written(picture: Picture) -> Texts:
    """Each property as JSON text."""
    return {
        component: {
            name: json.dumps(value, cls=PlotlyJSONEncoder, ensure_ascii=False)
            for name, value in properties.items()
        }
        for component, properties in picture.items()
    }


def render(scene: Scene, language: Language, zone: ZoneInfo, *, slow: bool) -> Picture:
    """Everything that the wall shows, by component and property; `html` is a list of parts.

    Args:
        slow: Whether also what need not be made anew at every change.
    """
    counts = translate("{n} observations · {q} quarantined", language)
    picture: Picture = {
        wall.PROPOSAL: _html(desks.proposal(scene.proposal, scene.site, language)),
        wall.SEGMENTS: _html(lists.segment_rows(scene.worst, language)),
        wall.ALARMS: _html(lists.alarm_cards(scene.alarms, scene.site, language)),
        mapped.SEGMENTS: {"hideout": mapped.levels(scene.segments)},
        mapped.LABELS: {"children": mapped.labels(scene.worst, language)},
        wall.CAMERAS: _html(desks.cameras(scene.cameras, language)),
        wall.DUTY: _html(desks.duty(scene.on_duty, zone, language)),
        wall.LINK: _html(desks.link(scene.health, language)),
    }
    if slow:
        text = counts.format(n=scene.counters.observations, q=scene.counters.rejects)
        picture[wall.DEPOT] = _html(desks.depot(scene.stocks, language))
        picture[wall.COUNTS] = _html([html.Span(text)])
        for name, trend in zip(wall.TREND, scene.trends, strict=False):
            figure = trend_figure(
                trend.view.segment, trend.rain, trend.depth, scene.now, zone, language
            )
            picture[name] = {"figure": figure}
    return picture


def _html(parts: Sequence[Component]) -> dict[str, list[str]]:
    """Parts that live.js merges into the page; each is compared and changed by itself."""
    return {"html": [to_html(part) for part in parts]}
