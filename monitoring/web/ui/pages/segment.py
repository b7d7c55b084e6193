"""One segment (一点一策): its values and limits, its pictures, whom to call, and its alarms."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import dcc, html

from monitoring.domain.alarms import Alarm
from monitoring.domain.limits import scales
from monitoring.domain.site import DeviceKind, Segment
from monitoring.services.picture import DeviceView, SegmentView
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows, record
from monitoring.web.ui.components.card import device_rows, facts, state, value_rows
from monitoring.web.ui.components.evidence import strips
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.components.scale import Measured
from monitoring.web.ui.components.spot import pairs, spot
from monitoring.web.ui.figures.trend import CONFIG, trend_figure
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene, trend

STATE: Final = "segment-state"
VALUES: Final = "segment-values"
TREND: Final = "segment-trend"
CAMERAS: Final = "segment-cameras"
DUTY: Final = "segment-duty"
HOLDING: Final = "segment-holding"
RECORD: Final = "segment-record"
PAST: Final = "segment-past"
DEVICES: Final = "segment-devices"
MOST_PAST: Final = 50


class SegmentPage:
    """The card of one segment.

    Args:
        references: Cameras of which there is a picture when it is dry.
    """

    def __init__(
        self, frame: Frame, world: World[Any], segment: Segment, references: Collection[str] = ()
    ) -> None:
        self._frame = frame
        self._world = world
        self._segment = segment
        self._references = references
        self._zone = ZoneInfo(frame.site.zone)
        reported = {q for d in frame.site.devices_of[segment.id] for q in d.quantities}
        self._scales = [s for s in scales(segment, frame.site.plans) if s.quantity in reported]

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        graph = dcc.Graph(
            id=TREND,
            config=CONFIG,  # type: ignore[arg-type]  # showSendToCloud is new in Plotly 7
            className="trend",
        )
        title = html.H2(translate("Rain and depth, last 3 hours", language))
        past = panel("Returned to normal", PAST, language, "past")
        past.children.insert(1, html.Div(id=RECORD))
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
                panel("Values and limits", VALUES, language, "values"),
                html.Section([title, graph], className="panel trends"),
                panel("Cameras", CAMERAS, language, "cameras"),
                self._spot(language),
                panel("On duty", DUTY, language, "duty"),
                panel("Alarms", HOLDING, language, "holding"),
                past,
                panel("Devices", DEVICES, language, "devices"),
            ],
            language,
            "desk segmentpage",
            title=getattr(self._segment.name, language),
        )

    def _spot(self, language: Language) -> html.Section:
        """What does not change; whole numbers only where the page may show them."""
        return html.Section(
            [
                html.H2(translate("At the spot", language)),
                spot(self._segment, language, is_masked=self._frame.is_masked),
            ],
            className="panel spotpanel",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        view = next(v for v in scene.segments if v.segment.id == self._segment.id)
        here = {d.id for d in site.devices_of[self._segment.id]}
        devices = [d for d in scene.devices if d.device.id in here]
        cameras = [d for d in devices if d.device.kind is DeviceKind.CAMERA]
        is_masked = self._frame.is_masked
        picture: Picture = {
            STATE: parts(state(view, language)),
            CAMERAS: parts(pairs(cameras, self._references, language)),
            DUTY: parts(desks.duty(scene.on_duty, self._zone, language, is_masked=is_masked)),
            HOLDING: parts(
                holding_rows(
                    view.causes, site, self._zone, language, self._strips(view.causes, language)
                )
            ),
            DEVICES: parts(device_rows(devices, language)),
        }
        # While the archive can't be read what is known stays, and its ages count on.
        with suppress(StoreUnavailableError):
            picture[VALUES] = parts(value_rows(view, language, self._measured(devices)))
        return picture | (self._slow(view, scene.now, language) if slow else {})

    def _measured(self, devices: Sequence[DeviceView]) -> list[Measured]:
        """Each scale, with the greatest sum among its devices: any of them may raise a level."""
        found: list[Measured] = []
        for scale in self._scales:
            window, quantity = scale.window, scale.quantity
            sums = [
                self._world.sums.sum(d.device, quantity, window, d.values[quantity].at)
                for d in devices
                if window is not None and quantity in d.values
            ]
            found.append(Measured(scale, max(sums, key=lambda s: s.value, default=None)))
        return found

    def _slow(self, view: SegmentView, now: datetime, language: Language) -> Picture:
        """The figure, and what was."""
        known = trend(self._world, view)
        figure = trend_figure(self._segment, known.rain, known.depth, now, self._zone, language)
        every = [a for a in self._world.alarms.alarms() if self._segment.id in a.raised.segments]
        past = [a for a in every if not a.holds][:MOST_PAST]
        below = self._strips(past, language)
        return {
            TREND: {"figure": figure},
            RECORD: parts([record(every, "{n} alarms on record", language)]),
            PAST: parts(past_rows(past, self._frame.site, self._zone, language, below)),
        }

    def _strips(self, alarms: Sequence[Alarm], language: Language) -> Mapping[str, html.Div]:
        """What cameras saw; nothing while the log can't be read."""
        try:
            return strips(
                alarms, self._world.evidence.frames, self._frame.site, self._zone, language
            )
        except StoreUnavailableError:
            return {}
