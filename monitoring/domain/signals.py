"""Signals: how each quantity can plausibly behave, and what is doubted because it can't.

These models are the configuration of the checker (`monitoring/engine/checker.py`); the
figures and their reasons stand in `config/signals.yaml` and `docs/signals.md`.
"""

from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitoring.domain.plans import Duration

MOST_SENTINELS: Final = 8

Number = Annotated[float, Field(allow_inf_nan=False)]
Interval = tuple[Number, Number]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Jump(_Rule):
    """A value that moves further than this is doubted until it has stayed for a while.

    Attributes:
        step: What noise alone may change from one sample to the next.
        share: How much more by noise, as a share of the value: deep water has higher waves.
        per_minute: How fast the quantity moves besides.
        per_minute_apart: The same where samples are more than 3 min apart and can't confirm
            each other soon; `per_minute` where it is not given.
        after: For how long it must have stayed. Two samples at one a minute.
    """

    step: Number = Field(ge=0)
    share: Number = Field(default=0, ge=0, le=1)
    per_minute: Number = Field(ge=0)
    per_minute_apart: Number | None = Field(default=None, ge=0)
    after: Duration = Field(default=timedelta(seconds=100), gt=timedelta(0))


class Parked(_Rule):
    """What has come at one jump, in dry weather, and lies still is an object, not water.

    Attributes:
        height: A jump smaller than this is never held for an object.
        flat: Within how much an object's echo stays.
    """

    height: Number = Field(gt=0)
    flat: Number = Field(gt=0)


class Stuck(_Rule):
    """A value that does not change at all for so long is no longer measured.

    Attributes:
        after: At least twenty cadences of the device are waited for, however short this is.
        natural: From where to where it may stand still for ever: no rain, calm, saturation.
    """

    after: Duration = Field(gt=timedelta(0))
    natural: Interval | None = None


class Neighbours(_Rule):
    """A station that measures nothing while all others measure much is blocked.

    Attributes:
        window: Over which rain is summed; also for how long it must have been dry before an
            object is taken for one.
        at_least: Sum in mm that every other station has, of at least two.
        dry_below: Sum in mm below which a station counts as dry.
    """

    window: Duration = Field(gt=timedelta(0))
    at_least: Number = Field(gt=0)
    dry_below: Number = Field(default=1.0, gt=0)


class Signal(_Rule):
    """What is plausible of one quantity; a rule that is not given is not applied.

    Attributes:
        range: What is possible; the quantity's own bounds where it is not given.
        sentinels: Values that instruments send instead of a value.
        echoes: Distances, in cm, that ultrasonic sensors report instead of a true echo.
        mount: Height of the sensor above the ground in cm, by which echoes become depths;
            without it they are not looked for.
        most_per_minute: How much of an amount can fall in a minute of its interval.
    """

    range: Interval | None = None
    sentinels: tuple[Number, ...] = ()
    echoes: tuple[Number, ...] = ()
    mount: Number | None = Field(default=None, gt=0)
    most_per_minute: Number | None = Field(default=None, gt=0)
    jump: Jump | None = None
    parked: Parked | None = None
    stuck: Stuck | None = None
    neighbours: Neighbours | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name, interval in (
            ("range", self.range),
            ("stuck.natural", self.stuck.natural if self.stuck else None),
        ):
            if interval is not None and interval[0] > interval[1]:
                raise ValueError(f"{name} must be written [lowest, highest]")
        if len(self.sentinels) + len(self.echoes) > MOST_SENTINELS:
            raise ValueError(f"at most {MOST_SENTINELS} sentinels and echoes are looked for")
        return self

    @property
    def marks(self) -> tuple[float, ...]:
        """Every value that stands for none, in the quantity's unit."""
        if self.mount is None:
            return self.sentinels
        return (*self.sentinels, *(self.mount - echo for echo in self.echoes))

    def but(self, own: "Signal | None") -> "Signal":
        """This, with what a device says of itself instead; a rule stands or falls as a whole."""
        if own is None:
            return self
        return self.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})


class Signals(_Rule):
    """What is plausible of every quantity, and of clocks.

    Attributes:
        clock_off: By how much the times of a device may differ from those of arrival before it
            is said that its clock is off.
    """

    clock_off: Duration = Field(default=timedelta(minutes=3), gt=timedelta(0))
    quantities: dict[str, Signal] = {}
