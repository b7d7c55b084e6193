"""Views: which page stands under which path."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from monitoring.services.world import World
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.page import Page
from monitoring.web.ui.pages.alarms import AlarmsPage
from monitoring.web.ui.pages.command import COMMAND, CommandPage
from monitoring.web.ui.pages.design import DesignPage
from monitoring.web.ui.pages.device import DevicePage
from monitoring.web.ui.pages.devices import DEVICES, DevicesPage
from monitoring.web.ui.pages.remote import REMOTE, RemotePage
from monitoring.web.ui.pages.segment import SegmentPage
from monitoring.web.ui.pages.segments import SegmentsPage
from monitoring.web.ui.pages.wall import WALL, WallPage

_SEGMENT: Final = "/segments/"


class Views:
    """All pages of a world.

    Attributes:
        patterns: Their paths, as the server's routes name them.

    Args:
        base_map: GeoJSON that lies under the segments.
        references: Cameras of which there is a picture when it is dry.
    """

    patterns = (
        WALL,
        WALL + "/{screen}",
        "/alarms",
        COMMAND,
        "/design",
        DEVICES,
        DEVICES + "/{device}",
        "/segments",
        _SEGMENT + "{segment}",
        REMOTE + "/{wall}",
    )

    def __init__(
        self, world: World[Any], base_map: dict[str, Any], references: Collection[str] = ()
    ) -> None:
        self._world = world
        self._references = references
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
            DEVICES: DevicesPage(self._frame, world),
            REMOTE: RemotePage(self._frame),
        }
        self._open_frame = replace(self._frame, is_masked=False)
        self._open: dict[str, Page] = {"/alarms": AlarmsPage(self._open_frame, world)}

    def tells_phones(self, path: str) -> bool:
        """Whether its page tells telephone numbers to whom may see them."""
        return path in self._open or path.startswith(_SEGMENT)

    def view(self, path: str, *, is_masked: bool = True) -> Page | None:
        """The page of a path; None where there is none.

        Args:
            is_masked: Telephone numbers are hidden, as they must be from a wall.
        """
        if not is_masked and path in self._open:
            return self._open[path]
        if path in self._fixed:
            return self._fixed[path]
        if path.startswith(REMOTE + "/"):  # of whichever wall
            return self._fixed[REMOTE]
        device = self._world.site.device.get(path.removeprefix(DEVICES + "/"))
        if device is not None and path.startswith(DEVICES + "/"):
            return DevicePage(self._frame, self._world, device)
        segment = self._world.site.segment.get(path.removeprefix(_SEGMENT))
        if segment is None or not path.startswith(_SEGMENT):
            return None
        frame = self._frame if is_masked else self._open_frame
        return SegmentPage(frame, self._world, segment, self._references)
