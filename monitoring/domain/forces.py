"""What the bureau can send: its depot and the emergency detachments."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from monitoring.domain.entries import Entry, Id, Placed, Position, Text


class Item(Entry):
    """What the depot stores, with the stock it should never fall below."""

    id: Id
    name: Text
    unit: Text
    minimum: float = Field(ge=0)
    opening: float = Field(ge=0)


class Stationed(Placed):
    """What has a base.

    Attributes:
        position: Where the base is, WGS-84; None where nobody has said.
        grade: How sure the position is: A ±30 m, B ±300 m, C no more than a guess.
        label: What stands on maps; the name where there is none.
    """

    id: Id
    name: Text
    label: Text | None = None
    position: Position | None = None
    grade: Literal["A", "B", "C"] = "C"


class Depot(Stationed):
    """A storehouse (应急库房)."""

    template: Text | None = None

    items: tuple[Item, ...] = Field(min_length=1)


class TeamKind(StrEnum):
    """Whose a team is."""

    BUREAU = "bureau"
    COMPANY = "company"


class Team(Stationed):
    """A detachment (应急分队) that goes out to segments.

    Attributes:
        kind: The bureau's own, or a maintenance company's.
        areas: Maintenance areas that it serves.
    """

    kind: TeamKind
    areas: tuple[Id, ...] = Field(min_length=1)
