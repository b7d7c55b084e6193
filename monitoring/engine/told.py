"""What was told of a rule's alarms, and which events bring it up to what is now known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitoring.domain.alarms import (
    AlarmEvent,
    AlarmRaised,
    AlarmReturned,
    AlarmRevised,
    AlarmWithdrawn,
    Evidence,
)
from monitoring.domain.instants import from_us
from monitoring.engine.rulebook import Rule
from monitoring.engine.spans import FOREVER, Span

EvidenceAt = Callable[[Span], tuple[Evidence, ...]]


@dataclass(slots=True)
class Told:
    """One alarm as the event log has it; `ended_us` is `FOREVER` while it holds."""

    alarm_id: str
    onset_us: int
    ended_us: int


def correct(
    rule: Rule,
    told: list[Told],
    spans: Sequence[Span],
    cut_us: int,
    evidence: EvidenceAt,
    is_late: Callable[[Span], bool],
) -> list[AlarmEvent]:
    """Events that make `told` agree with `spans`; `told` is brought up to date.

    Args:
        rule: Whose alarms they are.
        told: What was told so far, in order of onset.
        spans: When the rule's condition holds.
        cut_us: Periods that ended before are settled and never corrected.
        evidence: What completed the condition of a span.
        is_late: Whether a late observation completed it.
    """  # fmt: skip
    events: list[AlarmEvent] = []
    confirmed: set[str] = set()
    for span in spans:
        same = [t for t in told if t.onset_us < span.end_us and span.start_us < t.ended_us]
        if span.end_us <= cut_us and all(t.ended_us <= cut_us for t in same):
            continue
        if not same:
            raised = _raise(rule, span, evidence(span), is_late=is_late(span))
            events.append(raised)
            if span.end_us != FOREVER:
                events.append(AlarmReturned(raised.alarm_id, from_us(span.end_us)))
            told.append(Told(raised.alarm_id, span.start_us, span.end_us))
            confirmed.add(raised.alarm_id)
        else:
            confirmed.add(same[0].alarm_id)
            events += _revise(same[0], span, cut_us, evidence)
    kept: list[Told] = []
    for entry in told:
        if entry.alarm_id in confirmed or entry.ended_us <= cut_us:
            kept.append(entry)
        elif entry.onset_us <= cut_us:
            entry.ended_us = cut_us  # it held once, but no longer when records begin
            events.append(AlarmReturned(entry.alarm_id, from_us(cut_us)))
            kept.append(entry)
        else:
            events.append(AlarmWithdrawn(entry.alarm_id))
    told[:] = [t for t in kept if t.ended_us > cut_us]
    return events


def in_order(events: Iterable[AlarmEvent], onset: Callable[[str], int]) -> list[AlarmEvent]:
    """Events of one step in the order of the instants they speak of."""
    ranks = (AlarmWithdrawn, AlarmRevised, AlarmRaised, AlarmReturned)

    def key(event: AlarmEvent) -> tuple[int, int, str]:
        match event:
            case AlarmReturned():
                at = event.ended
            case AlarmRaised() | AlarmRevised():
                at = event.onset
            case _:
                at = from_us(onset(event.alarm_id))
        return int(at.timestamp() * 1e6), ranks.index(type(event)), event.alarm_id

    return sorted(events, key=key)


def _raise(rule: Rule, span: Span, evidence: tuple[Evidence, ...], *, is_late: bool) -> AlarmRaised:
    onset = from_us(span.start_us)
    stamp = f"{onset:%Y%m%dT%H%M%S}" + (f".{onset:%f}" if onset.microsecond else "")
    return AlarmRaised(
        alarm_id=f"{rule.rule.replace('/', '.')}.{rule.subject}.{stamp}Z",
        plan=rule.plan,
        rule=rule.rule,
        level=rule.level,
        subject=rule.subject,
        segments=rule.segments,
        device=evidence[0].device if evidence else None,
        onset=onset,
        evidence=evidence,
        is_late=is_late,
    )


def _revise(told: Told, span: Span, cut_us: int, evidence: EvidenceAt) -> list[AlarmEvent]:
    onset_us = told.onset_us if min(told.onset_us, span.start_us) <= cut_us else span.start_us
    is_moved = onset_us != told.onset_us
    is_reended = told.ended_us not in (FOREVER, span.end_us)
    has_ended = told.ended_us == FOREVER and span.end_us != FOREVER
    told.onset_us, told.ended_us = onset_us, span.end_us
    if is_moved or is_reended:
        ended = None if span.end_us == FOREVER else from_us(span.end_us)
        return [AlarmRevised(told.alarm_id, from_us(onset_us), ended, evidence(span))]
    if has_ended:
        return [AlarmReturned(told.alarm_id, from_us(span.end_us))]
    return []
