"""Specimens: every component in every state, made from the site's own names and invented values.

They are what `/design` shows and what the component tests look at; nothing here is measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm, AlarmRaised, Evidence
from monitoring.domain.brokers import LinkState
from monitoring.domain.cameras import Sight, Verdict
from monitoring.domain.levels import Freshness, Level, Passability
from monitoring.domain.maintenance import Maintenance
from monitoring.domain.observations import Quality
from monitoring.domain.outlook import Outlook
from monitoring.domain.plans import Subject
from monitoring.domain.site import DeviceKind, Site
from monitoring.domain.sound import Sound
from monitoring.services.alarms import Change, ChangeKind
from monitoring.services.depot import Stock
from monitoring.services.duty import DutyDesk
from monitoring.services.health import DatabaseState, EngineState, Health, Link
from monitoring.services.picture import DeviceState, DeviceView, SegmentView, Value
from monitoring.services.waiting import Lag
from monitoring.web.language import Language, translate
from monitoring.web.ui.command_specimens import clocks, officials, responses
from monitoring.web.ui.components import card, changes, desks, lists, marks, status
from monitoring.web.ui.components.alarm_rows import holding_rows, past_rows
from monitoring.web.ui.components.cut_in import sound_state
from monitoring.web.ui.components.ourselves import parts_of
from monitoring.web.wording import quality_name

MINUTE: Final = timedelta(minutes=1)
PHONE: Final = "0633-0000000"  # nobody's

Made = Component | Sequence[Component]


class Specimens:
    """Components of a site, as of an instant."""

    def __init__(self, site: Site, at: datetime) -> None:
        self.site = site
        self.at = at
        self.zone = ZoneInfo(site.zone)

    def value(
        self, quantity: str, number: float, fresh: Freshness, quality: Quality = Quality.GOOD
    ) -> Value:
        """An invented value."""
        age = {Freshness.LIVE: 1, Freshness.STALE: 5, Freshness.LOST: 40}[fresh]
        return Value(quantity, number, self.at - age * MINUTE, quality, fresh)

    def view(
        self, level: Level, fresh: Freshness = Freshness.LIVE, depth: float | None = 12
    ) -> SegmentView:
        """The site's first segment in an invented state."""
        values = () if depth is None else (self.value("water_depth", depth, fresh),)
        return SegmentView(
            self.site.segments[0], level, Passability.OPEN, fresh,
            values[0].at if values else None, {v.quantity: v for v in values}, (),
        )  # fmt: skip

    def device(self, kind: DeviceKind, state: DeviceState, *, is_heard: bool = True) -> DeviceView:
        """The first device of a kind, or of any where there is none."""
        devices = self.site.devices
        found = next((d for d in devices if d.kind is kind), devices[0])
        return DeviceView(found, state, self.at - 3 * MINUTE if is_heard else None, None, {})

    def camera(self, verdict: Verdict) -> DeviceView:
        """A camera whose picture can't be believed."""
        sight = Sight(verdict, self.at - 12 * MINUTE)
        return replace(self.device(DeviceKind.CAMERA, DeviceState.SUSPECT), picture=sight)

    def maintenance(self) -> Maintenance:
        """The first device is out for two more hours."""
        device = self.site.devices[0].id
        return Maintenance(device, "admin", "…", self.at - 30 * MINUTE, self.at + 120 * MINUTE)

    def alarm(self, level: Level, *, by: str | None = None, is_past: bool = False) -> Alarm:
        """An alarm of the first plan, about the first segment."""
        segment, plan = self.site.segments[0], self.site.plans[0]
        device = self.site.devices_of[segment.id][0].id
        onset = self.at - 42 * MINUTE
        evidence = (Evidence(device, "water_depth", 31, 27, 0, None, onset),)
        raised = AlarmRaised(
            f"specimen-{level.value}", plan.id, f"{plan.id}/{level.value}", level, segment.id,
            (segment.id,), device, onset, evidence,
        )  # fmt: skip
        return Alarm(
            raised, onset, onset, evidence, self.at - MINUTE if is_past else None,
            acknowledged_at=self.at if by else None, acknowledged_by=by,
        )  # fmt: skip

    def response(self) -> Alarm | None:
        """A suggestion of the first plan for the district, where there is one."""
        plan = next((p for p in self.site.plans if p.subject is Subject.DISTRICT), None)
        if plan is None:
            return None
        device = self.site.devices[0].id
        evidence = (Evidence(device, "rainfall", 52, 50, 10800, 0.75, self.at),)
        rule = f"{plan.id}/{next(iter(plan.levels))}"
        one = self.alarm(Level.ORANGE)
        raised = replace(one.raised, plan=plan.id, rule=rule, subject=self.site.id, segments=())
        return replace(one, raised=raised, evidence=evidence)

    def ahead(self) -> Outlook:
        """A rise towards orange in 12 min."""
        return Outlook(40, Level.ORANGE, 27, self.at + 12 * MINUTE)

    def changes(self) -> list[Change]:
        """One of each kind."""
        alarm = self.alarm(Level.ORANGE, by="admin")
        return [Change(self.at - n * MINUTE, k, alarm) for n, k in enumerate(ChangeKind, 1)]

    def made(self, language: Language) -> dict[str, list[tuple[str, Made]]]:
        """Every component by name; each of its states by a label."""
        makers: dict[str, Callable[[Language], list[tuple[str, Made]]]] = {
            "Level": self._levels,
            "Value": self._values,
            "Spark": self._sparks,
            "Segment": self._segments,
            "Alarm with its evidence": self._alarms,
            "Status": self._statuses,
            "On duty": self._duty,
            "Stock": self._stocks,
            "Camera": self._cameras,
            "What changed": self._changes,
            "Ourselves": self._ourselves,
            "Nothing, not yet, not to be had": self._states,
        }
        return {name: make(language) for name, make in makers.items()}

    def _levels(self, language: Language) -> list[tuple[str, Made]]:
        return [(marks.level_name(v, language), marks.chip(v, language)) for v in Level]

    def _values(self, language: Language) -> list[tuple[str, Made]]:
        rows = [
            (marks.freshness_name(f, language), self.value("water_depth", 12.3, f))
            for f in Freshness
        ]
        for quality in Quality:
            doubted = self.value("wind_gust", 61, Freshness.LIVE, quality)
            if quality is Quality.MAINTENANCE:
                doubted = replace(doubted, maintenance=self.maintenance())
            rows.append((quality_name(quality, language), doubted))
        return [(label, marks.value_row(value, language)) for label, value in rows]

    def _sparks(self, language: Language) -> list[tuple[str, Made]]:
        course = [0, 0, 1, 3, 6, 10, 14, 19, 24, 28, 30, 29, 27]
        return [
            (marks.level_name(Level.ORANGE, language), marks.spark(course, 27, Level.ORANGE)),
            (marks.level_name(Level.NONE, language), marks.spark([0, 1, 2, 1], 27, Level.NONE)),
            (translate("No data.", language), marks.spark([], 27, Level.UNKNOWN)),
        ]

    def _segments(self, language: Language) -> list[tuple[str, Made]]:
        live = [self.view(level, depth=5.0 * level.gravity) for level in Level]
        old = [self.view(Level.RED, f, 33) for f in (Freshness.STALE, Freshness.LOST)]
        never = self.view(Level.UNKNOWN, Freshness.LOST, None)
        rows = [
            (marks.level_name(v.level, language), lists.segment_rows([v], language))
            for v in (*live, *old, never)
        ]
        rising = {self.site.segments[0].id: self.ahead()}
        text = translate("rising towards {level}", language)
        label = text.format(level=marks.level_name(Level.ORANGE, language))
        row = lists.segment_rows([self.view(Level.YELLOW)], language, outlooks=rising)
        more = lists.segment_rows([*live, *old], language, most=1)[1:]
        return [*rows, (label, row), (translate("more", language), more)]

    def _alarms(self, language: Language) -> list[tuple[str, Made]]:
        graded = (Level.WATCH, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)
        cards: list[tuple[str, Made]] = [
            (
                marks.level_name(v, language),
                lists.alarm_card(self.alarm(v), self.site, language, self.ahead()),
            )
            for v in graded
        ]
        noted = self.alarm(Level.ORANGE, by="admin")
        taken = translate("acknowledged by {name}", language).format(name="admin")
        past = self.alarm(Level.BLUE, is_past=True)
        return [
            *cards,
            (taken, lists.alarm_card(noted, self.site, language)),
            (
                translate("Acknowledge", language),
                holding_rows([self.alarm(Level.RED), noted], self.site, self.zone, language),
            ),
            (
                translate("Returned to normal", language),
                past_rows([past], self.site, self.zone, language),
            ),
            (translate("empty", language), lists.alarm_cards([], self.site, language)),
        ]

    def _statuses(self, language: Language) -> list[tuple[str, Made]]:
        return [
            (
                translate("suggested", language),
                status.proposal(self.response(), self.site, Level.ORANGE, language),
            ),
            (
                translate("empty", language),
                status.proposal(None, self.site, Level.NONE, language),
            ),
            *clocks(self.at, language),
            *officials(self.at, language),
            *responses(self.site, self.at, language),
        ]

    def _duty(self, language: Language) -> list[tuple[str, Made]]:
        on_duty = DutyDesk(self.site).now(self.at)
        group = on_duty.shift.group.model_copy(update={"phone": PHONE})
        on_duty = replace(on_duty, shift=replace(on_duty.shift, group=group))
        return [
            (
                translate("on a wall" if is_masked else "at a desk", language),
                desks.duty(on_duty, self.zone, language, is_masked=is_masked),
            )
            for is_masked in (True, False)
        ]

    def _stocks(self, language: Language) -> list[tuple[str, Made]]:
        item = self.site.depot.items[0]
        return [
            (
                translate("enough", language),
                desks.depot([Stock(item, 2 * item.minimum)], language),
            ),
            (translate("short", language), desks.depot([Stock(item, 0)], language)),
            (translate("empty", language), desks.depot([], language)),
        ]

    def _cameras(self, language: Language) -> list[tuple[str, Made]]:
        views = [
            self.device(DeviceKind.CAMERA, DeviceState.LIVE),
            self.device(DeviceKind.CAMERA, DeviceState.STALE),
            self.device(DeviceKind.CAMERA, DeviceState.LOST),
            self.device(DeviceKind.CAMERA, DeviceState.LOST, is_heard=False),
            *(self.camera(verdict) for verdict in Verdict if verdict is not Verdict.OK),
        ]
        shown = [
            (marks.device_word(view, language), desks.cameras([view], language)) for view in views
        ]
        return [*shown, (translate("empty", language), desks.cameras([], language))]

    def _changes(self, language: Language) -> list[tuple[str, Made]]:
        told = self.changes()
        return [
            (
                translate("Last 15 min", language),
                changes.tally(told, "Last 15 min", language),
            ),
            (
                translate("What changed", language),
                changes.timeline(told, self.site, self.zone, language),
            ),
        ]

    def _ourselves(self, language: Language) -> list[tuple[str, Made]]:
        sound = Health((Link("main", LinkState.CONNECTED),))
        failed = Health(
            (Link("main", LinkState.CONNECTED), Link("city", LinkState.REFUSED, "", self.at)),
            DatabaseState.UNAVAILABLE, engine=EngineState.FAILED, lag=Lag(20_000, 12),
        )  # fmt: skip
        devices = [self.device(DeviceKind.STATION, state) for state in DeviceState]
        devices.append(replace(devices[-1], maintenance=self.maintenance()))
        quiet = Sound("admin", self.at + 10 * MINUTE)
        return [
            (translate("ok", language), parts_of(sound, self.at, language)),
            (translate("FAILED", language), parts_of(failed, self.at, language)),
            (translate("Devices", language), card.device_rows(devices, language)),
            (translate("Sound", language), sound_state(quiet, self.at, language)),
        ]

    def _states(self, language: Language) -> list[tuple[str, Made]]:
        return [
            (translate("empty", language), marks.empty("No alarm is active.", language)),
            (translate("loading", language), marks.loading(language)),
            (
                translate("failed", language),
                marks.error("The link is broken; values stand still.", language),
            ),
        ]
