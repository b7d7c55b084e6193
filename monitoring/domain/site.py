"""The site: what one bureau watches, as its configuration describes it.

These models check a single entry; `monitoring/site.py` reads the files and checks what
refers to what. Unknown keys are errors, because a misspelt threshold must not be silent.
"""

from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitoring.domain.brokers import Broker
from monitoring.domain.plans import Duration, Plan
from monitoring.domain.walls import Walls

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Position = tuple[Longitude, Latitude]


class Entry(BaseModel):
    """A checked, immutable piece of configuration; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Entry):
    """The same words in the two languages of the desk."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Area(Entry):
    """A maintenance area (养管区域)."""

    id: Id
    name: Text


class SegmentKind(StrEnum):
    """What a segment is; underpasses and bridges have limits of their own."""

    ROAD = "road"
    UNDERPASS = "underpass"
    BRIDGE = "bridge"
    SQUARE = "square"


class Segment(Entry):
    """A watched stretch of road or a place.

    Attributes:
        kind: Road, underpass, bridge or square.
        area: Maintenance area.
        closure_depth_cm: Water depth at which it is to be closed.
        line: Its axis, or a single position, WGS-84 (longitude, latitude).
        grade: How sure the geometry is: A ±30 m, B ±300 m (computed from open map data).
        source: Where name and geometry come from.
        label: A shorter name for maps; the whole one where there is none.
    """

    id: Id
    name: Text
    label: Text | None = None
    kind: SegmentKind
    area: Id
    closure_depth_cm: float = Field(gt=0, le=200)
    line: tuple[Position, ...] = Field(min_length=1)
    grade: Literal["A", "B"]
    source: str = ""


class DeviceKind(StrEnum):
    """What a device is."""

    STATION = "station"
    GAUGE = "gauge"
    CAMERA = "camera"


class Device(Entry):
    """A sensor or camera that publishes.

    Attributes:
        segment: Where it stands.
        covers: Further segments that its weather speaks for.
        quantities: What it reports; empty for cameras.
        cadence: How often it should be heard.
        position: WGS-84; without one it is drawn at the middle of its segment.
    """

    id: Id
    kind: DeviceKind
    name: Text
    segment: Id
    covers: tuple[Id, ...] = ()
    quantities: tuple[str, ...] = ()
    cadence: Duration = Field(gt=timedelta(0))
    position: Position | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """Every segment that its values speak for, its own first."""
        return (self.segment, *self.covers)


def _clock_time(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError(f'{value!r} is no time of day; write "08:30"')  # noqa: TRY004 - pydantic takes ValueError
    return value


class Group(Entry):
    """One of the duty groups (值班组) that take turns."""

    number: int = Field(ge=1)
    leader: Text
    members: tuple[Text, ...] = Field(min_length=2)
    phone: str = ""


class Rotation(Entry):
    """Who follows whom: the first group takes over on `first_on` at `handover`, local time."""

    template: Text | None = None

    first_on: date
    handover: Annotated[time, BeforeValidator(_clock_time)]
    groups: tuple[Group, ...] = Field(min_length=2)


class Item(Entry):
    """What the depot stores, with the stock it should never fall below."""

    id: Id
    name: Text
    unit: Text
    minimum: float = Field(ge=0)
    opening: float = Field(ge=0)


class Depot(Entry):
    """A storehouse (应急库房)."""

    template: Text | None = None

    id: Id
    name: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Header(Entry):
    """What is true of the whole site.

    Attributes:
        zone: IANA time zone of people's clocks.
        mqtt_root: First level of the native topics.
        lateness: How late an observation may come and still be judged.
        template: What the reader must know of its origin, such as 须经局确认.
    """

    id: Id
    name: Text
    bureau: Text
    zone: str
    mqtt_root: str = Field(pattern=r"^[^+#/]+$")
    lateness: Duration = Field(default=timedelta(hours=6), gt=timedelta(0))
    template: Text | None = None
    areas: tuple[Area, ...]


class Site(Header):
    """One bureau's whole configuration, checked."""

    segments: tuple[Segment, ...] = Field(min_length=1)
    devices: tuple[Device, ...]
    plans: tuple[Plan, ...]
    rotation: Rotation
    depot: Depot
    walls: Walls
    brokers: tuple[Broker, ...] = ()

    @cached_property
    def segment(self) -> dict[str, Segment]:
        """Segments by id."""
        return {s.id: s for s in self.segments}

    @cached_property
    def device(self) -> dict[str, Device]:
        """Devices by id."""
        return {d.id: d for d in self.devices}

    @cached_property
    def plan(self) -> dict[str, Plan]:
        """Plans by id."""
        return {p.id: p for p in self.plans}

    @cached_property
    def devices_of(self) -> dict[str, tuple[Device, ...]]:
        """Devices that speak for each segment, by segment id."""
        return {s.id: tuple(d for d in self.devices if s.id in d.segments) for s in self.segments}
