"""Events: what is recorded for ever, and how a body is written down.

An event class is a frozen dataclass; its name is its kind. Bodies are canonical JSON (keys
sorted, no spaces, RFC 3339 times), because the log's hash chain covers their bytes.
"""

import dataclasses
import json
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from monitoring.domain import (
    alarms,
    cameras,
    depot,
    devices,
    maintenance,
    responses,
    sound,
    warnings,
)
from monitoring.domain.instants import rfc3339

KINDS: Final[Mapping[str, type]] = {
    kind.__name__: kind
    for kind in (
        alarms.AlarmRaised,
        alarms.AlarmReturned,
        alarms.AlarmRevised,
        alarms.AlarmWithdrawn,
        alarms.AlarmAcknowledged,
        cameras.PictureJudged,
        cameras.FramesPinned,
        depot.StockMoved,
        devices.DeviceBound,
        devices.DeviceUnbound,
        maintenance.MaintenanceBegan,
        maintenance.MaintenanceEnded,
        sound.SoundSilenced,
        sound.SoundRestored,
        warnings.WarningReceived,
        warnings.WarningCancelled,
        responses.ResponseActivated,
        responses.ResponseRaised,
        responses.ResponseLowered,
        responses.ResponseEnded,
        responses.ResponseDeclined,
    )
}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What somebody decided, on its way into the log.

    Attributes:
        stream: Whose history it belongs to, such as `alarm/<id>` or `depot/<id>`.
        event: One of the classes in `KINDS`.
        occurred_at: When it happened, by the world's clock.
        actor: Who or what decided: a user name, or `engine`.
        expected_version: Version of the stream that the decision was made on; None where
            the event is a fact that holds whatever else happened.
    """

    stream: str
    event: Any
    occurred_at: datetime
    actor: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One row of the log, decoded."""

    position: int
    stream: str
    version: int
    event: Any
    occurred_at: datetime
    recorded_at: datetime
    actor: str


def encode(event: object) -> tuple[str, str]:
    """Kind and canonical JSON body of an event.

    Raises:
        TypeError: Its class is not in `KINDS`, or a field is of a type that has no text form.
    """
    kind = type(event).__name__
    if KINDS.get(kind) is not type(event):
        raise TypeError(f"{kind} is no recorded event; add it to KINDS")
    body = json.dumps(
        _plain(event), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return kind, body


def decode(kind: str, body: str) -> Any:
    """The event that `encode` wrote.

    Raises:
        ValueError: The kind is unknown: the log was written by a newer version.
    """
    try:
        target = KINDS[kind]
    except KeyError:
        raise ValueError(f"event kind {kind!r} is unknown to this version; update it") from None
    return _typed(json.loads(body), target)


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return rfc3339(value)
        case date():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [_plain(v) for v in value]
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot stand in an event")


def _typed(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (arm for arm in get_args(hint) if arm is not type(None))
        return _typed(value, inner)
    if origin is tuple:
        return tuple(_typed(v, get_args(hint)[0]) for v in value)
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{k: _typed(v, hints[k]) for k, v in value.items()})  # type: ignore[operator]
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
