"""A made-up city of 1,000 segments with a gauge each, and 200 cameras, on our own streets' grid."""

import json
from pathlib import Path
from shutil import copytree

from tests.e2e.served import ROOT

SEGMENTS = 1000
CAMERAS = 200
_COLUMNS = 40


def gauge(number: int) -> str:
    """The gauge of a segment."""
    return f"wg-s{number}"


def write_city(folder: Path) -> Path:
    """A whole configuration; where it is."""
    config = Path(copytree(ROOT / "config", folder / "config"))
    features = [_segment(n) for n in range(SEGMENTS)]
    _write(config / "segments.geojson", {"type": "FeatureCollection", "features": features})
    gauges = [_device(gauge(n), "gauge", n, "30s", ["water_depth"]) for n in range(SEGMENTS)]
    cameras = [
        _device(f"cam-s{n}", "camera", n * SEGMENTS // CAMERAS, "5min", []) for n in range(CAMERAS)
    ]
    _write(config / "devices.yaml", {"devices": gauges + cameras})
    _write(config / "signals.yaml", {"quantities": {}})  # its water leaps, so that walls have work
    return config


def _segment(n: int) -> dict[str, object]:
    west = 119.40 + 0.005 * (n % _COLUMNS)
    south = 35.36 + 0.005 * (n // _COLUMNS)
    return {
        "type": "Feature",
        "properties": {
            "id": f"s{n}", "name": {"zh": f"第{n}号路段", "en": f"Segment {n}"}, "kind": "road",
            "area": "laocheng", "closure_depth_cm": 27, "grade": "B",
        },
        "geometry": {"type": "LineString", "coordinates": [[west, south], [west + 0.004, south]]},
    }  # fmt: skip


def _device(name: str, kind: str, segment: int, cadence: str, quantities: list[str]) -> object:
    return {
        "id": name, "kind": kind, "name": {"zh": name, "en": name}, "segment": f"s{segment}",
        "cadence": cadence, "quantities": quantities,
    }  # fmt: skip


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
