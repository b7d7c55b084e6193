"""One device: everything that it has said last, how it is heard, and what of it was refused."""

from contextlib import suppress
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.quarantine import StoredReject
from monitoring.domain.site import Device, DeviceKind
from monitoring.services.ports import StoreUnavailableError
from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.desks import camera
from monitoring.web.ui.components.device_list import DeviceRows, Points
from monitoring.web.ui.components.device_tools import heads
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.marks import empty, panel, value_row
from monitoring.web.ui.components.quarantine_rows import reject_rows
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene

ROW: Final = "device-row"
VALUES: Final = "device-values"
SOURCES: Final = "device-sources"
REJECTS: Final = "device-rejects"
_LOOKED_AT: Final = 200  # newest quarantined messages in which its own are sought
_MOST: Final = 10


class DevicePage:
    """What a technician wants to know of one device."""

    def __init__(self, frame: Frame, world: World[Any], device: Device) -> None:
        self._frame = frame
        self._world = world
        self._device = device

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        name = getattr(self._device.name, language)
        row = panel("Device", ROW, language, "devices")
        row.children[:1] = [html.H2(name, className="title"), heads(language)]
        is_camera = self._device.kind is DeviceKind.CAMERA
        return self._frame.page(
            f"/devices/{self._device.id}",
            [
                row,
                panel("Newest picture" if is_camera else "Values", VALUES, language, "values"),
                panel("Where it is heard", SOURCES, language, "sources"),
                panel("Its newest messages in quarantine", REJECTS, language, "quarantine"),
            ],
            language,
            "desk devicepage",
            title=name,
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        view = next(v for v in scene.devices if v.device.id == self._device.id)
        rows = DeviceRows(self._frame.site, self._course)
        values: list[Component] = [value_row(view.values[q], language) for q in sorted(view.values)]
        if self._device.kind is DeviceKind.CAMERA:
            values = [camera(view, language)]
        picture: Picture = {
            ROW: {"html": list(rows.texts([view], language).values())},
            VALUES: parts(values or [empty("No value yet.", language)]),
            SOURCES: parts(self._sources(language)),
        }
        if slow:
            with suppress(StoreUnavailableError):
                picture[REJECTS] = parts(reject_rows(self._rejects(), language))
        return picture

    def _course(self, device: Device) -> Points:
        quantity = device.main_quantity
        return self._world.picture.trend(device.id, quantity) if quantity else ()

    def _sources(self, language: Language) -> list[html.Div]:
        """Its own topics, and each profile with the name it has there and its parameters."""
        root = self._frame.site.mqtt_root
        ways = ("frame", "status") if self._device.kind is DeviceKind.CAMERA else ("obs", "status")
        native = [html.Code(f"{root}/{way}/{self._device.id}") for way in ways]
        heard = [[html.Span(translate("native topic", language)), *native]]
        for source in self._device.sources:
            told = [html.Code(f"{k} = {v:g}") for k, v in sorted(source.parameters.items())]
            heard.append([html.Span(source.profile), html.Code(source.id), *told])
        return [html.Div(row, className="source") for row in heard]

    def _rejects(self) -> list[StoredReject]:
        """The newest that were sent on one of its topics or that name it."""
        names = {self._device.id, *(s.id.casefold() for s in self._device.sources)}

        def is_its(row: StoredReject) -> bool:
            topic, payload = row.reject.topic.casefold(), row.reject.payload.lower()
            return any(name in topic or name.encode() in payload for name in names)

        rows = self._world.store.rejects(None, _LOOKED_AT)
        return [row for row in rows if is_its(row)][:_MOST]
