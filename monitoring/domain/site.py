"""The site: what one bureau watches, as its configuration describes it.

These models check a single entry; `monitoring/site.py` reads the files and checks what
refers to what.
"""

from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitoring.domain.basemaps import BaseMaps
from monitoring.domain.brokers import Broker
from monitoring.domain.cameras import FrameLimits, PictureLimits
from monitoring.domain.entries import Entry, Id, Placed, Position, Text
from monitoring.domain.forces import Depot, Team
from monitoring.domain.plans import Duration, Plan
from monitoring.domain.signals import Signal, Signals
from monitoring.domain.walls import Walls


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


class Pump(Entry):
    """A pump that drains a place; how much it is rated for, where that is known."""

    name: Text
    rated_m3_per_h: float | None = Field(default=None, gt=0)


class Card(Entry):
    """What people need at a place when it floods (一点一策); absent until the bureau tells.

    Attributes:
        warden: Who answers for it (责任人).
        phone: The warden's; whole at a desk, masked on walls.
        barrier: What keeps vehicles out, and where it is kept.
        detour: Where traffic goes while it is closed.
    """

    warden: Text | None = None
    phone: str = Field(default="", max_length=32)
    pumps: tuple[Pump, ...] = ()
    barrier: Text | None = None
    detour: Text | None = None

    @model_validator(mode="after")
    def _names_whom_one_calls(self) -> Self:
        if self.phone and self.warden is None:
            raise ValueError("phone is given without warden; say whose number it is")
        return self


class Segment(Placed):
    """A watched stretch of road or a place.

    Attributes:
        kind: Road, underpass, bridge or square.
        area: Maintenance area.
        closure_depth_cm: Water depth at which it is to be closed.
        line: Its axis, or a single position, WGS-84 (longitude, latitude).
        grade: How sure the geometry is: A ±30 m, B ±300 m (computed from open map data).
        source: Where name and geometry come from.
        label: A shorter name for maps; the whole one where there is none.
        card: What people need there; empty until the bureau has told.
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
    card: Card = Card()


class DeviceKind(StrEnum):
    """What a device is."""

    STATION = "station"
    GAUGE = "gauge"
    CAMERA = "camera"


def _quoted(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError(f'{value!r} is a number; write the id in quotes, such as "0012ab"')  # noqa: TRY004 - pydantic takes ValueError
    return value


class Source(BaseModel):
    """Under which name a device is heard by a profile (`config/profiles/`).

    Attributes:
        profile: Id of the profile that reads its messages.
        id: The device's own name in them, such as an EUI; upper and lower case are the same.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float] = Field(init=False)

    profile: Id
    id: Annotated[str, BeforeValidator(_quoted), Field(min_length=1)]

    @property
    def parameters(self) -> dict[str, float]:
        """What else the profile needs to know of the device, such as mount_height_cm."""
        return dict(self.__pydantic_extra__)


class Device(Placed):
    """A sensor or camera that publishes.

    Attributes:
        segment: Where it stands.
        covers: Further segments that its weather speaks for.
        quantities: What it reports; empty for cameras.
        cadence: How often it should be heard.
        position: WGS-84; without one it is drawn at the middle of its segment.
        sources: Where it is heard besides the native topics.
        check: When a camera's picture is not believed.
        signals: By quantity, what is plausible of this device instead of the site's rules.
    """

    id: Id
    kind: DeviceKind
    name: Text
    segment: Id
    covers: tuple[Id, ...] = ()
    quantities: tuple[str, ...] = ()
    cadence: Duration = Field(gt=timedelta(0))
    position: Position | None = None
    sources: tuple[Source, ...] = ()
    check: PictureLimits = PictureLimits()
    signals: dict[str, Signal] = Field(default={})

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if "check" in self.model_fields_set and self.kind is not DeviceKind.CAMERA:
            raise ValueError(f"check is for cameras; {self.id!r} is a {self.kind}: take it out")
        return self

    @property
    def main_quantity(self) -> str | None:
        """What it is there for: the first of its quantities, its battery aside."""
        return next((q for q in self.quantities if q != "battery"), None)

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


class Header(Entry):
    """What is true of the whole site.

    Attributes:
        zone: IANA time zone of people's clocks.
        mqtt_root: First level of the native topics.
        lateness: How late an observation may come and still be judged.
        warned_as: Words by which official warnings mean this place, besides its name.
        frames: How many pictures are kept.
        template: What the reader must know of its origin, such as 须经局确认.
    """

    id: Id
    name: Text
    bureau: Text
    zone: str
    mqtt_root: str = Field(pattern=r"^[^+#/]+$")
    lateness: Duration = Field(default=timedelta(hours=6), gt=timedelta(0))
    frames: FrameLimits = FrameLimits()
    template: Text | None = None
    areas: tuple[Area, ...]
    warned_as: tuple[Annotated[str, Field(min_length=2)], ...] = ()


class Site(Header):
    """One bureau's whole configuration, checked."""

    segments: tuple[Segment, ...] = Field(min_length=1)
    devices: tuple[Device, ...]
    plans: tuple[Plan, ...]
    rotation: Rotation
    depot: Depot
    walls: Walls
    teams: tuple[Team, ...] = ()
    maps: BaseMaps = BaseMaps()
    signals: Signals = Signals()
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

    def signal(self, device_id: str, quantity: str) -> Signal:
        """What is plausible of a device's quantity."""
        general = self.signals.quantities.get(quantity, Signal())
        device = self.device.get(device_id)
        return general.but(device.signals.get(quantity)) if device else general
