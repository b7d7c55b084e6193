"""All devices, what could not be read of them, and who else is there."""

from contextlib import suppress
from time import monotonic
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.site import Device
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.candidate_rows import binding_dialogs, bound_rows, candidate_rows
from monitoring.web.ui.components.device_list import DeviceRows, Points, in_order
from monitoring.web.ui.components.device_tools import heads, tabs, tools
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import panel
from monitoring.web.ui.components.quarantine_rows import backlog_rows, reject_rows
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

DEVICES: Final = "/devices"
TABS: Final = "devices-tabs"
TOOLS: Final = "devices-tools"
ROWS: Final = "devices-rows"
BACKLOG: Final = "devices-backlog"
REJECTS: Final = "devices-rejects"
CANDIDATES: Final = "devices-candidates"
BOUND: Final = "devices-bound"
DIALOGS: Final = "devices-dialogs"
MOST_REJECTS: Final = 50
_SPACING_S: Final = 2.0  # how often the quarantine is read for who looks at it


class DevicesPage:
    """The list of devices, the quarantine and the candidates, as three tabs of one page.

    Each row of a device is a property of its own, so that only those travel that have changed;
    `assets/devices.js` draws, sorts and filters them.
    """

    def __init__(self, frame: Frame, world: World[Any]) -> None:
        self._frame = frame
        self._world = world
        self._rows = DeviceRows(frame.site, self._course)
        self._read: dict[Language, tuple[float, Picture]] = {}

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        rows = panel("Devices", ROWS, language, "sheet devices")
        rows.children[1:1] = [html.Div(id=TOOLS), heads(language)]
        more = html.Button("", type="button", className="quiet", id="devices-more", hidden=True)
        rows.children.append(more)
        backlog = panel("Waiting in quarantine", BACKLOG, language, "sheet quarantine")
        backlog.children.append(html.Div(id="devices-said", role="status", className="said"))
        note = html.P(self._about_binding(language), className="hint")
        candidates = panel("Heard, but bound to nothing", CANDIDATES, language, "sheet candidates")
        candidates.children.insert(1, note)
        return self._frame.page(
            DEVICES,
            [
                html.Div(id=TABS),
                rows,
                backlog,
                panel("Newest messages", REJECTS, language, "sheet quarantine"),
                candidates,
                panel("Bound here", BOUND, language, "sheet candidates"),
                html.Div(id=DIALOGS),
            ],
            language,
            "desk devicespage",
            more=translate("Show {n} more of {total}", language),
            none=translate("No device is so.", language),
            played=translate("{played} played, {failed} failed again, {cut} cut short", language),
            done=translate("Recorded.", language),
            forbidden=translate("Only an administrator may; a wall can only look.", language),
            conflict=translate(
                "This id or this device is taken, or something is missing.", language
            ),
            invalid=translate("This can't be recorded; check what you entered.", language),
            silent=translate("No answer. Press again: it counts only once.", language),
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        if not slow:
            return {}
        ordered = in_order(scene.devices)
        texts = self._rows.texts(ordered, language)
        rows = {f"#{name}": text for name, text in texts.items()}
        picture: Picture = {
            TABS: parts([tabs(language)]),
            TOOLS: parts([tools(language)]),
            ROWS: {"order": list(texts), **rows},
        }
        # While the database can't be read what is known stays, and its ages count on.
        with suppress(StoreUnavailableError):
            picture |= self._kept(language)
        return picture

    def _kept(self, language: Language) -> Picture:
        """What is read from the database, not at every change."""
        read_at, held = self._read.get(language, (0.0, {}))
        if held and monotonic() - read_at < _SPACING_S:
            return held
        store, devices, site = self._world.store, self._world.devices, self._frame.site
        backlogs, candidates = store.backlogs(), devices.candidates()
        rejects = store.rejects(None, MOST_REJECTS)
        parameters = sorted({name for one in candidates for name in one.parameters})
        made: Picture = {
            BACKLOG: parts(backlog_rows(backlogs, language)),
            REJECTS: parts(reject_rows(rejects, language)),
            CANDIDATES: parts(candidate_rows(candidates, language)),
            BOUND: parts(bound_rows(devices.bound(), site, language)),
            DIALOGS: parts(binding_dialogs(site, parameters, language)),
        }
        self._read[language] = monotonic(), made
        return made

    def _course(self, device: Device) -> Points:
        quantity = device.main_quantity
        return self._world.picture.trend(device.id, quantity) if quantity else ()

    def _about_binding(self, language: Language) -> list[Component | str]:
        when = (
            "It takes effect at once; the walls are back within some seconds."
            if self._world.devices.takes_effect_at_once
            else "It takes effect at the next start."
        )
        text = "Nothing of them is shown or judged before somebody has bound them, by name."
        return [translate(text, language), " ", translate(when, language)]
