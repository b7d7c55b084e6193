"""Scenarios: a storm over a site, described in YAML and checked before it plays."""

import math
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from monitoring.domain.plans import Duration, Title
from monitoring.domain.site import DeviceKind, SegmentKind, Site
from sensors.storm import Chicago, Ponding, delayed

MINUTE = timedelta(minutes=1)
Minutes = Annotated[int, Field(ge=0, le=10_000)]


class ScenarioError(Exception):
    """The scenario can't be played; `problems` says everything that must be mended."""

    def __init__(self, file: Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{file.name}: {problem}" for problem in problems))
        self.problems = problems


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hyetograph(_Part):
    """Rain over time: a Chicago design storm."""

    form: Literal["chicago"]
    total_mm: float = Field(gt=0, le=1000)
    duration: Duration = Field(gt=timedelta(0))
    peak_ratio: float = Field(gt=0, lt=1)
    n: float = Field(gt=0, lt=1)
    b_min: float = Field(gt=0)


class StationShare(_Part):
    """How much of the storm a station gets, and how much later."""

    factor: float = Field(default=1.0, ge=0, le=5)
    delay: Duration = Field(default=timedelta(0), ge=timedelta(0))


class Response(_Part):
    """How water stands on segments; see `storm.Ponding`."""

    drain_mm_per_h: float = Field(ge=0)
    depth_cm_per_mm: float = Field(ge=0)
    lag_min: float = Field(gt=0)


class Weather(_Part):
    """What changes with the rain: from before the storm to its height."""

    air_temperature: tuple[float, float]
    humidity: tuple[float, float]
    wind_speed: tuple[float, float]


class Silence(_Part):
    """A device that falls silent for a while; its last will says so."""

    device: str
    start: Duration
    length: Duration = Field(gt=timedelta(0))


class ScenarioFile(_Part):
    """What a scenario file says."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: Title
    source: str = Field(min_length=1)
    speed: float = Field(ge=1, le=600)
    rain: Hyetograph
    drain: Duration = Field(ge=timedelta(0))
    stations: dict[str, StationShare]
    ponding: dict[SegmentKind, Response]
    segments: dict[str, Response] = {}
    weather: Weather
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario worked out for a site, minute by minute.

    Attributes:
        minutes: Length with the dry tail; then it begins again.
        rain: mm of each minute by station id.
        depth: cm at the end of each minute by segment id.
        rain_on: mm of each minute by segment id.
    """

    file: ScenarioFile
    minutes: int
    rain: dict[str, list[float]]
    rain_on: dict[str, list[float]]
    depth: dict[str, list[float]]

    @property
    def title(self) -> Title:
        """Its name."""
        return self.file.title

    @property
    def speed(self) -> float:
        """How many times as fast as life it plays by default."""
        return self.file.speed

    def is_silent(self, device: str, minute: float) -> bool:
        """Whether a device is silent on purpose."""
        at = minute * MINUTE
        return any(
            s.device == device and s.start <= at < s.start + s.length for s in self.file.silences
        )

    def weather(self, station: str, minute: int) -> dict[str, float]:
        """What else a station reports: it follows the rain of the last half hour."""
        recent = sum(self.rain[station][max(0, minute - 30) : minute + 1])
        force = 1 - math.exp(-recent / 12)
        sway = math.sin(minute / 7 + len(station)) * 0.15 + math.sin(minute / 2.3) * 0.08
        values = {
            name: low + (high - low) * force
            for name, (low, high) in self.file.weather.model_dump().items()
        }
        values["wind_speed"] *= 1 + sway
        values["wind_gust"] = 1.55 * values["wind_speed"] * (1 + abs(sway))
        return values


def find_scenario(name: str, config: Path, site: Site) -> Scenario:
    """A scenario of the configuration by its name, or one in a file that ends in .yaml.

    Raises:
        ScenarioError: With every problem, by path in the file.
    """
    file = Path(name) if name.endswith(".yaml") else config / "scenarios" / f"{name}.yaml"
    return load_scenario(file, site)


def load_scenario(file: Path, site: Site) -> Scenario:
    """The scenario of a file, worked out for a site.

    Raises:
        ScenarioError: With every problem, by path in the file.
    """
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        described = ScenarioFile.model_validate(content)
    except OSError as error:
        raise ScenarioError(file, [f"the file cannot be read: {error.strerror}"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(file, [f"expected YAML in UTF-8: {error}"]) from error
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        ]
        raise ScenarioError(file, problems) from error
    problems = _problems(described, site)
    if problems:
        raise ScenarioError(file, problems)
    return _worked_out(described, site)


def _problems(described: ScenarioFile, site: Site) -> list[str]:
    """What does not fit the site."""
    stations = {d.id for d in site.devices if d.kind is DeviceKind.STATION}
    found = [
        f"stations.{name}: there is no station {name!r}"
        for name in described.stations
        if name not in stations
    ]
    found += [
        f"stations: {name!r} is missing" for name in sorted(stations - described.stations.keys())
    ]
    found += [
        f"segments.{name}: there is no segment {name!r}"
        for name in described.segments
        if name not in site.segment
    ]
    kinds = {s.kind for s in site.segments} - described.ponding.keys()
    found += [f"ponding: {kind.value!r} is missing" for kind in sorted(kinds)]
    found += [
        f"silences[{n}].device: there is no device {s.device!r}"
        for n, s in enumerate(described.silences)
        if s.device not in site.device
    ]
    return found


def _worked_out(described: ScenarioFile, site: Site) -> Scenario:
    rain = described.rain
    minutes = int((rain.duration + described.drain) / MINUTE)
    storm = Chicago(
        rain.total_mm, int(rain.duration / MINUTE), rain.peak_ratio, rain.n, rain.b_min
    ).by_minute()
    by_station = {
        name: delayed(storm, int(share.delay / MINUTE), share.factor, minutes)
        for name, share in described.stations.items()
    }
    station_of = {
        segment: device.id
        for device in site.devices
        if device.kind is DeviceKind.STATION
        for segment in device.segments
    }
    rain_on = {s.id: by_station[station_of[s.id]] for s in site.segments if s.id in station_of}
    depth = {
        name: Ponding(**_response(described, site, name).model_dump()).depths(column)
        for name, column in rain_on.items()
    }
    return Scenario(described, minutes, by_station, rain_on, depth)


def _response(described: ScenarioFile, site: Site, segment: str) -> Response:
    return described.segments.get(segment) or described.ponding[site.segment[segment].kind]
