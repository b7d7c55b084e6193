"""All alarms: those that hold, gravest first, to be acknowledged; and those that were."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import html

from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import desks
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows, record
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

HOLDING: Final = "alarms-holding"
TALLY: Final = "alarms-tally"
PAST: Final = "alarms-past"
DUTY: Final = "alarms-duty"
MOST_PAST: Final = 200


class AlarmsPage:
    """The list an officer works through."""

    def __init__(self, frame: Frame, world: World[Any]) -> None:
        self._frame = frame
        self._world = world
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        note = html.P(
            translate("Acknowledging says that you have taken note; it ends no alarm.", language),
            className="hint",
        )
        holding = panel("Alarms", HOLDING, language, "holding")
        holding.children[1:1] = [html.Div(id=TALLY), note]
        return self._frame.page(
            "/alarms",
            [
                panel("On duty", DUTY, language, "duty"),
                holding,
                panel("Returned to normal", PAST, language, "past"),
            ],
            language,
            "desk alarmspage",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        holding = holding_rows(scene.holding, site, self._zone, language)
        on_duty = desks.duty(scene.on_duty, self._zone, language, is_masked=self._frame.is_masked)
        tally = record(scene.holding, "{n} alarms hold", language)
        picture: Picture = {
            DUTY: parts(on_duty),
            TALLY: parts([tally]),
            HOLDING: parts(holding),
        }
        if slow:
            past = [a for a in self._world.alarms.alarms() if not a.holds][:MOST_PAST]
            picture[PAST] = parts(past_rows(past, site, self._zone, language))
        return picture
