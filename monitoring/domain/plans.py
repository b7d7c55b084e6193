"""Plans: which conditions make which level, for what subject.

A condition is a tree of thresholds on windows of observations (docs/plans.md). The models
check one plan by itself; names of segments and devices are checked with the whole site.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.quantities import QUANTITIES

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> object:
    """`value` such as "90s", "15min", "3h", "2d" as a timedelta; anything else unchanged.

    Raises:
        ValueError: A text that is no duration, or a number without its unit.
    """
    if isinstance(value, int | float):
        raise ValueError(f"{value!r} has no unit; write 90s, 15min, 3h or 2d")  # noqa: TRY004 - pydantic takes ValueError
    if not isinstance(value, str):
        return value
    number = value.rstrip("dhimns")
    unit = value[len(number) :]
    try:
        return timedelta(**{_UNITS[unit]: float(number)})
    except (KeyError, ValueError) as error:
        raise ValueError(f"{value!r} is no duration; write 90s, 15min, 3h or 2d") from error


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Aggregate(StrEnum):
    """How the observations in a window become one number."""

    SUM = "sum"
    LAST = "last"


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    hold: Duration = Field(default=timedelta(0), ge=timedelta(0), alias="for")
    clear_for: Duration = Field(default=timedelta(0), ge=timedelta(0))


class Threshold(_Node):
    """A quantity reaches a limit.

    Attributes:
        quantity: Canonical name.
        aggregate: `sum` over `window`, or the `last` value.
        window: Length of `(t − window, t]`; only for `sum`.
        at_least: Limit in the canonical unit, or the segment's own `closure_depth`.
        deadband: How far below the limit it must fall to return to normal.
        hold: (`for`) How long it must be reached before it counts.
        clear_for: How long it must be back before it has returned to normal.
    """

    quantity: str
    aggregate: Aggregate
    window: Duration | None = None
    at_least: Annotated[float, Field(allow_inf_nan=False)] | Literal["closure_depth"]
    deadband: float = Field(default=0, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.quantity not in QUANTITIES:
            known = ", ".join(QUANTITIES)
            raise ValueError(f"quantity {self.quantity!r} is unknown; expected one of {known}")
        if (self.aggregate is Aggregate.SUM) != (self.window is not None):
            raise ValueError("a sum needs a window such as 3h; the last value takes none")
        if self.window is not None and self.window <= timedelta(0):
            raise ValueError("the window must be longer than nothing")
        if self.at_least == "closure_depth" and self.quantity != "water_depth":
            raise ValueError("closure_depth can only stand as the limit of water_depth")
        low = QUANTITIES[self.quantity].low
        if self.at_least != "closure_depth" and self.at_least - self.deadband <= low:
            raise ValueError(f"at_least - deadband must be above {low:g}, or it could never end")
        return self


class AnyOf(_Node):
    """At least one of the conditions holds."""

    any: tuple["Condition", ...] = Field(min_length=1)


class AllOf(_Node):
    """All of the conditions hold at the same time."""

    all: tuple["Condition", ...] = Field(min_length=1)


class CountBound(BaseModel):
    """How many of what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: int = Field(ge=1)
    of: Literal["segments", "stations"]
    kind: Literal["road", "underpass", "bridge", "square"] | None = None


class Count(_Node):
    """The condition holds at enough segments or stations at the same time."""

    count: CountBound
    when: "Condition"


def _form(value: object) -> str:
    """Tell by its key which form a condition has, so that errors speak of that form only."""
    for key in ("any", "all", "count"):
        if (isinstance(value, dict) and key in value) or hasattr(value, key):
            return key
    return "threshold"


Condition = Annotated[
    Annotated[Threshold, Tag("threshold")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[Count, Tag("count")],
    Discriminator(_form),
]


class Subject(StrEnum):
    """What a plan's levels are judged for, one by one."""

    DEVICE = "device"
    SEGMENT = "segment"
    DISTRICT = "district"


class Title(BaseModel):
    """Name of a plan in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LevelRule(BaseModel):
    """The condition of one level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Condition


class Plan(BaseModel):
    """A plan, or a set of official criteria.

    Attributes:
        hazard: Open list: rainstorm, ponding, snowstorm, …
        subject: What the levels are judged for: each device, each segment, the district.
        kinds: Only segments of these kinds; empty for all. Only for subject `segment`.
        source: Standard, article or document the figures are from.
        template: What must be said of its standing, such as 须经局确认; None if official.
        levels: Condition of each level; levels are judged independently of each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    hazard: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: Title
    subject: Subject
    kinds: tuple[Literal["road", "underpass", "bridge", "square"], ...] = ()
    source: str = Field(min_length=1)
    template: Title | None = None
    levels: dict[ResponseLevel | Level, LevelRule] = Field(min_length=1)

    @model_validator(mode="after")
    def _suits_its_subject(self) -> Self:
        for level, rule in self.levels.items():
            if level in (Level.NONE, Level.UNKNOWN):
                raise ValueError(f"{level} is not a level that a plan can raise")
            if self.subject is not Subject.DISTRICT and _counts(rule.when):
                raise ValueError("count looks across the district; set subject: district")
            if self.subject is Subject.DEVICE and _has_closure_depth(rule.when):
                raise ValueError("closure_depth belongs to a segment; set subject: segment")
        if self.kinds and self.subject is not Subject.SEGMENT:
            raise ValueError("kinds can only narrow a plan with subject: segment")
        return self


def thresholds(condition: Condition) -> Iterator[Threshold]:
    """Every threshold of the tree, in the order written."""
    match condition:
        case Threshold():
            yield condition
        case AnyOf():
            for child in condition.any:
                yield from thresholds(child)
        case AllOf():
            for child in condition.all:
                yield from thresholds(child)
        case Count():
            yield from thresholds(condition.when)


def _counts(condition: Condition) -> bool:
    match condition:
        case Count():
            return True
        case AnyOf():
            return any(map(_counts, condition.any))
        case AllOf():
            return any(map(_counts, condition.all))
        case _:
            return False


def _has_closure_depth(condition: Condition) -> bool:
    return any(t.at_least == "closure_depth" for t in thresholds(condition))
