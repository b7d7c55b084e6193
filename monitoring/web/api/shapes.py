"""What the API's answers look like: records of ours made into JSON."""

import base64
from datetime import datetime
from typing import Any

from monitoring.domain.alarms import Alarm
from monitoring.domain.cameras import PinnedFrame, Sight
from monitoring.domain.instants import from_us, rfc3339
from monitoring.domain.maintenance import Maintenance
from monitoring.domain.observations import Quality
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.quarantine import StoredReject
from monitoring.domain.responses import Response, ResponseDeclined, ResponseEnded
from monitoring.domain.rosters import Shift
from monitoring.domain.site import Segment, Site
from monitoring.domain.warnings import OfficialWarning, WarningCancelled, WarningKind
from monitoring.services.depot import Stock
from monitoring.services.picture import DeviceView, SegmentView, Value
from monitoring.services.ports import StoredObservation
from monitoring.services.signals import SignalRecord
from monitoring.web.language import Language
from monitoring.web.wording import explanation

Shape = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if at is None else rfc3339(at)


def value(known: Value) -> Shape:
    """The newest value of a quantity."""
    states = QUANTITIES[known.quantity].states
    return {
        "value": known.text if states else known.value,
        "unit": QUANTITIES[known.quantity].unit,
        "time": instant(known.at),
        "quality": known.quality.name.lower(),
        "freshness": known.freshness.value,
    }


def geometry(segment: Segment) -> Shape:
    """GeoJSON geometry of a segment."""
    if len(segment.line) == 1:
        return {"type": "Point", "coordinates": list(segment.line[0])}
    return {"type": "LineString", "coordinates": [list(p) for p in segment.line]}


def segment(view: SegmentView) -> Shape:
    """A segment as a GeoJSON feature."""
    return {
        "type": "Feature",
        "id": view.segment.id,
        "geometry": geometry(view.segment),
        "properties": {
            "id": view.segment.id,
            "name": view.segment.name.model_dump(),
            "kind": view.segment.kind.value,
            "area": view.segment.area,
            "closure_depth_cm": view.segment.closure_depth_cm,
            "level": view.level.value,
            "passability": view.passability.value,
            "freshness": view.freshness.value,
            "time": instant(view.time),
            "values": {name: value(v) for name, v in view.values.items()},
            "causes": [alarm(cause) for cause in view.causes],
        },
    }


def device(view: DeviceView, site: Site, record: SignalRecord) -> Shape:
    """A device."""
    clock = record.clock
    return {
        "id": view.device.id,
        "kind": view.device.kind.value,
        "name": view.device.name.model_dump(),
        "segment": view.device.segment,
        "covers": list(view.device.covers),
        "area": site.segment[view.device.segment].area,
        "quantities": list(view.device.quantities),
        "state": view.state.value,
        "is_online": view.is_online,
        "last_seen": instant(view.last_seen),
        "cadence_s": view.device.cadence.total_seconds(),
        "values": {name: value(v) for name, v in view.values.items()},
        "picture": None if view.picture is None else sight(view.picture),
        "maintenance": maintenance(view.maintenance),
        "clock_lag_s": None if clock is None else clock.median.total_seconds(),
        "is_clock_off": clock is not None and clock.is_off,
        "qualities_24h": {
            quantity: {quality.name.lower(): n for quality, n in counts.items()}
            for quantity, counts in record.qualities.items()
        },
    }


def sight(known: Sight) -> Shape:
    """What the check says of a camera's pictures, and since when."""
    return {"verdict": known.verdict.value, "since": instant(known.since)}


def pinned_frame(known: PinnedFrame) -> Shape:
    """A picture that is evidence."""
    return {
        "camera": known.camera,
        "time": instant(known.time),
        "sha256": known.sha256,
        "url": f"/api/v1/frames/{known.sha256}.jpg",
    }


def maintenance(held: Maintenance | None) -> Shape | None:
    """How a device is out; None where it is not."""
    if held is None:
        return None
    return {
        "by": held.by,
        "reason": held.reason,
        "since": instant(held.since),
        "until": instant(held.until),
    }


def plain(quantity: str, value: float) -> str | float:
    """A number, or the word of a state."""
    states = QUANTITIES[quantity].states
    return states[int(value)] if states else value


def alarm(known: Alarm) -> Shape:
    """An alarm record."""
    raised = known.raised
    first = known.evidence[0] if known.evidence else None
    return {
        "id": raised.alarm_id,
        "plan": raised.plan,
        "rule": raised.rule,
        "level": raised.level.value,
        "subject": raised.subject,
        "segment": raised.segments[0] if raised.segments else None,
        "segments": list(raised.segments),
        "device": raised.device,
        "state": known.state.value,
        "raised_at": instant(known.raised_at),
        "onset": instant(known.onset),
        "ended": instant(known.ended),
        "acknowledged_at": instant(known.acknowledged_at),
        "acknowledged_by": known.acknowledged_by,
        "returned_at": instant(known.returned_at),
        "is_late": raised.is_late,
        "value": first.value if first else None,
        "threshold": first.threshold if first else None,
        "explanation": {
            language.value: explanation(known.evidence, language) for language in Language
        },
    }


def warning(known: OfficialWarning, at: datetime, declined: ResponseDeclined | None) -> Shape:
    """An official warning."""
    issued = known.issued
    return {
        "id": issued.warning_id,
        "kind": issued.kind.value,
        "sender": issued.sender,
        "hazard": issued.hazard,
        "level": issued.level.value,
        "status": issued.status.value,
        "effective": instant(issued.effective),
        "expires": instant(issued.expires),
        "area": issued.area,
        "headline": issued.headline,
        "references": list(issued.references),
        "polygon": [[list(position) for position in ring] for ring in issued.polygons],
        "superseded_by": known.superseded_by,
        "in_force": known.in_force(at),
        "is_ours": known.is_ours,
        "received_at": instant(known.received_at),
        "received_by": known.received_by,
        "declined": decline(declined) if declined else None,
    }


def cancellation(message: WarningCancelled) -> Shape:
    """A message that lifts warnings."""
    return {
        "id": message.message_id,
        "kind": WarningKind.CANCEL.value,
        "sender": message.sender,
        "status": message.status.value,
        "references": list(message.references),
        "effective": instant(message.effective),
        "headline": message.headline,
    }


def decline(known: ResponseDeclined) -> Shape:
    """A decision against a response."""
    return {"by": known.by, "at": instant(known.at), "reason": known.reason}


def response(known: Response) -> Shape:
    """A response with everything that was decided of it, oldest first."""
    activated, ended = known.activated, known.ended
    return {
        "id": activated.response_id,
        "plan": activated.plan,
        "hazard": activated.hazard,
        "level": known.level.value,
        "area": activated.area,
        "state": known.state.value,
        "activated_by": activated.by,
        "activated_at": instant(activated.at),
        "reason": activated.reason,
        "ended_by": ended.by if ended else None,
        "ended_at": instant(ended.at) if ended else None,
        "tasks": 0,  # plans have no tasks yet
        "decisions": [
            {
                "kind": type(decision).__name__.removeprefix("Response").lower(),
                "level": None if isinstance(decision, ResponseEnded) else decision.level.value,
                "by": decision.by,
                "at": instant(decision.at),
                "reason": decision.reason,
            }
            for decision in known.decisions
        ],
    }


def shift(turn: Shift) -> Shape:
    """A shift of the roster."""
    return {
        "group": turn.group.number,
        "leader": turn.group.leader.model_dump(),
        "members": [member.model_dump() for member in turn.group.members],
        "shift_start": instant(turn.start),
        "shift_end": instant(turn.end),
    }


def stock(entry: Stock) -> Shape:
    """An item of the depot with its balance."""
    return {
        "id": entry.item.id,
        "name": entry.item.name.model_dump(),
        "unit": entry.item.unit.model_dump(),
        "on_hand": entry.on_hand,
        "reserved": entry.reserved,
        "available": entry.available,
        "minimum": entry.item.minimum,
    }


def observation(row: StoredObservation) -> Shape:
    """An archived observation."""
    seen = row.observation
    quantity = QUANTITIES[seen.quantity]
    return {
        "device": seen.device,
        "quantity": seen.quantity,
        "time": instant(from_us(seen.time_us)),
        "value": plain(seen.quantity, seen.value),
        "unit": quantity.unit,
        "quality": Quality(seen.quality).name.lower(),
        "arrived": instant(from_us(row.arrived_us)),
    }


def reject(row: StoredReject) -> Shape:
    """A quarantined message; `encoding` tells how its payload is written."""
    found = row.reject
    try:
        payload, encoding = found.payload.decode(), "utf-8"
    except UnicodeDecodeError:
        payload, encoding = base64.b64encode(found.payload).decode(), "base64"
    return {
        "id": row.number,
        "topic": found.topic,
        "reason": found.reason.value,
        "detail": found.detail,
        "time": instant(from_us(found.time_us)),
        "size": found.size,
        "payload": payload,
        "encoding": encoding,
        "is_cut": row.is_cut,
        "is_played": bool(row.trial and row.trial.is_played),
        "tried_at": instant(from_us(row.trial.at_us)) if row.trial else None,
        "tried_by": row.trial.by if row.trial else None,
    }
