"""A small site for the engine's tests: two stations, three gauges, plans of every kind."""

from datetime import date, time, timedelta
from typing import Any

from monitoring.domain.entries import Text
from monitoring.domain.plans import Plan
from monitoring.domain.site import (
    Area,
    Depot,
    Device,
    DeviceKind,
    Group,
    Item,
    Rotation,
    Segment,
    SegmentKind,
    Site,
)
from monitoring.domain.walls import Walls

MINUTE = timedelta(minutes=1)
NAME = Text(zh="名", en="name")

WALLS = Walls.model_validate(
    {
        "screens": [
            {
                "id": "duty",
                "name": {"zh": "值班", "en": "Duty"},
                "layouts": [
                    {
                        "shape": "wide",
                        "pages": [
                            {
                                "columns": [1, 1],
                                "rows": ["line", 1],
                                "areas": [["status", "status"], ["alarms", "map"]],
                            }
                        ],
                    }
                ],
            }
        ]
    }
)


def threshold(**changes: Any) -> dict[str, Any]:
    return {"quantity": "water_depth", "aggregate": "last", "at_least": 15, **changes}


RAIN: dict[str, Any] = {"quantity": "rainfall", "aggregate": "sum"}

CRITERIA = Plan.model_validate(
    {
        "id": "criteria-rainstorm",
        "hazard": "rainstorm",
        "title": {"zh": "暴雨", "en": "Rainstorm"},
        "subject": "device",
        "source": "test",
        "levels": {
            "blue": {"when": {**RAIN, "window": "12h", "at_least": 50}},
            "yellow": {"when": {**RAIN, "window": "6h", "at_least": 50}},
            "orange": {"when": {**RAIN, "window": "3h", "at_least": 50}},
            "red": {"when": {**RAIN, "window": "3h", "at_least": 100}},
        },
    }
)
PONDING = Plan.model_validate(
    {
        "id": "ponding",
        "hazard": "ponding",
        "title": {"zh": "积水", "en": "Ponding"},
        "subject": "segment",
        "source": "test",
        "levels": {
            "blue": {"when": threshold(at_least=10, deadband=3, clear_for="15min")},
            "yellow": {"when": threshold(deadband=3, clear_for="15min", **{"for": "2min"})},
            "orange": {"when": threshold(at_least="closure_depth", deadband=3)},
        },
    }
)
DISTRICT = Plan.model_validate(
    {
        "id": "district",
        "hazard": "rainstorm",
        "title": {"zh": "响应", "en": "Response"},
        "subject": "district",
        "source": "test",
        "levels": {
            "III": {
                "when": {
                    "any": [
                        {**RAIN, "window": "1h", "at_least": 30},
                        {
                            "count": {"at_least": 2, "of": "segments"},
                            "when": threshold(deadband=3),
                            "for": "2min",
                        },
                    ]
                }
            },
            "II": {
                "when": {
                    "all": [
                        {**RAIN, "window": "1h", "at_least": 20},
                        {
                            "count": {"at_least": 1, "of": "segments", "kind": "underpass"},
                            "when": threshold(at_least=20),
                        },
                    ]
                }
            },
        },
    }
)


def site(*plans: Plan, lateness: timedelta = timedelta(hours=6)) -> Site:
    """A site with the plans given, devices of one-minute cadence."""
    kinds = {"road-a": SegmentKind.ROAD, "road-b": SegmentKind.ROAD, "under": SegmentKind.UNDERPASS}
    segments = tuple(
        Segment(
            id=name,
            name=NAME,
            kind=kind,
            area="old",
            closure_depth_cm=20 if kind is SegmentKind.UNDERPASS else 27,
            line=((119.5, 35.4),),
            grade="A",
        )
        for name, kind in kinds.items()
    )
    stations = tuple(
        Device(
            id=f"ws-{n}",
            kind=DeviceKind.STATION,
            name=NAME,
            segment=segment,
            quantities=("rainfall",),
            cadence=MINUTE,
        )
        for n, segment in ((1, "road-a"), (2, "under"))
    )
    gauges = tuple(
        Device(
            id=f"wg-{name}",
            kind=DeviceKind.GAUGE,
            name=NAME,
            segment=name,
            quantities=("water_depth",),
            cadence=MINUTE,
        )
        for name in kinds
    )
    group = Group(number=1, leader=NAME, members=(NAME, NAME))
    return Site(
        id="test",
        name=NAME,
        bureau=NAME,
        zone="Asia/Shanghai",
        mqtt_root="donggang",
        lateness=lateness,
        areas=(Area(id="old", name=NAME),),
        segments=segments,
        devices=stations + gauges,
        plans=plans,
        rotation=Rotation(
            first_on=date(2026, 1, 1),
            handover=time(8, 30),
            groups=(group, group.model_copy(update={"number": 2})),
        ),
        depot=Depot(
            id="depot",
            name=NAME,
            items=(Item(id="sandbag", name=NAME, unit=NAME, minimum=10, opening=20),),
        ),
        walls=WALLS,
    )
