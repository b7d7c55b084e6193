"""Reading the configuration: all files, checked as one, with every error at once.

The models of `monitoring/domain` check single entries; here the files are read and what
refers to what is checked, on the entries as written, so that one fault never hides another.
Nothing starts on a broken configuration.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ValidationError

from monitoring.documents import parse
from monitoring.domain.plans import Plan
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.signals import Signals
from monitoring.domain.site import Depot, Device, Header, Rotation, Segment, Site
from monitoring.domain.walls import Walls
from monitoring.faults import (
    ConfigurationError,
    Problem,
    faults,
    format_problems,
    suggestion,
    unreadable,
)

__all__ = ["ConfigurationError", "Problem", "format_problems", "load", "load_base_map"]

SITE: Final = "site.yaml"
SEGMENTS: Final = "segments.geojson"
DEVICES: Final = "devices.yaml"
GROUPS: Final = "groups.yaml"
DEPOT: Final = "depot.yaml"
WALL: Final = "wall.yaml"
SIGNALS: Final = "signals.yaml"
PLANS: Final = "plans"
BASE_MAP: Final = "base.geojson"

M = TypeVar("M", bound=BaseModel)
Entries = dict[str, Any]  # what was written, by its path


def load(folder: Path) -> Site:
    """The site that the files of a folder describe.

    Raises:
        ConfigurationError: With every problem of every file.
    """
    reader = _Reader(folder)
    header, groups, depot, wall = map(reader.mapping, (SITE, GROUPS, DEPOT, WALL))
    signals = reader.mapping(SIGNALS)
    segments, devices, plans = reader.segments(), reader.devices(), reader.plans()
    reader.features(BASE_MAP)
    _check_names(reader, header, groups, depot, wall)
    _check_segments(reader, header, segments)
    _check_devices(reader, devices)
    _check_signals(reader, SIGNALS, "quantities", (signals or {}).get("quantities"), QUANTITIES)
    reader.unique([(file, "id", plan.get("id")) for file, plan in plans.items()])
    checked_header = reader.model(SITE, "", header, Header)
    rotation = reader.model(GROUPS, "", groups, Rotation)
    stock = reader.model(DEPOT, "", depot, Depot)
    walls = reader.model(WALL, "", wall, Walls)
    plausible = reader.model(SIGNALS, "", signals, Signals)
    checked_segments = [reader.model(SEGMENTS, p, e, Segment) for p, e in segments.items()]
    checked_devices = [reader.model(DEVICES, p, e, Device) for p, e in devices.items()]
    checked_plans = [reader.model(file, "", plan, Plan) for file, plan in plans.items()]
    if reader.problems or not (checked_header and rotation and stock and walls and plausible):
        raise ConfigurationError(reader.problems)
    return Site(
        **dict(checked_header),
        segments=tuple(filter(None, checked_segments)),
        devices=tuple(filter(None, checked_devices)),
        plans=tuple(filter(None, checked_plans)),
        rotation=rotation,
        depot=stock,
        walls=walls,
        signals=plausible,
    )


def load_base_map(folder: Path) -> dict[str, Any]:
    """The schematic map that lies under the segments, as GeoJSON.

    Raises:
        ConfigurationError: It is missing or no FeatureCollection.
    """
    reader = _Reader(folder)
    content = reader.features(BASE_MAP)
    if content is None:
        raise ConfigurationError(reader.problems)
    return content


class _Reader:
    """Reads files and remembers what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        # Ids as written, so that a faulty segment does not make its devices look faulty too.
        self.segment_ids: set[str] = set()
        self._written: dict[str, str] = {}  # paths in the files, by those that models see

    def tell(self, file: str, path: str, message: str) -> None:
        """Remember a problem."""
        for seen, written in self._written.items():
            if path.startswith(seen):
                path = written + path.removeprefix(seen)
        self.problems.append(Problem(file, path, message))

    def mapping(self, file: str) -> dict[str, Any] | None:
        """The content of a YAML or JSON file; None where it can't be read."""
        try:
            content = parse(file, (self.folder / file).read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            self.tell(file, "", unreadable(error))
            return None
        if isinstance(content, dict):
            return content
        self.tell(file, "", "expected a mapping of keys to values")
        return None

    def model(self, file: str, path: str, content: object, model: type[M]) -> M | None:
        """One entry, checked; None where it is wrong or its file was, which is told then."""
        if content is None and not path:
            return None
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault_path, message in faults(error, model, content, path):
                self.tell(file, fault_path, message)
        return None

    def features(self, file: str) -> dict[str, Any] | None:
        """A GeoJSON FeatureCollection; None where it is none."""
        content = self.mapping(file)
        if content is None:
            return None
        match content:
            case {"type": "FeatureCollection", "features": [_, *_]}:
                return content
        self.tell(file, "features", "expected a GeoJSON FeatureCollection of at least one feature")
        return None

    def segments(self) -> Entries:
        """The segments, from GeoJSON features; empty where the file can't be read."""
        content = self.features(SEGMENTS)
        if content is None:
            return {}
        properties_of = (feature.get("properties") for _, feature in _mappings(content, "features"))
        self.segment_ids = {str(p.get("id")) for p in properties_of if isinstance(p, dict)}
        entries: Entries = {}
        for path, feature in _listed(content, "features").items():
            match feature:
                case {
                    "properties": dict(properties),
                    "geometry": {"type": "LineString", "coordinates": [_, _, *_] as line},
                }:
                    entries[f"{path}.properties"] = {**properties, "line": line}
                    self._written[f"{path}.properties.line"] = f"{path}.geometry.coordinates"
                case {
                    "properties": dict(properties),
                    "geometry": {"type": "Point", "coordinates": list(point)},
                }:
                    entries[f"{path}.properties"] = {**properties, "line": [point]}
                    self._written[f"{path}.properties.line[0]"] = f"{path}.geometry.coordinates"
                case _:
                    message = "expected a Feature with properties and a LineString or a Point"
                    self.tell(SEGMENTS, path, message)
        return entries

    def devices(self) -> Entries:
        """The devices; empty where the file can't be read."""
        content = self.mapping(DEVICES)
        if content is None:
            return {}
        for key in content.keys() - {"devices"}:
            self.tell(DEVICES, str(key), f"unknown key {key!r}; expected devices")
        if not isinstance(content.get("devices"), list):
            self.tell(DEVICES, "devices", "expected a list of devices")
        return _listed(content, "devices")

    def plans(self) -> Entries:
        """The plans that can be read, by their files."""
        files = sorted(file for file in self.folder.glob(f"{PLANS}/**/*") if file.is_file())
        names = [file.relative_to(self.folder).as_posix() for file in files]
        for name in names:
            if not name.endswith(".yaml"):
                self.tell(name, "", "plans are files that end in .yaml; rename it or move it away")
        plans = {name: self.mapping(name) for name in names if name.endswith(".yaml")}
        if not plans:
            self.tell(f"{PLANS}/", "", "expected at least one plan, such as plans/rainstorm.yaml")
        return {name: plan for name, plan in plans.items() if plan is not None}

    def unique(self, names: Iterable[tuple[str, str, object]]) -> None:
        """Tell what stands twice; `names` are file, path and name."""
        first: dict[str, str] = {}
        for file, path, name in names:
            if name is not None and str(name) in first:
                self.tell(file, path, f"{name!r} stands at {first[str(name)]} already")
            first.setdefault(str(name), f"{path} of {file}")

    def known(self, file: str, path: str, name: object, known: Collection[str], what: str) -> None:
        """Tell a name that refers to nothing; what is no text is told by its model."""
        if isinstance(name, str) and name not in known:
            self.tell(file, path, f"there is no {what} {name!r}; {suggestion(name, known)}")


def _check_names(
    reader: _Reader, header: object, groups: object, depot: object, wall: object
) -> None:
    """The time zone, and that areas, groups, items and screens bear names of their own."""
    for file, content, key, name in (
        (SITE, header, "areas", "id"),
        (GROUPS, groups, "groups", "number"),
        (DEPOT, depot, "items", "id"),
        (WALL, wall, "screens", "id"),
    ):
        reader.unique([(file, f"{p}.{name}", e.get(name)) for p, e in _mappings(content, key)])
    zone = header.get("zone") if isinstance(header, dict) else None
    try:
        ZoneInfo(zone if isinstance(zone, str) else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.tell(SITE, "zone", f"{zone!r} is no time zone; expected such as Asia/Shanghai")


def _check_segments(reader: _Reader, header: object, segments: Entries) -> None:
    reader.unique([(SEGMENTS, f"{path}.id", s.get("id")) for path, s in segments.items()])
    areas = {str(area.get("id")) for _, area in _mappings(header, "areas")}
    for path, segment in segments.items() if areas else ():
        reader.known(SEGMENTS, f"{path}.area", segment.get("area"), areas, "maintenance area")


def _check_devices(reader: _Reader, devices: Entries) -> None:
    entries = [(path, device) for path, device in devices.items() if isinstance(device, dict)]
    reader.unique([(DEVICES, f"{path}.id", device.get("id")) for path, device in entries])
    for path, device in entries:
        places = {"segment": device.get("segment"), **_listed(device, "covers")}
        for key, name in places.items() if reader.segment_ids else ():
            reader.known(DEVICES, f"{path}.{key}", name, reader.segment_ids, "segment")
        for key, name in _listed(device, "quantities").items():
            reader.known(DEVICES, f"{path}.{key}", name, QUANTITIES, "quantity")
        own = [q for q in _listed(device, "quantities").values() if isinstance(q, str)]
        _check_signals(reader, DEVICES, f"{path}.signals", device.get("signals"), own)


def _check_signals(
    reader: _Reader, file: str, path: str, signals: object, known: Collection[str]
) -> None:
    """That rules stand for quantities that are known, and that these can have them."""
    for name, rules in signals.items() if isinstance(signals, dict) else ():
        at = f"{path}.{name}"
        reader.known(file, at, name, known, "quantity")
        if name in QUANTITIES and QUANTITIES[name].states and rules:
            reader.tell(file, at, f"{name} is told in words; rules of numbers don't apply to it")
        if isinstance(rules, dict) and "neighbours" in rules and name != "rainfall":
            message = f"only rainfall is compared between stations, not {name}"
            reader.tell(file, f"{at}.neighbours", message)


def _listed(content: object, key: str) -> Entries:
    """The entries of a list by their paths; none where there is no list."""
    entries = content.get(key) if isinstance(content, dict) else None
    return {f"{key}[{n}]": e for n, e in enumerate(entries if isinstance(entries, list) else ())}


def _mappings(content: object, key: str) -> list[tuple[str, dict[str, Any]]]:
    return [(path, e) for path, e in _listed(content, key).items() if isinstance(e, dict)]
