"""Official warnings, responses and decisions of an invented day."""

from datetime import datetime
from typing import Any

from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import (
    Cause,
    Response,
    ResponseActivated,
    ResponseChange,
    ResponseDeclined,
    ResponseEnded,
    ResponseLowered,
    ResponseRaised,
    fold,
)
from monitoring.domain.warnings import (
    WarningCancelled,
    WarningEvent,
    WarningReceived,
    Warnings,
    WarningStatus,
)
from monitoring.domain.warnings import fold as fold_warnings
from tests.engine.sites import CRITERIA, DISTRICT, site
from tests.engine.timeline import at

SITE = site(CRITERIA, DISTRICT).model_copy(update={"warned_as": ("东港", "日照")})
ACTUAL = WarningStatus.ACTUAL


def issued(
    warning_id: str = "w1", level: Level = Level.RED, minute: float = 0, **changes: Any
) -> WarningReceived:
    """A rainstorm warning in force from that minute on."""
    fields: dict[str, Any] = {"hazard": "rainstorm", "status": ACTUAL, "sender": "met", **changes}
    return WarningReceived(warning_id, level=level, effective=at(minute), **fields)


def lifted(
    *references: str, minute: float = 30, status: WarningStatus = ACTUAL, message_id: str = "c1"
) -> WarningCancelled:
    return WarningCancelled(message_id, "met", status, references, at(minute))


def standing(*messages: WarningEvent, received: datetime | None = None) -> Warnings:
    """What stands after the messages, each received when it takes effect."""
    warnings = Warnings()
    for message in messages:
        warnings = fold_warnings(warnings, message, received or message.effective, "wang", SITE)
    return warnings


def activated(
    level: ResponseLevel = ResponseLevel.II, minute: float = 0, **changes: Any
) -> ResponseActivated:
    fields: dict[str, Any] = {
        "response_id": "r1", "plan": "district", "hazard": "rainstorm", "area": "test", **changes,
    }  # fmt: skip
    return ResponseActivated(level=level, by="wang", at=at(minute), reason="heavy rain", **fields)


def raised(level: ResponseLevel, minute: float = 1, decision: str = "d1") -> ResponseRaised:
    return ResponseRaised(decision, "r1", level, "li", at(minute), "more rain")


def lowered(level: ResponseLevel, minute: float = 1, decision: str = "d1") -> ResponseLowered:
    return ResponseLowered(decision, "r1", level, "li", at(minute), "less rain")


def ended(minute: float = 1, decision: str = "d9") -> ResponseEnded:
    return ResponseEnded(decision, "r1", "li", at(minute), "over")


def response(activation: ResponseActivated, *changes: ResponseChange) -> Response:
    folded = fold(None, activation)
    for change in changes:
        folded = fold(folded, change)
    return folded


def declined(
    cause_id: str = "w1",
    cause: Cause = Cause.WARNING,
    level: Level = Level.RED,
    minute: float = 5,
    decision: str = "n1",
) -> ResponseDeclined:
    return ResponseDeclined(
        decision, cause, cause_id, "rainstorm", level, "li", at(minute), "elsewhere"
    )
