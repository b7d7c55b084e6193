"""Timelines for the engine's tests: minutes and values in, alarm periods out."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from monitoring.domain.alarms import Alarm, AlarmEvent, fold
from monitoring.domain.instants import to_us
from monitoring.domain.observations import Observation
from monitoring.domain.plans import Plan
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from tests.engine.sites import site

START = datetime(2026, 7, 7, 0, 0, tzinfo=UTC)

Period = tuple[str, str, float, float | None]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def observe(device: str, quantity: str, minute: float, value: float) -> Observation:
    return Observation(device, quantity, to_us(at(minute)), value)


def rain(minute: float, value: float, device: str = "ws-1") -> Observation:
    return observe(device, "rainfall", minute, value)


def depth(minute: float, value: float, segment: str = "road-a") -> Observation:
    return observe(f"wg-{segment}", "water_depth", minute, value)


def judge(*plans: Plan, lateness: timedelta = timedelta(hours=6)) -> Judge:
    return Judge(compile_site(site(*plans)), lateness)


def run(plan: Plan, *observations: Observation) -> list[AlarmEvent]:
    """Each observation in a step of its own, at its own time."""
    one = judge(plan)
    events: list[AlarmEvent] = []
    for observation in observations:
        now = START + timedelta(microseconds=observation.time_us - to_us(START))
        events += one.step([observation], now).events
    return events


def alarms(events: Iterable[AlarmEvent]) -> dict[str, Alarm]:
    folded: dict[str, Alarm] = {}
    for event in events:
        folded[event.alarm_id] = fold(folded.get(event.alarm_id), event, START)
    return folded


def periods(events: Sequence[AlarmEvent]) -> list[Period]:
    """(rule, subject, onset, end) in minutes from the start, withdrawn alarms left out."""

    def minute(instant: datetime) -> float:
        return (instant - START) / timedelta(minutes=1)

    return sorted(
        (
            a.raised.rule,
            a.raised.subject,
            minute(a.onset),
            None if a.ended is None else minute(a.ended),
        )
        for a in alarms(events).values()
        if not a.is_withdrawn
    )
