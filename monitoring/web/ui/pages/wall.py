"""The wall: what a control room looks at for twelve hours."""

import json
from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import dcc, html
from dash.development.base_component import Component

from monitoring.domain.site import Site
from monitoring.domain.walls import Layout, Panel, Screen
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import changes, desks, lists, map_areas, map_marks, status
from monitoring.web.ui.components import map as mapped
from monitoring.web.ui.components.cut_in import cut_in, sound_state
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import data, panel
from monitoring.web.ui.figures.trend import CONFIG, trend_figure
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import MOST_SEGMENTS, TRENDS, Scene

WALL: Final = "/wall"
STATUS: Final = "wall-status"
SEGMENTS: Final = "wall-segments"
ALARMS: Final = "wall-alarms"
CAMERAS: Final = "wall-cameras"
DUTY: Final = "wall-duty"
DEPOT: Final = "wall-depot"
CHANGES: Final = "wall-changes"
NEWS: Final = "wall-news"
SOUND: Final = "wall-sound"
TREND: Final = tuple(f"wall-trend-{n}" for n in range(TRENDS))


class WallPage:
    """The map in the middle, and round it everything that a glance must tell.

    Every panel is there on every screen; `assets/layout.js` shows those of the layout that
    suits the screen's shape and how grave things are.

    Args:
        base_map: GeoJSON that lies under the segments.
    """

    def __init__(self, frame: Frame, screen: Screen, base_map: dict[str, Any]) -> None:
        self._frame = frame
        self._screen = screen
        self._base_map = base_map
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        layouts = json.dumps([_grid(layout) for layout in self._screen.layouts])
        return self._frame.page(
            WALL,
            [
                html.Div(id=NEWS, hidden=True),
                html.Div(self._panels(language), className="panels"),
                cut_in(language),
            ],
            language,
            "wall",
            layouts=layouts,
            screen=self._screen.id,
        )

    def _panels(self, language: Language) -> list[Component]:
        graphs = [
            dcc.Graph(
                id=name,
                config=CONFIG,  # type: ignore[arg-type]  # showSendToCloud is new in Plotly 7
                className="trend",
            )
            for name in TREND
        ]
        trends = html.H2(translate("Rain and depth, last 3 hours and next 30 min", language))
        bottom = panel("What changed", CHANGES, language, Panel.CHANGES)
        code = html.Img(
            id="wall-code",
            className="code",
            tabIndex=0,
            alt=translate("Scan to control this wall", language),
        )
        bottom.children.append(
            html.Div([html.Span(id="wall-page"), html.Div(id=SOUND), code], className="dock")
        )
        return [
            panel("Status", STATUS, language, Panel.STATUS),
            panel("Segments", SEGMENTS, language, Panel.SEGMENTS),
            html.Section(
                [
                    html.H2(translate("Map", language)),
                    mapped.wall_map(self._frame.site, self._base_map, language),
                ],
                className="panel mappanel",
                **data(panel=Panel.MAP),
            ),
            panel("Alarms", ALARMS, language, Panel.ALARMS),
            html.Section(
                [trends, html.Div(graphs, className="body")],
                className="panel trends",
                **data(panel=Panel.TRENDS),
            ),
            panel("Cameras", CAMERAS, language, Panel.CAMERAS),
            panel("On duty", DUTY, language, Panel.DUTY),
            panel("Shandong Road depot", DEPOT, language, Panel.DEPOT),
            bottom,
        ]

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        ahead = scene.outlooks
        picture: Picture = {
            STATUS: parts(_status(scene, site, language)),
            SEGMENTS: parts(
                lists.segment_rows(scene.worst, language, most=MOST_SEGMENTS, outlooks=ahead)
            ),
            NEWS: parts([lists.alarm_card(a, site, language) for a in scene.news]),
            ALARMS: parts(lists.alarm_cards(scene.alarms, site, language, ahead)),
            mapped.SEGMENTS: {"look": mapped.levels(scene.segments)},
            mapped.LABELS: {"marks": map_marks.labels(scene.worst, language, site.maps.datum)},
            CAMERAS: parts(desks.cameras(scene.cameras, language)),
            DUTY: parts(desks.duty(scene.on_duty, self._zone, language, is_masked=True)),
            SOUND: parts([sound_state(scene.sound, scene.now, language)]),
            CHANGES: parts(
                changes.strip(
                    scene.changes, scene.now, scene.on_duty.shift.start, site, self._zone, language
                )
            ),
        }
        if slow:
            picture[DEPOT] = parts(desks.depot(scene.stocks, language))
            stations = map_marks.stations(scene.devices, language, site.maps.datum)
            picture[mapped.STATIONS] = {"marks": stations}
            picture[map_areas.AREAS] = {"areas": map_areas.areas(scene.warnings, site.maps.datum)}
            for name, trend in zip(TREND, scene.trends, strict=False):
                figure = trend_figure(
                    trend.view.segment, trend.rain, trend.depth, scene.now, self._zone, language
                )
                picture[name] = {"figure": figure}
        return picture


def _status(scene: Scene, site: Site, language: Language) -> list[Component]:
    suggested = scene.proposals[0] if scene.proposals else None
    return [
        status.proposal(suggested, site, scene.gravest, language),
        status.clock(scene.waiting, scene.now, language),
        status.official(scene.warnings, language),
        status.in_force(scene.responses, site, language),
    ]


def _grid(layout: Layout) -> dict[str, Any]:
    """A layout as CSS grid values, which `assets/layout.js` sets."""
    return {
        "shape": layout.shape.value,
        "gravity": layout.at_least.gravity,
        "pages": [
            {
                "areas": " ".join(f'"{" ".join(row)}"' for row in page.areas),
                "columns": " ".join(f"minmax(0, {width:g}fr)" for width in page.columns),
                "rows": " ".join(
                    "3.4rem" if high == "line" else f"minmax(0, {high:g}fr)" for high in page.rows
                ),
                "panels": [p.value for p in page.panels],
                "dwell": page.dwell.total_seconds(),
            }
            for page in layout.pages
        ],
    }
