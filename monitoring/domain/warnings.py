"""Official warnings (预警信号) as the met office issued them.

Only the met office issues, changes and lifts them; here they are kept, told apart by status
and matched to our place. Messages may come twice and in any order: what is folded depends on
the messages alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from monitoring.domain.entries import Position
from monitoring.domain.levels import Level
from monitoring.domain.site import Site

SIGNALS: Final = (Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)
"""The colours of the national scheme, lightest first."""

_IDENTIFIER: Final = re.compile(r"[^\s,<&]{1,200}")  # CAP 1.2 forbids these signs in one

Ring = tuple[Position, ...]  # corners of an area, WGS-84 (longitude, latitude)


class WarningStatus(StrEnum):
    """Whether a warning is meant (CAP 1.2 `status`)."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"


class WarningKind(StrEnum):
    """What a message does (CAP 1.2 `msgType`)."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class WarningReceived:
    """A warning came, or one that takes the place of others.

    Attributes:
        warning_id: The issuer's identifier; the same one twice has the effect of once.
        sender: Who issued it.
        hazard: An open word, such as rainstorm, snowstorm, gale, fog.
        level: One of `SIGNALS`.
        effective: From when it is in force.
        expires: When it is over by itself; None where only the met office can lift it.
        area: In the issuer's words; empty where nothing was said.
        references: Identifiers of the warnings that it takes the place of; none for a new one.
        polygons: Outlines of the area; none where they are not known.
    """

    warning_id: str
    sender: str
    hazard: str
    level: Level
    status: WarningStatus
    effective: datetime
    expires: datetime | None = None
    headline: str = ""
    area: str = ""
    references: tuple[str, ...] = ()
    polygons: tuple[Ring, ...] = ()

    @property
    def kind(self) -> WarningKind:
        """A new one, or an update of others."""
        return WarningKind.UPDATE if self.references else WarningKind.ALERT


@dataclass(frozen=True, slots=True)
class WarningCancelled:
    """The met office lifted warnings.

    Attributes:
        message_id: Identifier of the message that says so.
        references: Identifiers of the warnings that it lifts.
        effective: From when they are lifted.
    """

    message_id: str
    sender: str
    status: WarningStatus
    references: tuple[str, ...]
    effective: datetime
    headline: str = ""


WarningEvent = WarningReceived | WarningCancelled


class WarningError(Exception):
    """The message can't be taken; the text says why and what to do."""


class WarningConflictError(WarningError):
    """Something else is known under its identifier; the text says what."""


@dataclass(frozen=True, slots=True)
class OfficialWarning:
    """A warning as it stands.

    Attributes:
        received_at: When it came to us.
        received_by: Who entered it.
        is_ours: Whether it is about our place.
        superseded_by: Identifier of the message that took its place or lifted it, if any.
        superseded_at: From when.
    """

    issued: WarningReceived
    received_at: datetime
    received_by: str
    is_ours: bool
    superseded_by: str | None = None
    superseded_at: datetime | None = None

    @property
    def is_actual(self) -> bool:
        """Whether it is meant: neither an exercise nor a test."""
        return self.issued.status is WarningStatus.ACTUAL

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at that instant, its end excluded."""
        ends = [end for end in (self.issued.expires, self.superseded_at) if end is not None]
        return self.issued.effective <= at and all(at < end for end in ends)


Superseded = tuple[datetime, str]  # from when, and by which message


@dataclass(frozen=True, slots=True)
class Warnings:
    """Every official warning that has come.

    Attributes:
        received: By identifier.
        cancelled: Messages that lifted warnings, by their own identifier.
        superseding: The first message that supersedes an identifier, by that and its status;
            an exercise never lifts what is meant. Messages may come before what they name.
    """

    received: Mapping[str, OfficialWarning] = field(default_factory=dict)
    cancelled: Mapping[str, WarningCancelled] = field(default_factory=dict)
    superseding: Mapping[tuple[str, WarningStatus], Superseded] = field(default_factory=dict)

    def in_force(self, at: datetime) -> list[OfficialWarning]:
        """Warnings of any status that hold, gravest first, then newest first."""
        holding = [w for w in self.received.values() if w.in_force(at)]
        holding.sort(key=lambda w: (w.issued.effective, w.issued.warning_id), reverse=True)
        return sorted(holding, key=lambda w: -w.issued.level.gravity)


def fold(warnings: Warnings, event: WarningEvent, at: datetime, by: str, site: Site) -> Warnings:
    """What stands at a site after one more message, received `at`, entered `by`."""
    received, cancelled = dict(warnings.received), dict(warnings.cancelled)
    if isinstance(event, WarningCancelled):
        message_id = event.message_id
        cancelled.setdefault(message_id, event)
    else:
        message_id = event.warning_id
        received.setdefault(message_id, OfficialWarning(event, at, by, concerns(event, site)))
    superseding = dict(warnings.superseding)
    for reference in event.references:
        key, new = (reference, event.status), (event.effective, message_id)
        superseding[key] = min(superseding.get(key, new), new)
    for warning_id in (message_id, *event.references):
        if known := received.get(warning_id):
            since, successor = superseding.get((warning_id, known.issued.status), (None, None))
            received[warning_id] = replace(known, superseded_by=successor, superseded_at=since)
    return Warnings(received, cancelled, superseding)


def take(warnings: Warnings, message: WarningEvent) -> tuple[WarningEvent, ...]:
    """Decide whether a message is recorded; nothing to record where it is known already.

    Raises:
        WarningError: It contradicts itself.
        WarningConflictError: It contradicts what is known under its identifier.
    """
    if isinstance(message, WarningCancelled):
        return _take_cancel(warnings, message)
    _check_identifier(message.warning_id, message.references)
    if message.level not in SIGNALS:
        raise WarningError(f"{message.level} is no colour of a warning; use {', '.join(SIGNALS)}")
    if message.expires is not None and message.expires <= message.effective:
        raise WarningError("it would expire before it takes effect; check both times")
    if message.warning_id in warnings.cancelled:
        raise WarningConflictError(f"{message.warning_id!r} is a cancellation's identifier already")
    if known := warnings.received.get(message.warning_id):
        if _gist(known.issued) != _gist(message):
            raise WarningConflictError(
                f"{message.warning_id!r} is known as {known.issued.level} {known.issued.hazard};"
                " an update needs an identifier of its own and names this one as its reference"
            )
        return ()
    return (message,)


def _take_cancel(warnings: Warnings, message: WarningCancelled) -> tuple[WarningEvent, ...]:
    _check_identifier(message.message_id, message.references)
    if not message.references:
        raise WarningError("a cancellation names the warnings that it lifts as its references")
    if message.message_id in warnings.received:
        raise WarningConflictError(f"{message.message_id!r} is a warning's identifier already")
    return () if message.message_id in warnings.cancelled else (message,)


def _check_identifier(message_id: str, references: Sequence[str]) -> None:
    for identifier in (message_id, *references):
        if not _IDENTIFIER.fullmatch(identifier):
            raise WarningError(
                f"{identifier!r} is no identifier; use 1 to 200 signs without spaces, ',', '<', '&'"
            )
    if message_id in references:
        raise WarningError(f"{message_id!r} can't supersede itself")


def _gist(message: WarningReceived) -> tuple[object, ...]:
    return message.hazard, message.level, message.status, message.references


def concerns(warning: WarningReceived, site: Site) -> bool:
    """Whether a warning is about our place; where nothing tells, it counts as ours.

    Its outlines decide if there are any: one of our segments must lie in them. Else its words
    do: they must contain one of the names that our place is warned under.
    """
    if warning.polygons:
        points = [p for segment in site.segments for p in segment.line]
        return any(_within(p, ring) for ring in warning.polygons for p in points)
    return not warning.area.strip() or names_us(warning.area, site)


def names_us(words: str, site: Site) -> bool:
    """Whether words contain one of the names that our place is warned under."""
    names = (*site.warned_as, site.name.zh, site.name.en)
    return any(name.casefold() in words.casefold() for name in names)


def _within(point: Position, ring: Ring) -> bool:
    """Whether a point lies in a ring: a ray from it to the east meets the outline oddly often."""
    return sum(x > point[0] for x in _crossings(ring, point[1])) % 2 == 1


def _crossings(ring: Ring, latitude: float) -> Iterator[float]:
    """Longitudes at which a ring's outline crosses a latitude."""
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        if (y1 > latitude) != (y2 > latitude):
            yield x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
