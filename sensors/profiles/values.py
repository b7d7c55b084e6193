"""What a profile may say of one value: where it stands, and what makes it canonical."""

from datetime import timedelta
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from monitoring.domain.entries import Entry
from monitoring.domain.plans import Duration
from monitoring.domain.quantities import QUANTITIES
from sensors.profiles import readers, select, topics
from sensors.profiles.numbers import FORMS
from sensors.profiles.words import word
from sensors.units import CONVERSIONS

FORMATS: Final = ("rfc3339", "unix_s", "unix_ms", "unix_us", "unix_ns")
LENGTHS: Final = ("mm", "cm", "m")  # units of a device's parameters, by the end of their names


def _several(value: object) -> object:
    """A list; a single entry may stand without its brackets."""
    return value if isinstance(value, list | tuple) else [value]


def _one_of(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ValueError(f"there is no {name!r}; expected one of {', '.join(known)}")
    return name


Several = BeforeValidator(_several)
Path = Annotated[str, AfterValidator(select.check)]
Paths = Annotated[tuple[Path, ...], Several, Field(min_length=1)]
Filters = Annotated[tuple[Annotated[str, AfterValidator(topics.check)], ...], Several]
Chain = Annotated[
    tuple[str, ...], Several, Field(min_length=1), AfterValidator(readers.check_chain)
]
Scalar = bool | int | float | str
Scalars = Annotated[tuple[Scalar, ...], Several]
Levels = Annotated[tuple[Annotated[int, Field(ge=0, le=127)], ...], Several]


class Condition(Entry):
    """What a payload says at a path.

    Attributes:
        equals: The values it may have; any value where None.
    """

    path: Paths
    equals: Scalars | None = Field(default=None, alias="is")


class Instant(Entry):
    """Where a time stands, and how it is written.

    Attributes:
        format: One of `FORMATS`, or a pattern of strptime.
        zone: IANA time zone of a pattern that has none.
        unreadable: Whether what can't be read is a fault, or counts as no time at all.
    """

    path: Paths
    format: str
    zone: str | None = None
    unreadable: Literal["reject", "arrival"] = "reject"

    @field_validator("format")
    @classmethod
    def _is_known(cls, form: str) -> str:
        return form if "%" in form else _one_of(form, (*FORMATS, "a pattern such as %Y-%m-%d"))

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, zone: str | None) -> str | None:
        try:
            ZoneInfo(zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{zone!r} is no time zone; expected such as Asia/Shanghai") from error
        return zone

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if "%" in self.format and "%z" not in self.format and self.zone is None:
            raise ValueError("the pattern has no %z; add a zone, such as Asia/Shanghai")
        return self


Instants = Annotated[tuple[Instant, ...], Several]
Conditions = Annotated[tuple[Condition, ...], Several]


class Increment(Entry):
    """A counter, of which the rise since its former value counts.

    Attributes:
        wrap: Where it begins again at 0, in the unit sent; None where it never does.
        within: How long a rise may have taken; one that took longer is a `GAP`.
    """

    wrap: float | None = Field(default=None, gt=0)
    within: Duration = Field(default=timedelta(hours=1), gt=timedelta(0))


class Value(Entry):
    """One quantity: where it stands, and what makes the sent value canonical.

    The order is: `number`, `skip`, `map`, `scale`, `offset`, unit, `below`, `zero_within`,
    `increment`.

    Attributes:
        unit: As really sent, whatever the name says; the canonical one where None.
        number: How bytes mean a number.
        skip: Sent values that mean there is none.
        table: What sent words mean (`map`).
        below: The device's parameter from which the value is a distance down.
        zero_within: How far below zero, in the canonical unit, zero may be measured.
        when: All of them must hold.
        time: Its own time, where it is not the message's.
    """

    quantity: str
    path: Paths
    unit: str | None = None
    number: str | None = None
    skip: Scalars = ()
    table: Annotated[
        dict[str, Scalar] | None,
        BeforeValidator(lambda t: {word(k): v for k, v in t.items()} if isinstance(t, dict) else t),
    ] = Field(default=None, alias="map")
    scale: float = 1.0
    offset: float = 0.0
    below: str | None = Field(default=None, pattern=rf"^[a-z][a-z0-9_]*_({'|'.join(LENGTHS)})$")
    zero_within: float = Field(default=0.0, ge=0)
    increment: Annotated[Increment | None, BeforeValidator(lambda i: {} if i is True else i)] = None
    when: Conditions = ()
    time: Instants = ()

    @field_validator("quantity")
    @classmethod
    def _is_canonical(cls, name: str) -> str:
        return _one_of(name, tuple(QUANTITIES))

    @field_validator("unit")
    @classmethod
    def _is_convertible(cls, unit: str | None, info: ValidationInfo) -> str | None:
        if (quantity := info.data.get("quantity")) is None or unit is None:
            return unit
        known = CONVERSIONS.get(quantity)
        if known is None:
            raise ValueError(f"{quantity} is a state and has no unit; leave it out")
        return _one_of(unit, tuple(known))

    @field_validator("number")
    @classmethod
    def _is_form(cls, form: str | None) -> str | None:
        return form and _one_of(form, tuple(FORMS))

    @field_validator("table")
    @classmethod
    def _means_something(
        cls, table: dict[str, Scalar] | None, info: ValidationInfo
    ) -> dict[str, Scalar] | None:
        quantity = QUANTITIES.get(info.data.get("quantity", ""))
        for value in table.values() if table and quantity else ():
            if quantity and quantity.states:
                _one_of(word(value), quantity.states)
            elif isinstance(value, bool | str):
                raise ValueError(f"{value!r} is no number; {quantity} is measured in numbers")
        return table

    @model_validator(mode="after")
    def _fits_the_quantity(self) -> Self:
        quantity = QUANTITIES[self.quantity]
        numeric = {"scale", "offset", "below", "zero_within", "increment"} & self.model_fields_set
        if quantity.states and numeric:
            raise ValueError(f"{self.quantity} is a state; {', '.join(sorted(numeric))} can't be")
        if self.below and quantity.unit not in LENGTHS:
            raise ValueError(f"{self.quantity} is no length, so nothing is below anything")
        return self
