"""The scene: everything that the wall shows at one instant, gathered once for both languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.site import DeviceKind, Site
from monitoring.services.depot import Stock
from monitoring.services.duty import OnDuty
from monitoring.services.health import Health
from monitoring.services.intake import Counters
from monitoring.services.picture import DeviceView, SegmentView
from monitoring.services.world import World

CAMERAS = 4
TRENDS = 2
NEWS = timedelta(minutes=2)  # of the wall clock: how long a raised alarm is news

Points = list[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Trend:
    """The last 3 h of a segment: rain of its station and depth of its gauge, by minute."""

    view: SegmentView
    rain: Points
    depth: Points


@dataclass(frozen=True, slots=True)
class Scene:
    """What is so at `now`.

    Attributes:
        segments: In the order of the configuration.
        worst: The same, gravest first.
        holding: Every alarm that holds, gravest first.
        news: Grave alarms that were raised a moment ago, newest first.
        alarms: One for each subject and plan, its gravest level, gravest first.
        proposal: The gravest alarm of the whole district, which suggests a response.
        cameras: Those of the gravest segments first.
    """

    site: Site
    now: datetime
    is_demo: bool
    speed: float
    segments: list[SegmentView]
    worst: list[SegmentView]
    holding: list[Alarm]
    news: list[Alarm]
    alarms: list[Alarm]
    proposal: Alarm | None
    cameras: list[DeviceView]
    devices: list[DeviceView]
    trends: list[Trend]
    on_duty: OnDuty
    stocks: list[Stock]
    health: Health
    counters: Counters


def gather(world: World[Any], stocks: list[Stock]) -> Scene:
    """The scene of this moment."""
    now = world.clock.now()
    segments = world.picture.segments(now)
    worst = sorted(segments, key=_gravity)
    devices = world.picture.devices(now)
    holding = world.alarms.holding()
    gravest = _gravest(holding)
    district = [a for a in gravest if a.raised.subject == world.site.id]
    return Scene(
        site=world.site,
        now=now,
        is_demo=world.is_demo,
        speed=world.speed,
        segments=segments,
        worst=worst,
        holding=holding,
        news=_news(gravest, now, NEWS * world.speed),
        alarms=[a for a in gravest if a.raised.subject != world.site.id],
        proposal=district[0] if district else None,
        cameras=_cameras(devices, worst),
        devices=devices,
        trends=[trend(world, view) for view in worst[:TRENDS]],
        on_duty=world.duty.now(now),
        stocks=stocks,
        health=world.health(),
        counters=world.counters(),
    )


def _gravity(view: SegmentView) -> tuple[int, int, float]:
    """Gravest first; then what can't be relied on; then by how near it is to closure."""
    depth = view.values.get("water_depth")
    share = depth.value / view.segment.closure_depth_cm if depth else 0.0
    return -view.level.gravity, -list(Freshness).index(view.freshness), -share


def _news(holding: list[Alarm], now: datetime, span: timedelta) -> list[Alarm]:
    grave = (Level.ORANGE, Level.RED)
    recent = [a for a in holding if a.raised.level in grave and now - a.raised_at < span]
    return sorted(recent, key=lambda a: (a.raised_at, a.raised.alarm_id), reverse=True)


def _gravest(holding: list[Alarm]) -> list[Alarm]:
    """Of each plan and subject the gravest level only; it implies the others."""
    found: dict[tuple[str, str], Alarm] = {}
    for alarm in holding:  # gravest first
        found.setdefault((alarm.raised.plan, alarm.raised.subject), alarm)
    return list(found.values())


def _cameras(devices: list[DeviceView], worst: list[SegmentView]) -> list[DeviceView]:
    rank = {view.segment.id: n for n, view in enumerate(worst)}
    cameras = [d for d in devices if d.device.kind is DeviceKind.CAMERA]
    return sorted(cameras, key=lambda d: rank[d.device.segment])[:CAMERAS]


def trend(world: World[Any], view: SegmentView) -> Trend:
    """What a segment's trend shows."""
    rain: Points = []
    depth: Points = []
    for device in world.site.devices_of[view.segment.id]:
        if "rainfall" in device.quantities:
            rain = rain or world.picture.trend(device.id, "rainfall")
        if "water_depth" in device.quantities:
            depth = depth or world.picture.trend(device.id, "water_depth")
    return Trend(view, rain, depth)


def is_abnormal(view: SegmentView) -> bool:
    """Whether a segment deserves colour."""
    return view.level not in (Level.NONE, Level.UNKNOWN)
