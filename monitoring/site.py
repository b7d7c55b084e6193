"""Reading the configuration: all files, checked as one, with every error at once.

The models of `monitoring/domain` check single entries; here the files are read and what
refers to what is checked. Nothing starts on a broken configuration.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ValidationError

from monitoring.domain.plans import Plan
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Depot, Device, Header, Rotation, Segment, Site
from monitoring.faults import path_of, wording

SITE: Final = "site.yaml"
SEGMENTS: Final = "segments.geojson"
DEVICES: Final = "devices.yaml"
GROUPS: Final = "groups.yaml"
DEPOT: Final = "depot.yaml"
PLANS: Final = "plans"
BASE_MAP: Final = "base.geojson"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error: the file, the path of keys in it, and what was expected there."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        """A line for people."""
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.message}"


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` says everything that must be mended."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(format_problems(self.problems))


def format_problems(problems: Sequence[Problem]) -> str:
    """All problems, a line each, with their number."""
    count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
    return "\n".join([*map(str, problems), f"The configuration has {count}; nothing was started."])


def load(folder: Path) -> Site:
    """The site that the files of a folder describe.

    Raises:
        ConfigurationError: With every problem of every file.
    """
    reader = _Reader(folder)
    header = reader.whole(SITE, Header)
    segments = reader.segments()
    devices = reader.devices()
    plans = reader.plans()
    rotation = reader.whole(GROUPS, Rotation)
    depot = reader.whole(DEPOT, Depot)
    reader.unique({path: segment.id for path, segment in segments.items()}, SEGMENTS)
    reader.unique({path: device.id for path, device in devices.items()}, DEVICES)
    reader.unique_plans(plans)
    if depot:
        reader.unique({f"items[{n}]": i.id for n, i in enumerate(depot.items)}, DEPOT)
    if header:
        reader.unique({f"areas[{n}]": a.id for n, a in enumerate(header.areas)}, SITE)
        _check_header(reader, header, segments)
    _check_devices(reader, devices)
    if reader.problems or header is None or rotation is None or depot is None:
        raise ConfigurationError(reader.problems)
    return Site(
        **dict(header),
        segments=tuple(segments.values()),
        devices=tuple(devices.values()),
        plans=tuple(plans.values()),
        rotation=rotation,
        depot=depot,
    )


def load_base_map(folder: Path) -> dict[str, Any]:
    """The schematic map that lies under the segments, as GeoJSON.

    Raises:
        ConfigurationError: It is missing or no FeatureCollection.
    """
    reader = _Reader(folder)
    content = reader.mapping(BASE_MAP)
    if content is not None and content.get("type") != "FeatureCollection":
        reader.tell(BASE_MAP, "type", "expected FeatureCollection")
    if reader.problems or content is None:
        raise ConfigurationError(reader.problems)
    return content


class _Reader:
    """Reads files and remembers what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        # Ids as written, so that a faulty segment does not make its devices look faulty too.
        self.segment_ids: set[str] = set()

    def tell(self, file: str, path: str, message: str) -> None:
        """Remember a problem."""
        self.problems.append(Problem(file, path, message))

    def mapping(self, file: str) -> dict[str, Any] | None:
        """The content of a YAML or JSON file; None where it can't be read."""
        try:
            text = (self.folder / file).read_text(encoding="utf-8")
            content = _parse(file, text)
        except OSError as error:
            self.tell(file, "", f"the file cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.tell(file, "", f"expected UTF-8 text; byte {error.start} is none")
        except json.JSONDecodeError as error:
            self.tell(file, "", f"line {error.lineno}: {error.msg}; expected JSON")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = f"line {mark.line + 1}: " if mark else ""
            self.tell(file, "", f"{line}{error.problem}; expected YAML")
        else:
            if isinstance(content, dict):
                return content
            self.tell(file, "", "expected a mapping of keys to values")
        return None

    def model(self, file: str, path: str, content: object, model: type[M]) -> M | None:
        """One entry, checked; None where it is wrong, which has been told then."""
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault in error.errors():
                self.tell(file, path_of(fault, content, path), wording(fault, model))
        return None

    def whole(self, file: str, model: type[M]) -> M | None:
        """A file that is one entry."""
        content = self.mapping(file)
        return None if content is None else self.model(file, "", content, model)

    def devices(self) -> dict[str, Device]:
        """The devices by their paths."""
        content = self.mapping(DEVICES) or {"devices": []}
        for key in content.keys() - {"devices"}:
            self.tell(DEVICES, str(key), "unknown key; expected devices")
        entries = content.get("devices")
        if not isinstance(entries, list):
            self.tell(DEVICES, "devices", "expected a list of devices")
            return {}
        paths = {f"devices[{n}]": entry for n, entry in enumerate(entries)}
        return self._checked(DEVICES, paths, Device)

    def segments(self) -> dict[str, Segment]:
        """The segments by their paths, from GeoJSON features."""
        content = self.mapping(SEGMENTS)
        if content is None:
            return {}
        features = content.get("features")
        if content.get("type") != "FeatureCollection" or not isinstance(features, list):
            self.tell(SEGMENTS, "", "expected a GeoJSON FeatureCollection with features")
            return {}
        if not features:
            self.tell(SEGMENTS, "features", "expected at least one segment")
        entries: dict[str, dict[str, Any]] = {}
        for n, feature in enumerate(features):
            match feature:
                case {
                    "properties": dict(properties),
                    "geometry": {"type": "LineString", "coordinates": list(line)},
                }:
                    entries[f"features[{n}].properties"] = {**properties, "line": line}
                case {
                    "properties": dict(properties),
                    "geometry": {"type": "Point", "coordinates": list(point)},
                }:
                    entries[f"features[{n}].properties"] = {**properties, "line": [point]}
                case _:
                    message = "expected a Feature with properties and a LineString or a Point"
                    self.tell(SEGMENTS, f"features[{n}]", message)
        self.segment_ids = {str(entry.get("id")) for entry in entries.values()}
        return self._checked(SEGMENTS, entries, Segment)

    def plans(self) -> dict[str, Plan]:
        """The plans by their files."""
        files = sorted(self.folder.glob(f"{PLANS}/**/*.yaml"))
        if not files:
            self.tell(f"{PLANS}/", "", "expected at least one plan, such as plans/rainstorm.yaml")
        names = [file.relative_to(self.folder).as_posix() for file in files]
        checked = {name: self.whole(name, Plan) for name in names}
        return {name: plan for name, plan in checked.items() if plan is not None}

    def unique(self, ids: dict[str, str], file: str) -> None:
        """Tell ids that stand twice; `ids` by path."""
        first: dict[str, str] = {}
        for path, name in ids.items():
            if name in first:
                self.tell(file, f"{path}.id", f"{name!r} is the id of {first[name]} already")
            first.setdefault(name, path)

    def unique_plans(self, plans: dict[str, Plan]) -> None:
        """Tell plans of the same id, in whatever files."""
        first: dict[str, str] = {}
        for file, plan in plans.items():
            if plan.id in first:
                self.tell(file, "id", f"{plan.id!r} is the id of the plan in {first[plan.id]}")
            first.setdefault(plan.id, file)

    def known(self, place: tuple[str, str], name: str, among: Iterable[str], what: str) -> None:
        """Tell a name that refers to nothing."""
        choices = sorted(among)
        if name not in choices:
            near = get_close_matches(name, choices, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(choices)}"
            self.tell(*place, f"there is no {what} {name!r}; {hint}")

    def _checked(self, file: str, entries: dict[str, Any], model: type[M]) -> dict[str, M]:
        checked = {path: self.model(file, path, e, model) for path, e in entries.items()}
        return {path: entry for path, entry in checked.items() if entry is not None}


def _check_header(reader: _Reader, header: Header, segments: dict[str, Segment]) -> None:
    try:
        ZoneInfo(header.zone)
    except (ZoneInfoNotFoundError, ValueError):
        reader.tell(SITE, "zone", f"{header.zone!r} is no time zone; expected e.g. Asia/Shanghai")
    areas = {area.id for area in header.areas}
    for path, segment in segments.items():
        reader.known((SEGMENTS, f"{path}.area"), segment.area, areas, "maintenance area")


def _check_devices(reader: _Reader, devices: dict[str, Device]) -> None:
    for path, device in devices.items():
        reader.known((DEVICES, f"{path}.segment"), device.segment, reader.segment_ids, "segment")
        for n, name in enumerate(device.covers):
            reader.known((DEVICES, f"{path}.covers[{n}]"), name, reader.segment_ids, "segment")
        for n, name in enumerate(device.quantities):
            reader.known((DEVICES, f"{path}.quantities[{n}]"), name, QUANTITIES, "quantity")


class _UniqueKeys(yaml.CSafeLoader):
    """YAML in which a key may stand only once; else the second of two limits wins unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the base class's signature
        for key, times in Counter(str(key.value) for key, _ in node.value).items():
            if times > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands {times} times", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep)


def _parse(file: str, text: str) -> object:
    if file.endswith("json"):
        return json.loads(text)
    return yaml.load(text, _UniqueKeys)  # noqa: S506 - it is a safe loader
