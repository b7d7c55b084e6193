"""One segment (一点一策): what it measures against its limits, its pictures and its alarms."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import dcc, html

from monitoring.domain.alarms import Alarm
from monitoring.domain.site import DeviceKind, Segment
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows
from monitoring.web.ui.components.card import device_rows, facts, state, value_rows
from monitoring.web.ui.components.evidence import strips
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.figures.trend import CONFIG, trend_figure
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene, trend

STATE: Final = "segment-state"
VALUES: Final = "segment-values"
TREND: Final = "segment-trend"
CAMERAS: Final = "segment-cameras"
HOLDING: Final = "segment-holding"
PAST: Final = "segment-past"
DEVICES: Final = "segment-devices"
MOST_PAST: Final = 50


class SegmentPage:
    """The card of one segment."""

    def __init__(self, frame: Frame, world: World[Any], segment: Segment) -> None:
        self._frame = frame
        self._world = world
        self._segment = segment
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        graph = dcc.Graph(
            id=TREND,
            config=CONFIG,  # type: ignore[arg-type]  # showSendToCloud is new in Plotly 7
            className="trend",
        )
        title = html.H2(translate("Rain and depth, last 3 hours", language))
        return self._frame.page(
            f"/segments/{self._segment.id}",
            [
                html.Section(
                    [
                        html.Div(id=STATE),
                        facts(self._segment, self._frame.site, language),
                    ],
                    className="panel title",
                ),
                panel("Values", VALUES, language, "values"),
                html.Section([title, graph], className="panel trends"),
                panel("Cameras", CAMERAS, language, "cameras"),
                panel("Alarms", HOLDING, language, "holding"),
                panel("Returned to normal", PAST, language, "past"),
                panel("Devices", DEVICES, language, "devices"),
            ],
            language,
            "desk segmentpage",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        view = next(v for v in scene.segments if v.segment.id == self._segment.id)
        here = {d.id for d in site.devices_of[self._segment.id]}
        devices = [d for d in scene.devices if d.device.id in here]
        cameras = [d for d in devices if d.device.kind is DeviceKind.CAMERA]
        picture: Picture = {
            STATE: parts(state(view, language)),
            VALUES: parts(value_rows(view, language)),
            CAMERAS: parts(desks.cameras(cameras, language)),
            HOLDING: parts(
                holding_rows(
                    view.causes, site, self._zone, language, self._strips(view.causes, language)
                )
            ),
            DEVICES: parts(device_rows(devices, language)),
        }
        if slow:
            known = trend(self._world, view)
            figure = trend_figure(
                self._segment, known.rain, known.depth, scene.now, self._zone, language
            )
            past = [
                a
                for a in self._world.alarms.alarms()
                if not a.holds and self._segment.id in a.raised.segments
            ]
            picture[TREND] = {"figure": figure}
            past = past[:MOST_PAST]
            below = self._strips(past, language)
            picture[PAST] = parts(past_rows(past, site, self._zone, language, below))
        return picture

    def _strips(self, alarms: Sequence[Alarm], language: Language) -> Mapping[str, html.Div]:
        """What cameras saw; nothing while the log can't be read."""
        try:
            return strips(
                alarms, self._world.evidence.frames, self._frame.site, self._zone, language
            )
        except StoreUnavailableError:
            return {}
