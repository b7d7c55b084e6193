"""What is asked of command: messages of the met office and decisions, as they are posted."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from monitoring.domain.entries import Position
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.warnings import WarningCancelled, WarningReceived, WarningStatus

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Hazard = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_Ring = Annotated[tuple[Position, ...], Field(min_length=3, max_length=2000)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Message(_Asked):
    id: str | None = None
    sender: _Line
    status: WarningStatus = WarningStatus.ACTUAL
    effective: AwareDatetime | None = Field(default=None, description="Default: now.")
    headline: str | None = Field(default=None, max_length=500)
    references: tuple[str, ...] = Field(default=(), max_length=100)


class Warned(_Message):
    """A warning that the met office issued or updated."""

    kind: Literal["alert", "update"] = "alert"
    hazard: _Hazard
    level: Literal["blue", "yellow", "orange", "red"]
    expires: AwareDatetime | None = Field(
        default=None, description="null: it stands until it is lifted."
    )
    area: str | None = Field(default=None, max_length=500, description="null: our own district.")
    polygon: tuple[_Ring, ...] = Field(
        default=(), max_length=20, description="Outlines of [longitude, latitude], WGS-84."
    )
    superseded_by: None = Field(
        default=None, description="Not set here: post what supersedes it, with `references`."
    )

    @model_validator(mode="after")
    def _supersedes_what_it_says(self) -> Self:
        if (self.kind == "update") != bool(self.references):
            raise ValueError("an update names what it supersedes in references; an alert nothing")
        return self

    def event(self, identifier: str, now: datetime) -> WarningReceived:
        """The warning under that identifier, in force from now on where it does not say."""
        return WarningReceived(
            identifier, self.sender, self.hazard, Level(self.level), self.status,
            self.effective or now, self.expires, self.headline or "", self.area or "",
            self.references, self.polygon,
        )  # fmt: skip


class Lift(_Message):
    """The message that lifts warnings."""

    kind: Literal["cancel"]

    def event(self, identifier: str, now: datetime) -> WarningCancelled:
        """The cancellation under that identifier, from now on where it does not say."""
        return WarningCancelled(
            identifier, self.sender, self.status, self.references, self.effective or now,
            self.headline or "",
        )  # fmt: skip


def _form(asked: Any) -> str:
    """Tell by its kind what a message is, so that errors speak of that form only."""
    kind = asked.get("kind") if isinstance(asked, dict) else getattr(asked, "kind", None)
    return "cancel" if kind == "cancel" else "alert"


Message = Annotated[
    Annotated[Warned, Tag("alert")] | Annotated[Lift, Tag("cancel")], Discriminator(_form)
]


class Activation(_Asked):
    """The activation of a plan's level."""

    hazard: str
    level: ResponseLevel
    area: str | None = Field(
        default=None, description="A maintenance area; null: the whole district."
    )
    reason: _Reason


class _Change(_Asked):
    reason: _Reason
    seen: ResponseLevel | None = Field(
        default=None, description="The level that the decision rests on; 409 where another stands."
    )


class Step(_Change):
    """A graver or lighter level."""

    level: ResponseLevel


class End(_Change):
    """The end of a response, whatever its level."""

    level: ResponseLevel | None = Field(default=None, description="Not needed.")


class Decline(_Asked):
    """A decision against a response."""

    reason: _Reason
