"""Reading the configuration: all files, checked as one, with every error at once.

The models of `monitoring/domain` check single entries; here the files are read and what
refers to what is checked, on the entries as written, so that one fault never hides another.
Nothing starts on a broken configuration.
"""

import os
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitoring.domain.basemaps import BaseMaps
from monitoring.domain.plans import Plan
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Depot, Device, DeviceKind, Header, Rotation, Segment, Site, Team
from monitoring.domain.walls import Walls
from monitoring.faults import ConfigurationError, Problem, format_problems, unreadable
from monitoring.reader import SEGMENTS, Entries, Reader, listed, mappings

__all__ = [
    "ConfigurationError",
    "Problem",
    "format_problems",
    "load",
    "load_base_map",
    "references",
]

SITE: Final = "site.yaml"
DEVICES: Final = "devices.yaml"
GROUPS: Final = "groups.yaml"
DEPOT: Final = "depot.yaml"
WALL: Final = "wall.yaml"
TEAMS: Final = "teams.yaml"
MAP: Final = "map.yaml"
BASE_MAP: Final = "base.geojson"
REFERENCES: Final = "references"
_JPEG: Final = b"\xff\xd8\xff"


def load(folder: Path) -> Site:
    """The site that the files of a folder describe.

    Raises:
        ConfigurationError: With every problem of every file.
    """
    reader = Reader(folder)
    header, groups, depot, wall = map(reader.mapping, (SITE, GROUPS, DEPOT, WALL))
    segments, plans = reader.segments(), reader.plans()
    devices, teams = reader.listing(DEVICES, "devices"), reader.listing(TEAMS, "teams")
    maps = reader.mapping(MAP) if (folder / MAP).exists() else {}
    reader.features(BASE_MAP)
    _check_names(reader, header, groups, depot, wall, maps)
    _check_areas(reader, header, segments, teams)
    _check_devices(reader, devices)
    _check_references(reader, devices)
    _find_keys(reader, maps)
    reader.unique([(file, "id", plan.get("id")) for file, plan in plans.items()])
    checked_header = reader.model(SITE, "", header, Header)
    rotation = reader.model(GROUPS, "", groups, Rotation)
    stock = reader.model(DEPOT, "", depot, Depot)
    walls = reader.model(WALL, "", wall, Walls)
    base_maps = reader.model(MAP, "", maps, BaseMaps)
    parts = {
        "segments": reader.models(SEGMENTS, segments, Segment),
        "devices": reader.models(DEVICES, devices, Device),
        "teams": reader.models(TEAMS, teams, Team),
        "plans": tuple(filter(None, (reader.model(f, "", p, Plan) for f, p in plans.items()))),
    }
    if reader.problems or not (checked_header and rotation and stock and walls and base_maps):
        raise ConfigurationError(reader.problems)
    return Site(
        **dict(checked_header), **parts, rotation=rotation, depot=stock, walls=walls, maps=base_maps
    )


def load_base_map(folder: Path) -> dict[str, Any]:
    """The schematic map that lies under the segments, as GeoJSON.

    Raises:
        ConfigurationError: It is missing or no FeatureCollection.
    """
    reader = Reader(folder)
    content = reader.features(BASE_MAP)
    if content is None:
        raise ConfigurationError(reader.problems)
    return content


def references(folder: Path) -> dict[str, Path]:
    """Pictures of the places when they are dry, by the camera whose view they show."""
    return {file.stem: file for file in sorted(folder.glob(f"{REFERENCES}/*.jpg"))}


def _check_names(
    reader: Reader, header: object, groups: object, depot: object, wall: object, maps: object
) -> None:
    """The time zone, and that areas, groups, items … bear names of their own."""
    for file, content, key, name in (
        (SITE, header, "areas", "id"),
        (GROUPS, groups, "groups", "number"),
        (DEPOT, depot, "items", "id"),
        (WALL, wall, "screens", "id"),
        (MAP, maps, "providers", "id"),
    ):
        reader.unique([(file, f"{p}.{name}", e.get(name)) for p, e in mappings(content, key)])
    zone = header.get("zone") if isinstance(header, dict) else None
    try:
        ZoneInfo(zone if isinstance(zone, str) else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.tell(SITE, "zone", f"{zone!r} is no time zone; expected such as Asia/Shanghai")


def _check_areas(reader: Reader, header: object, segments: Entries, teams: Entries) -> None:
    """Segments and teams bear names of their own and belong to areas that there are."""
    areas = {str(area.get("id")) for _, area in mappings(header, "areas")}
    for file, entries in ((SEGMENTS, segments), (TEAMS, teams)):
        known = [(path, entry) for path, entry in entries.items() if isinstance(entry, dict)]
        reader.unique([(file, f"{path}.id", entry.get("id")) for path, entry in known])
        for path, entry in known if areas else ():
            for key, name in {"area": entry.get("area"), **listed(entry, "areas")}.items():
                reader.known(file, f"{path}.{key}", name, areas, "maintenance area")


def _find_keys(reader: Reader, maps: object) -> None:
    """Put in the place of `key: {env: NAME}` what the environment holds under that name."""
    for path, provider in mappings(maps, "providers"):
        key = provider.get("key")
        if not isinstance(key, dict):
            continue
        match key:
            case {"env": str(name), **others} if not others:
                provider["key"] = os.environ.get(name) or name
                if not os.environ.get(name):
                    message = f"the environment has no {name}; expected the provider's key there"
                    reader.tell(MAP, f"{path}.key.env", message)
            case _:
                provider["key"] = "unknown"
                message = "expected the key itself, or env: and the name of a variable"
                reader.tell(MAP, f"{path}.key", message)


def _check_devices(reader: Reader, devices: Entries) -> None:
    entries = [(path, device) for path, device in devices.items() if isinstance(device, dict)]
    reader.unique([(DEVICES, f"{path}.id", device.get("id")) for path, device in entries])
    for path, device in entries:
        places = {"segment": device.get("segment"), **listed(device, "covers")}
        for key, name in places.items() if reader.segment_ids else ():
            reader.known(DEVICES, f"{path}.{key}", name, reader.segment_ids, "segment")
        for key, name in listed(device, "quantities").items():
            reader.known(DEVICES, f"{path}.{key}", name, QUANTITIES, "quantity")


def _check_references(reader: Reader, devices: Entries) -> None:
    """Each picture is a JPEG, and named after a camera."""
    entries = [d for d in devices.values() if isinstance(d, dict)]
    cameras = {str(d.get("id")) for d in entries if d.get("kind") == DeviceKind.CAMERA.value}
    for path in sorted(reader.folder.glob(f"{REFERENCES}/[!.]*")):
        file = f"{REFERENCES}/{path.name}"
        if path.suffix != ".jpg":
            reader.tell(file, "", "expected a JPEG named <camera id>.jpg")
            continue
        reader.known(file, "", path.stem, cameras, "camera")
        try:
            if not path.read_bytes().startswith(_JPEG):
                reader.tell(file, "", "it is no JPEG; save the picture as one")
        except OSError as error:
            reader.tell(file, "", unreadable(error))
