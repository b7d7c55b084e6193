"""The remote control: a telephone that scanned a wall's code steers that wall."""

import json
from typing import Any, Final
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from monitoring.services.picture import DeviceState, DeviceView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.alarm_rows import holding_rows
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import data, device_word, panel
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

REMOTE: Final = "/remote"
ALARMS: Final = "remote-alarms"
CAMERAS: Final = "remote-cameras"
SEGMENTS: Final = "remote-segments"
SILENCE_MIN: Final = 10
_MOST: Final = 12


class RemotePage:
    """Buttons for one wall; which one, its path says, and the pages of all are alike."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._zone = ZoneInfo(frame.site.zone)

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        buttons = html.Div(
            [
                _button(translate(text, language), command)
                for text, command in (
                    ("Nearer", {"do": "zoom", "by": 1}),
                    ("Farther", {"do": "zoom", "by": -1}),
                    ("Whole district", {"do": "home"}),
                    ("Next page", {"do": "page"}),
                    ("Stay or go on", {"do": "hold"}),
                )
            ]
            + [
                _button(translate(text, language), body, post=f"/api/v1/sound/{act}")
                for text, act, body in (
                    ("Silence all walls for 10 min", "silence", {"minutes": SILENCE_MIN}),
                    ("Let the walls sound", "restore", {}),
                )
            ],
            className="buttons",
        )
        return self._frame.page(
            REMOTE,
            [
                html.Section(
                    [
                        html.H2(translate("Remote control", language)),
                        buttons,
                        html.Div(id="remote-answer", role="status"),
                    ],
                    className="panel",
                ),
                panel("Alarms", ALARMS, language, "holding"),
                panel("Show on the map", SEGMENTS, language, "choices"),
                panel("Pin a camera", CAMERAS, language, "choices"),
            ],
            language,
            "desk remotepage",
            gone=translate("That wall is not connected; scan its code again.", language),
            done=translate("Done.", language),
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:  # noqa: ARG002
        """As `Page.picture`."""
        worst = [v.segment for v in scene.worst[:_MOST]]
        unpin = _button(translate("No pinned camera", language), {"do": "pin", "camera": None})
        return {
            ALARMS: parts(
                holding_rows(scene.gravest_alarms[:_MOST], scene.site, self._zone, language)
            ),
            SEGMENTS: parts(
                [_button(getattr(s.name, language), {"do": "show", "segment": s.id}) for s in worst]
            ),
            CAMERAS: parts([unpin, *(_pin(view, language) for view in scene.cameras)]),
        }


def _pin(view: DeviceView, language: Language) -> html.Button:
    name = html.Span(getattr(view.device.name, language), className="name")
    text: list[Component] = [name]
    if view.state is not DeviceState.LIVE:
        text.append(html.Span(device_word(view, language), className="old"))
    return _button(text, {"do": "pin", "camera": view.device.id})


def _button(text: str | list[Component], command: dict[str, Any], **attributes: str) -> html.Button:
    told = data(command=json.dumps(command), **attributes)
    return html.Button(text, type="button", className="quiet", **told)
