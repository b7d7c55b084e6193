"""Events survive being written down: what is decoded is what was encoded."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.alarms import (
    AlarmAcknowledged,
    AlarmEvent,
    AlarmRaised,
    AlarmReturned,
    AlarmRevised,
    AlarmWithdrawn,
    Evidence,
)
from monitoring.domain.depot import MovementKind, StockMoved
from monitoring.domain.events import KINDS, decode, encode
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import (
    Cause,
    ResponseActivated,
    ResponseDeclined,
    ResponseEnded,
    ResponseLowered,
    ResponseRaised,
)
from monitoring.domain.warnings import WarningCancelled, WarningReceived, WarningStatus

NOON = datetime(2026, 7, 7, 12, tzinfo=UTC)

words = st.text()
numbers = st.floats(allow_nan=False, allow_infinity=False)
instants = st.datetimes(timezones=st.just(UTC))
evidence = st.builds(
    Evidence,
    device=words,
    quantity=words,
    value=numbers,
    threshold=numbers,
    window_s=numbers,
    coverage=st.none() | st.floats(0, 1),
    observed_at=instants,
)
proofs = st.lists(evidence, max_size=3).map(tuple)
alarm_events: st.SearchStrategy[AlarmEvent] = st.one_of(
    st.builds(
        AlarmRaised,
        alarm_id=words,
        plan=words,
        rule=words,
        level=st.sampled_from(Level),
        subject=words,
        segments=st.lists(words, max_size=3).map(tuple),
        device=st.none() | words,
        onset=instants,
        evidence=proofs,
        is_late=st.booleans(),
    ),
    st.builds(AlarmReturned, alarm_id=words, ended=instants),
    st.builds(
        AlarmRevised, alarm_id=words, onset=instants, ended=st.none() | instants, evidence=proofs
    ),
    st.builds(AlarmWithdrawn, alarm_id=words),
    st.builds(AlarmAcknowledged, alarm_id=words, by=words, at=instants),
)
movements = st.builds(
    StockMoved,
    movement_id=words,
    item=words,
    kind=st.sampled_from(MovementKind),
    quantity=numbers,
    reference=words,
    note=words,
)
references = st.lists(words, max_size=3).map(tuple)
positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
rings = st.lists(positions, min_size=3, max_size=5).map(tuple)
warning_events = st.builds(
    WarningReceived,
    warning_id=words,
    sender=words,
    hazard=words,
    level=st.sampled_from(Level),
    status=st.sampled_from(WarningStatus),
    effective=instants,
    expires=st.none() | instants,
    headline=words,
    area=words,
    references=references,
    polygons=st.lists(rings, max_size=2).map(tuple),
) | st.builds(
    WarningCancelled,
    message_id=words,
    sender=words,
    status=st.sampled_from(WarningStatus),
    references=references,
    effective=instants,
    headline=words,
)
said = {"by": words, "at": instants, "reason": words}
set_level = {"response_id": words, "level": st.sampled_from(ResponseLevel), **said}
decisions = st.one_of(
    st.builds(ResponseActivated, plan=words, hazard=words, area=words, **set_level),
    st.builds(ResponseRaised, decision_id=words, **set_level),
    st.builds(ResponseLowered, decision_id=words, **set_level),
    st.builds(ResponseEnded, decision_id=words, response_id=words, **said),
    st.builds(
        ResponseDeclined,
        decision_id=words,
        cause=st.sampled_from(Cause),
        cause_id=words,
        hazard=words,
        level=st.sampled_from(Level),
        **said,
    ),
)
events = alarm_events | movements | warning_events | decisions


@given(events)
def test_what_is_decoded_is_what_was_encoded(event: object) -> None:
    kind, body = encode(event)
    again = decode(kind, body)
    assert again == event
    assert type(again) is type(event)
    assert encode(again) == (kind, body)


@given(events)
def test_a_body_is_canonical_json(event: object) -> None:
    _, body = encode(event)
    written = json.dumps(
        json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert body == written


def test_a_body_reads_as_the_log_has_always_had_it() -> None:
    """The hash chain covers these bytes, so that a change here would break every log."""
    proof = Evidence("gauge-1", "water_depth", 27.5, 27.0, 0.0, None, NOON)
    event = AlarmRaised("a1", "暴雨", "暴雨/IV", Level.BLUE, "s1", ("s1",), None, NOON, (proof,))
    kind, body = encode(event)
    assert kind == "AlarmRaised"
    assert body == (
        '{"alarm_id":"a1","device":null,"evidence":[{"coverage":null,"device":"gauge-1",'
        '"observed_at":"2026-07-07T12:00:00Z","quantity":"water_depth","threshold":27.0,'
        '"value":27.5,"window_s":0.0}],"is_late":false,"level":"blue",'
        '"onset":"2026-07-07T12:00:00Z","plan":"暴雨","rule":"暴雨/IV","segments":["s1"],'
        '"subject":"s1"}'
    )


def test_an_instant_is_written_in_utc_whatever_zone_it_came_in() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=8)))
    assert encode(AlarmReturned("a1", local)) == encode(AlarmReturned("a1", NOON))


def test_a_body_from_before_a_field_was_added_takes_its_default() -> None:
    body = '{"movement_id":"m1","item":"shovel","kind":"receipt","quantity":3}'
    assert decode("StockMoved", body) == StockMoved("m1", "shovel", MovementKind.RECEIPT, 3)


def test_every_kind_is_known_by_the_name_of_its_class() -> None:
    assert all(kind.__name__ == name for name, kind in KINDS.items())


def test_a_kind_of_a_newer_version_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"'SegmentClosed' is unknown .* update"):
        decode("SegmentClosed", "{}")


@dataclass(frozen=True, slots=True)
class Unheard:
    alarm_id: str


def test_what_is_no_recorded_event_is_refused() -> None:
    with pytest.raises(TypeError, match="Unheard is no recorded event"):
        encode(Unheard("a1"))


def test_an_impostor_with_the_name_of_an_event_is_refused() -> None:
    impostor = type("AlarmWithdrawn", (), {})()
    with pytest.raises(TypeError, match="no recorded event"):
        encode(impostor)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_has_not_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode(StockMoved("m1", "shovel", MovementKind.ADJUST, value))
