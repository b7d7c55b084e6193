"""Reading configuration files: what they say, and everything that is wrong with them."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from monitoring.documents import parse
from monitoring.faults import Problem, faults, suggestion, unreadable

SEGMENTS: Final = "segments.geojson"
PLANS: Final = "plans"

M = TypeVar("M", bound=BaseModel)
Entries = dict[str, Any]  # what was written, by its path


class Reader:
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

    def models(self, file: str, entries: Entries, model: type[M]) -> tuple[M, ...]:
        """Those of many entries that are right; what is wrong is told."""
        checked = (self.model(file, path, entry, model) for path, entry in entries.items())
        return tuple(filter(None, checked))

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
        properties_of = (feature.get("properties") for _, feature in mappings(content, "features"))
        self.segment_ids = {str(p.get("id")) for p in properties_of if isinstance(p, dict)}
        entries: Entries = {}
        for path, feature in listed(content, "features").items():
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
        return listed(content, key)

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


def listed(content: object, key: str) -> Entries:
    """The entries of a list by their paths; none where there is no list."""
    entries = content.get(key) if isinstance(content, dict) else None
    return {f"{key}[{n}]": e for n, e in enumerate(entries if isinstance(entries, list) else ())}


def mappings(content: object, key: str) -> list[tuple[str, dict[str, Any]]]:
    """Those entries of a list that are mappings, with their paths."""
    return [(path, e) for path, e in listed(content, key).items() if isinstance(e, dict)]
