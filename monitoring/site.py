"""Reading the configuration: all files, checked as one, with every error at once.

The models of `monitoring/domain` check single entries; here the files are read and what
refers to what is checked, on the entries as written, so that one fault never hides another.
Nothing starts on a broken configuration.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ValidationError

from monitoring.documents import parse
from monitoring.domain.brokers import NATIVE, Broker
from monitoring.domain.plans import Plan
from monitoring.domain.quantities import QUANTITIES
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
BROKERS: Final = "brokers.yaml"  # the only one that may be absent
PROFILES: Final = "profiles"
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
    segments, plans = reader.segments(), reader.plans()
    devices = reader.listing(DEVICES, "devices")
    brokers = reader.listing(BROKERS, "brokers") if (folder / BROKERS).exists() else {}
    reader.features(BASE_MAP)
    _check_names(reader, header, groups, depot, wall)
    _check_segments(reader, header, segments)
    _check_devices(reader, devices)
    _check_brokers(reader, brokers)
    reader.unique([(file, "id", plan.get("id")) for file, plan in plans.items()])
    checked_header = reader.model(SITE, "", header, Header)
    rotation = reader.model(GROUPS, "", groups, Rotation)
    stock = reader.model(DEPOT, "", depot, Depot)
    walls = reader.model(WALL, "", wall, Walls)
    checked_segments = [reader.model(SEGMENTS, p, e, Segment) for p, e in segments.items()]
    checked_devices = [reader.model(DEVICES, p, e, Device) for p, e in devices.items()]
    checked_brokers = [reader.model(BROKERS, p, e, Broker) for p, e in brokers.items()]
    checked_plans = [reader.model(file, "", plan, Plan) for file, plan in plans.items()]
    if reader.problems or not (checked_header and rotation and stock and walls):
        raise ConfigurationError(reader.problems)
    return Site(
        **dict(checked_header),
        segments=tuple(filter(None, checked_segments)),
        devices=tuple(filter(None, checked_devices)),
        plans=tuple(filter(None, checked_plans)),
        rotation=rotation,
        depot=stock,
        walls=walls,
        brokers=tuple(filter(None, checked_brokers)),
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

    def listing(self, file: str, key: str) -> Entries:
        """The entries of a file that is one list; empty where it can't be read."""
        content = self.mapping(file)
        if content is None:
            return {}
        for other in content.keys() - {key}:
            self.tell(file, str(other), f"unknown key {other!r}; expected {key}")
        if not isinstance(content.get(key), list):
            self.tell(file, key, f"expected a list of {key}")
        return _listed(content, key)

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


def _check_brokers(reader: _Reader, brokers: Entries) -> None:
    """Names, and that the files and variables are there; paths begin in the configuration."""
    entries = [(path, broker) for path, broker in brokers.items() if isinstance(broker, dict)]
    reader.unique([(BROKERS, f"{path}.id", broker.get("id")) for path, broker in entries])
    known = {NATIVE, *(file.stem for file in reader.folder.glob(f"{PROFILES}/*.yaml"))}
    sessions: dict[object, str] = {}
    for path, broker in entries:
        for key in ("ca", "cert", "key", "password_file"):
            if isinstance(broker.get(key), str):
                broker[key] = str(_readable(reader, f"{path}.{key}", broker[key]))
        name = broker.get("password_env")
        if isinstance(name, str) and not os.environ.get(name):
            message = f"the environment has no {name}; expected the password there"
            reader.tell(BROKERS, f"{path}.password_env", message)
        for key, read in _listed(broker, "reads").items():
            reader.known(BROKERS, f"{path}.{key}", read, known, "profile")
        session = (str(broker.get("url")).rsplit("@", 1)[-1], broker.get("client_id"))
        if session in sessions:
            message = f"{sessions[session]} has the same url and client_id; give each its own"
            reader.tell(BROKERS, f"{path}.client_id", message)
        sessions.setdefault(session, path)


def _readable(reader: _Reader, path: str, name: str) -> Path:
    """A file that the configuration names, seen from its folder; told where it can't be read."""
    file = reader.folder / name
    try:
        if not file.read_bytes():
            reader.tell(BROKERS, path, f"{file} is empty")
    except OSError as error:
        reader.tell(BROKERS, path, f"{file} cannot be read: {error.strerror}; expected a file")
    return file


def _listed(content: object, key: str) -> Entries:
    """The entries of a list by their paths; none where there is no list."""
    entries = content.get(key) if isinstance(content, dict) else None
    return {f"{key}[{n}]": e for n, e in enumerate(entries if isinstance(entries, list) else ())}


def _mappings(content: object, key: str) -> list[tuple[str, dict[str, Any]]]:
    return [(path, e) for path, e in _listed(content, key).items() if isinstance(e, dict)]
