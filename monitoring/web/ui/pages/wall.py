"""The wall: what a control room looks at for twelve hours."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import dcc, html

from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks, lists
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.components.cut_in import cut_in
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.figures.trend import CONFIG, trend_figure
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import TRENDS, Scene

PROPOSAL: Final = "wall-proposal"
SEGMENTS: Final = "wall-segments"
ALARMS: Final = "wall-alarms"
CAMERAS: Final = "wall-cameras"
DUTY: Final = "wall-duty"
DEPOT: Final = "wall-depot"
NEWS: Final = "wall-news"
TREND: Final = tuple(f"wall-trend-{n}" for n in range(TRENDS))


class WallPage:
    """The map in the middle, and round it everything that a glance must tell.

    Args:
        base_map: GeoJSON that lies under the segments.
    """

    def __init__(self, frame: Frame, base_map: dict[str, Any]) -> None:
        self._frame = frame
        self._base_map = base_map
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        graphs = [
            dcc.Graph(
                id=name,
                config=CONFIG,  # type: ignore[arg-type]  # showSendToCloud is new in Plotly 7
                className="trend",
            )
            for name in TREND
        ]
        title = html.H2(translate("Rain and depth, last 3 hours", language))
        map_box = mapped.wall_map(self._frame.site, self._base_map, language)
        return self._frame.page(
            "/wall",
            [
                html.Div(id=NEWS, hidden=True),
                cut_in(language),
                html.Div(id=PROPOSAL, className="proposal"),
                panel("Segments", SEGMENTS, language, "segments"),
                html.Section(map_box, className="panel mappanel"),
                panel("Alarms", ALARMS, language, "alarms"),
                html.Section([title, *graphs], className="panel trends"),
                panel("Cameras", CAMERAS, language, "cameras"),
                html.Div(
                    [
                        panel("On duty", DUTY, language, "duty"),
                        panel("Shandong Road depot", DEPOT, language, "depot"),
                    ],
                    className="desks",
                ),
            ],
            language,
            "wall",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        picture: Picture = {
            PROPOSAL: parts(desks.proposal(scene.proposal, site, language)),
            SEGMENTS: parts(lists.segment_rows(scene.worst, language)),
            NEWS: parts(lists.alarm_cards(scene.news, site, language) if scene.news else []),
            ALARMS: parts(lists.alarm_cards(scene.alarms, site, language)),
            mapped.SEGMENTS: {"hideout": mapped.levels(scene.segments)},
            mapped.LABELS: {"children": mapped.labels(scene.worst, language)},
            CAMERAS: parts(desks.cameras(scene.cameras, language)),
            DUTY: parts(desks.duty(scene.on_duty, self._zone, language)),
        }
        if slow:
            picture[DEPOT] = parts(desks.depot(scene.stocks, language))
            for name, trend in zip(TREND, scene.trends, strict=False):
                figure = trend_figure(
                    trend.view.segment, trend.rain, trend.depth, scene.now, self._zone, language
                )
                picture[name] = {"figure": figure}
        return picture
