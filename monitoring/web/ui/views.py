"""Views: which page stands under which path."""

from typing import Any, Final

from monitoring.services.world import World
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.page import Page
from monitoring.web.ui.pages.alarms import AlarmsPage
from monitoring.web.ui.pages.command import COMMAND, CommandPage
from monitoring.web.ui.pages.design import DesignPage
from monitoring.web.ui.pages.remote import REMOTE, RemotePage
from monitoring.web.ui.pages.segment import SegmentPage
from monitoring.web.ui.pages.segments import SegmentsPage
from monitoring.web.ui.pages.wall import WALL, WallPage

_SEGMENT: Final = "/segments/"


class Views:
    """All pages of a world.

    Attributes:
        patterns: Their paths, as the server's routes name them.
    """

    patterns = (
        WALL,
        WALL + "/{screen}",
        "/alarms",
        COMMAND,
        "/design",
        "/segments",
        _SEGMENT + "{segment}",
        REMOTE + "/{wall}",
    )

    def __init__(self, world: World[Any], base_map: dict[str, Any]) -> None:
        self._world = world
        self._frame = Frame(world.site, world.standing, world.speed)
        self._fixed: dict[str, Page] = {
            **{
                f"{WALL}/{screen.id}": WallPage(self._frame, screen, base_map)
                for screen in world.site.walls.screens
            },
            WALL: WallPage(self._frame, world.site.walls.screens[0], base_map),
            "/design": DesignPage(self._frame, world),
            "/alarms": AlarmsPage(self._frame, world),
            COMMAND: CommandPage(self._frame, world),
            "/segments": SegmentsPage(self._frame),
            REMOTE: RemotePage(self._frame),
        }

    def view(self, path: str) -> Page | None:
        """The page of a path; None where there is none."""
        if path in self._fixed:
            return self._fixed[path]
        if path.startswith(REMOTE + "/"):  # of whichever wall
            return self._fixed[REMOTE]
        segment = self._world.site.segment.get(path.removeprefix(_SEGMENT))
        if segment is None or not path.startswith(_SEGMENT):
            return None
        return SegmentPage(self._frame, self._world, segment)
