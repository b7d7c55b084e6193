"""The scene: everything that the wall shows at one instant, gathered once for both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.observations import Quality
from monitoring.domain.outlook import Outlook, limits, outlook
from monitoring.domain.responses import Response, ResponseDeclined, suggested
from monitoring.domain.site import DeviceKind, Segment, Site
from monitoring.domain.sound import Sound
from monitoring.domain.waiting import Waiting, of_proposals, of_warnings, unanswered
from monitoring.domain.warnings import OfficialWarning
from monitoring.services.alarms import Change
from monitoring.services.batches import Counters
from monitoring.services.depot import Stock
from monitoring.services.duty import OnDuty
from monitoring.services.health import Health
from monitoring.services.inspection import Inspected
from monitoring.services.picture import DeviceView, SegmentView
from monitoring.services.world import World

CAMERAS = 4
TRENDS = 2
MOST_SEGMENTS = 18  # that a wall has room for
CHANGES = timedelta(minutes=15)  # what changed since then is told even where a shift is younger
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
        gravest_alarms: Of each subject and plan the gravest that holds, the district's too.
        news: Grave alarms that were raised a moment ago, newest first.
        alarms: One for each subject and plan, its gravest level, gravest first.
        gravest: Gravest level of any segment or of the district.
        changes: What happened to alarms since the shift began, or for 15 min; newest first.
        outlooks: By segment id, among the worst that a wall has room for.
        proposals: Of each plan the gravest alarm of the whole district, gravest first; each
            suggests a response.
        warnings: Official warnings in force: meant before exercises, ours before others'.
        responses: Those in force, gravest first.
        declines: Decisions against a response.
        waiting: What nobody has decided on, gravest first.
        cameras: Those of the gravest segments first.
    """

    site: Site
    now: datetime
    segments: list[SegmentView]
    worst: list[SegmentView]
    holding: list[Alarm]
    gravest_alarms: list[Alarm]
    news: list[Alarm]
    alarms: list[Alarm]
    gravest: Level
    changes: list[Change]
    outlooks: dict[str, Outlook]
    proposals: list[Alarm]
    warnings: list[OfficialWarning]
    responses: list[Response]
    declines: list[ResponseDeclined]
    waiting: list[Waiting]
    sound: Sound
    cameras: list[DeviceView]
    devices: list[DeviceView]
    trends: list[Trend]
    on_duty: OnDuty
    stocks: list[Stock]
    health: Health
    counters: Counters
    inspected: Inspected


def gather(world: World[Any], stocks: list[Stock], pinned: str | None = None) -> Scene:
    """The scene of this moment; a pinned camera comes first."""
    now = world.clock.now()
    segments = world.picture.segments(now)
    worst = worst_first(segments)
    devices = world.picture.devices(now)
    holding = world.alarms.holding()
    gravest = _gravest(holding)
    proposals = [a for a in gravest if a.raised.subject == world.site.id and suggested(a)]
    on_duty = world.duty.now(now)
    return Scene(
        site=world.site,
        now=now,
        segments=segments,
        worst=worst,
        holding=holding,
        gravest_alarms=gravest,
        news=_news(gravest, now, NEWS * world.speed),
        alarms=[a for a in gravest if a not in proposals],
        gravest=holding[0].raised.level if holding else Level.NONE,
        changes=world.alarms.changes(min(on_duty.shift.start, now - CHANGES)),
        outlooks=_outlooks(world, worst[:MOST_SEGMENTS], now),
        sound=world.sound.state(),
        proposals=proposals,
        warnings=_warnings(world, now),
        responses=world.responses.active(),
        declines=world.responses.declines(),
        waiting=_waiting(world, proposals, now),
        cameras=_cameras(devices, worst, pinned),
        devices=devices,
        trends=[trend(world, view) for view in worst[:TRENDS]],
        on_duty=on_duty,
        stocks=stocks,
        health=world.health(),
        counters=world.counters(),
        inspected=world.inspection.inspected(),
    )


def worst_first(views: Sequence[SegmentView]) -> list[SegmentView]:
    """Gravest first; then what can't be relied on; then by how near it is to closure."""
    return sorted(views, key=_gravity)


def _gravity(view: SegmentView) -> tuple[int, int, float]:
    depth = view.values.get("water_depth")
    ages = list(Freshness)
    age, share = ages.index(view.freshness), 0.0
    if depth is not None and depth.quality is Quality.GOOD:
        share = depth.value / view.segment.closure_depth_cm
    elif depth is not None:
        age = max(age, ages.index(Freshness.STALE))
    return -view.level.gravity, -age, -share


def _warnings(world: World[Any], now: datetime) -> list[OfficialWarning]:
    found = world.warnings.state().in_force(now)
    return sorted(found, key=lambda w: (not w.is_actual, not w.is_ours))


def _waiting(world: World[Any], proposals: list[Alarm], now: datetime) -> list[Waiting]:
    responses, declines = world.responses.responses(), world.responses.declines()
    causes = of_warnings(world.warnings.state(), declines, now)
    causes += of_proposals(proposals, world.site)
    return unanswered(causes, responses, declines, world.site.id)


def _outlooks(world: World[Any], views: list[SegmentView], now: datetime) -> dict[str, Outlook]:
    """What the live gauges among them are heading for."""
    found: dict[str, Outlook] = {}
    for view in views:
        depth = view.values.get("water_depth")
        if depth is None or depth.freshness is not Freshness.LIVE:
            continue
        ahead = outlook(depths(world, view.segment), now, limits(view.segment, world.site.plans))
        if ahead is not None:
            found[view.segment.id] = ahead
    return found


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


def _cameras(
    devices: list[DeviceView], worst: list[SegmentView], pinned: str | None
) -> list[DeviceView]:
    rank = {view.segment.id: n for n, view in enumerate(worst)}
    cameras = [d for d in devices if d.device.kind is DeviceKind.CAMERA]
    cameras.sort(key=lambda d: (d.device.id != pinned, rank[d.device.segment]))
    return cameras[:CAMERAS]


def trend(world: World[Any], view: SegmentView) -> Trend:
    """What a segment's trend shows."""
    rain: Points = []
    for device in world.site.devices_of[view.segment.id]:
        if "rainfall" in device.quantities:
            rain = rain or world.picture.trend(device.id, "rainfall")
    return Trend(view, rain, depths(world, view.segment))


def depths(world: World[Any], segment: Segment) -> Points:
    """Depth by minute over the last 3 h, cm, oldest first; empty where no gauge is heard."""
    for device in world.site.devices_of[segment.id]:
        if "water_depth" in device.quantities:
            points = world.picture.trend(device.id, "water_depth")
            if points:
                return points
    return []


def is_abnormal(view: SegmentView) -> bool:
    """Whether a segment deserves colour."""
    return view.level not in (Level.NONE, Level.UNKNOWN)
