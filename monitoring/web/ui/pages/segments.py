"""All segments, gravest first, with what each measures."""

from typing import Final

from dash import html

from monitoring.web.language import Language
from monitoring.web.ui.components import lists
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

ROWS: Final = "segments-rows"


class SegmentsPage:
    """The list that still works where the map does not."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        rows = panel("Segments", ROWS, language, "segments")
        return self._frame.page("/segments", [rows], language, "desk segmentspage")

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:  # noqa: ARG002
        """As `Page.picture`."""
        rows = lists.segment_rows(scene.worst, language, outlooks=scene.outlooks, is_explained=True)
        return {ROWS: parts(rows)}
