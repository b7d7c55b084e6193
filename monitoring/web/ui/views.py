"""Views: which page stands under which path."""

from typing import Any, Final

from monitoring.services.world import World
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.page import Page
from monitoring.web.ui.pages.alarms import AlarmsPage
from monitoring.web.ui.pages.segment import SegmentPage
from monitoring.web.ui.pages.segments import SegmentsPage
from monitoring.web.ui.pages.wall import WallPage

WALL: Final = "/wall"
_SEGMENT: Final = "/segments/"


class Views:
    """All pages of a world.

    Attributes:
        patterns: Their paths, as the server's routes name them.
    """

    patterns = (WALL, "/alarms", "/segments", _SEGMENT + "{segment}")

    def __init__(self, world: World[Any], base_map: dict[str, Any]) -> None:
        self._world = world
        self._frame = Frame(world.site, is_demo=world.is_demo, speed=world.speed)
        self._fixed: dict[str, Page] = {
            WALL: WallPage(self._frame, base_map),
            "/alarms": AlarmsPage(self._frame, world),
            "/segments": SegmentsPage(self._frame),
        }

    def view(self, path: str) -> Page | None:
        """The page of a path; None where there is none."""
        if path in self._fixed:
            return self._fixed[path]
        segment = self._world.site.segment.get(path.removeprefix(_SEGMENT))
        if segment is None or not path.startswith(_SEGMENT):
            return None
        return SegmentPage(self._frame, self._world, segment)
