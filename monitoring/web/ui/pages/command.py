"""Command: what is in force, what waits for a decision, and the forms in which people decide."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import html

from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.command_forms import activation, dialogs, entry
from monitoring.web.ui.components.command_rows import (
    ended_rows,
    proposal_rows,
    response_rows,
    warning_rows,
)
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

COMMAND: Final = "/command"
RESPONSES: Final = "command-responses"
PROPOSALS: Final = "command-proposals"
WARNINGS: Final = "command-warnings"
ENDED: Final = "command-ended"
ACTIVATE: Final = "command-activate"
ENTER: Final = "command-enter"
DIALOGS: Final = "command-dialogs"
MOST_ENDED: Final = 50


class CommandPage:
    """The lists a commander decides from, with the forms beside them.

    The lists bear buttons only: what somebody types stands in forms that never change, so that
    no list that moves can carry a reason over to something else.
    """

    def __init__(self, frame: Frame, world: World[Any]) -> None:
        self._frame = frame
        self._world = world
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        note = html.P(
            translate(
                "Warnings are issued by the met office; here they are entered. Every decision is"
                " recorded with your name.",
                language,
            ),
            className="hint",
        )
        lists = [
            panel("Response in force", RESPONSES, language, "responses"),
            panel("Suggested by our sensors", PROPOSALS, language, "proposals"),
            panel("Official warnings in force", WARNINGS, language, "warnings"),
            panel("Responses that were ended", ENDED, language, "ended"),
        ]
        forms = [
            panel("Activate a response", ACTIVATE, language, "activate"),
            panel("Enter an official warning", ENTER, language, "enter"),
        ]
        return self._frame.page(
            COMMAND,
            [
                note,
                html.Div(lists, className="lists"),
                html.Div(forms, className="forms"),
                html.Div(id=DIALOGS),
            ],
            language,
            "desk commandpage",
            done=translate("Recorded.", language),
            forbidden=translate("A wall can only look; sign in to decide.", language),
            conflict=translate("Something else stands by now; look again, then decide.", language),
            invalid=translate("This can't be recorded; check what you entered.", language),
            silent=translate("No answer. Press again: it counts only once.", language),
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        site = self._frame.site
        picture: Picture = {
            RESPONSES: parts(response_rows(scene.responses, site, self._zone, language)),
            PROPOSALS: parts(proposal_rows(scene, language)),
            WARNINGS: parts(warning_rows(scene, self._zone, language)),
        }
        if slow:
            ended = [r for r in self._world.responses.responses() if r.ended][:MOST_ENDED]
            picture[ENDED] = parts(ended_rows(ended, site, self._zone, language))
            picture[ACTIVATE] = parts([activation(site, language)])
            picture[ENTER] = parts([entry(language)])
            picture[DIALOGS] = parts(dialogs(language))
        return picture
