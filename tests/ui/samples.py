"""A site whose names differ by language, and what its desks may have to show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm, AlarmRaised, Evidence
from monitoring.domain.entries import Text
from monitoring.domain.levels import Freshness, Level, Passability
from monitoring.domain.observations import Quality
from monitoring.domain.site import Device, DeviceKind, Group, Item, Site
from monitoring.services.depot import Stock
from monitoring.services.duty import DutyDesk, OnDuty
from monitoring.services.picture import DeviceState, DeviceView, SegmentView, Value
from monitoring.web.ui.markup import to_html
from tests.engine.sites import CRITERIA, DISTRICT, MINUTE, PONDING, site
from tests.engine.timeline import START
from tests.ui.elements import Element, parse

ZONE = ZoneInfo("Asia/Shanghai")
CAMERA = Device(
    id="cam-a",
    kind=DeviceKind.CAMERA,
    name=Text(zh="一号桥摄像机", en="Camera at bridge one"),
    segment="road-a",
    cadence=MINUTE,
)
SALT = Item(
    id="salt", name=Text(zh="融雪剂", en="Salt"), unit=Text(zh="吨", en="t"), minimum=10, opening=20
)


@cache
def bilingual() -> Site:
    """The engine's small site with names in both languages, a camera, and salt."""
    plain = site(CRITERIA, PONDING, DISTRICT)
    segments = tuple(
        s.model_copy(update={"name": Text(zh=f"路段{n}", en=f"Segment {n}")})
        for n, s in enumerate(plain.segments)
    )
    devices = tuple(
        d.model_copy(update={"name": Text(zh=f"设备{n}", en=f"Device {n}")})
        for n, d in enumerate(plain.devices)
    )
    groups = tuple(
        Group(
            number=n,
            leader=Text(zh=f"组长{n}", en=f"Leader {n}"),
            members=(Text(zh="甲", en="Ann"), Text(zh="乙", en="Bob")),
        )
        for n in (1, 2)
    )
    area = plain.areas[0].model_copy(update={"name": Text(zh="老城区", en="Old town")})
    return plain.model_copy(
        update={
            "name": Text(zh="东港", en="Donggang"),
            "areas": (area,),
            "segments": segments,
            "devices": (*devices, CAMERA),
            "rotation": plain.rotation.model_copy(update={"groups": groups}),
            "depot": plain.depot.model_copy(update={"items": (SALT,)}),
        }
    )


def value(
    quantity: str = "water_depth", number: float = 12.0, fresh: Freshness = Freshness.LIVE
) -> Value:
    return Value(quantity, number, START, Quality.GOOD, fresh)


def view(
    level: Level = Level.NONE,
    fresh: Freshness = Freshness.LIVE,
    *values: Value,
    segment: str = "road-a",
) -> SegmentView:
    return SegmentView(
        bilingual().segment[segment],
        level,
        Passability.OPEN,
        fresh,
        START if values else None,
        {v.quantity: v for v in values},
        (),
    )


def device_view(device: str, state: DeviceState, seen: datetime | None = START) -> DeviceView:
    return DeviceView(bilingual().device[device], state, seen, None, {})


def alarm(
    level: Level = Level.ORANGE,
    number: int = 0,
    *,
    is_late: bool = False,
    by: str | None = None,
    ended: datetime | None = None,
) -> Alarm:
    evidence = Evidence("wg-road-a", "water_depth", 30.0, 27.0, 0.0, None, START)
    raised = AlarmRaised(
        f"a{number}",
        "ponding",
        f"ponding/{level.value}",
        level,
        "road-a",
        ("road-a",),
        "wg-road-a",
        START,
        (evidence,),
        is_late,
    )
    return Alarm(
        raised,
        START,
        START,
        (evidence,),
        ended=ended,
        acknowledged_at=START if by else None,
        acknowledged_by=by,
    )


def response() -> Alarm:
    """The district's rain suggests a response of level III."""
    rain = Evidence("ws-1", "rainfall", 40.0, 30.0, 3600.0, 0.75, START)
    one = alarm(Level.YELLOW)
    raised = replace(
        one.raised, plan="district", rule="district/III", subject="test", segments=(), device="ws-1"
    )
    return replace(one, raised=raised, evidence=(rain,))


def past() -> Alarm:
    return alarm(ended=START + timedelta(minutes=5))


def stock(on_hand: float) -> Stock:
    return Stock(SALT, on_hand)


def on_duty() -> OnDuty:
    return DutyDesk(bilingual()).now(START)


def elements(components: Sequence[Component]) -> Element:
    """Components as the browser reads them."""
    return parse([to_html(component) for component in components])


def one(components: Sequence[Component]) -> Element:
    """The only element of a list of one."""
    (element,) = elements(components)
    return element


def classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def properties(component: Component) -> dict[str, Any]:
    """What is set of one component, for those that are no HTML."""
    content: dict[str, Any] = component.to_plotly_json()["props"]
    return content
