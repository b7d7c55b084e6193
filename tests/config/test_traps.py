"""What YAML, JSON and lenient models would let through in silence, or crash on."""

from pathlib import Path

import pytest

from monitoring.site import load
from tests.config.folders import (
    CRITERIA,
    DEVICES,
    GROUPS,
    RAINSTORM,
    SEGMENTS,
    SITE,
    changed,
    problems,
)

TRAPS = [
    (SITE, "zone: Asia/Shanghai", "zone: Asia", "zone", "expected such as Asia/Shanghai"),
    (SITE, "id: donggang", 'id: "\x07"', "", "control characters"),
    (SITE, "lateness: 6h", "lateness: 0b_", "", "invalid"),
    (SITE, "zone:", "mqtt_root: a\nzone:", "", "line 8: the key 'mqtt_root' stands twice"),
    (GROUPS, "2026-01-01", "2026-13-45", "first_on", "month"),
    (GROUPS, '"08:30"', "25:30", "handover", "hour"),
    (GROUPS, "number: 2", "number: 1", "groups[1].number", "groups[0].number of groups.yaml"),
    (SEGMENTS, '"closure_depth_cm": 27', '"closure_depth_cm": NaN', "", "NaN is no number"),
    (SEGMENTS, '"kind"', '"kind": "square", "kind"', "", "the key 'kind' stands twice"),
    (
        SEGMENTS,
        "[119.4524, 35.43326]",
        "[35.43326, 119.4524]",
        "features[0].geometry.coordinates[0][1]",
        "less than or equal to 90",
    ),
    (
        SEGMENTS,
        "[119.4447, 35.4115]",
        "[119.4447]",
        "features[12].geometry.coordinates[1]",
        "missing",
    ),
    (CRITERIA, "at_least: 50", "at_least: .nan", "", "line 10: .nan is no number"),
    (CRITERIA, "at_least: 50", "at_least: much", "levels.blue.when.at_least", "valid number"),
    (CRITERIA, "at_least: 50", 'at_least: "nan"', "levels.blue.when.at_least", "finite"),
    (CRITERIA, "at_least: 50", "at_least: 0", "levels.blue.when", "could never end"),
    (CRITERIA, "window: 12h", "window: 12", "levels.blue.when.window", "12 has no unit"),
    (DEVICES, "cadence: 60s", "cadence: 60", "devices[0].cadence", "60 has no unit"),
    (RAINSTORM, "deadband: 3", "deadband: 10", "levels.IV.when.any[2].when", "could never end"),
    (GROUPS, '"08:30"', "830", "handover", 'write "08:30"'),
    (CRITERIA, "blue:", "purple:", "levels.purple", "is no level; expected one of IV, III"),
    (
        RAINSTORM,
        "at_least: 15, deadband: 3",
        "at_least: 15, deadband: -3",
        "levels.III.when.any[2].when.deadband",
        "greater than or equal to 0",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "message"), TRAPS)
def test_a_trap_is_told_and_nothing_else(
    file: str, old: str, new: str, path: str, message: str, tmp_path: Path
) -> None:
    found = problems(changed(tmp_path, (file, old, new)))
    assert {(p.file, p.path) for p in found} == {(file, path)}
    assert any(message in p.message for p in found), found


def test_a_time_without_quotes_is_a_time(tmp_path: Path) -> None:
    site = load(changed(tmp_path, (GROUPS, '"08:30"', "18:30")))
    assert f"{site.rotation.handover:%H:%M}" == "18:30"


def test_a_segments_file_that_cannot_be_read_hides_no_device_and_blames_none(
    tmp_path: Path,
) -> None:
    folder = changed(tmp_path, (SEGMENTS, "{", "{{"), (DEVICES, "cadence: 60s", "cadence: often"))
    assert [(p.file, p.path) for p in problems(folder)] == [
        (DEVICES, "devices[0].cadence"),
        (SEGMENTS, ""),
    ]


@pytest.mark.parametrize(
    "fault",
    [('"kind": "road"', '"kind": "raod"'), ('"LineString"', '"Polygon"')],
)
def test_a_faulty_segment_does_not_make_its_devices_faulty(
    fault: tuple[str, str], tmp_path: Path
) -> None:
    assert {p.file for p in problems(changed(tmp_path, (SEGMENTS, *fault)))} == {SEGMENTS}


def test_a_faulty_entry_hides_none_of_its_other_faults(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        (SITE, "lateness: 6h", "lateness: soon"),
        (SITE, "Asia/Shanghai", "Asia/Beijing"),
        (SEGMENTS, '"kind": "road", "area": "laocheng"', '"kind": "raod", "area": "nowhere"'),
        (DEVICES, "kind: station", "kind: weather"),
        (DEVICES, "segment: shandonglu-rizhao-zhaoyang", "segment: nowhere"),
        (DEVICES, "id: ws-tielu", "id: ws-laocheng"),
    )
    assert {(p.file, p.path) for p in problems(folder)} == {
        (SITE, "lateness"),
        (SITE, "zone"),
        (SEGMENTS, "features[0].properties.kind"),
        (SEGMENTS, "features[0].properties.area"),
        (DEVICES, "devices[0].kind"),
        (DEVICES, "devices[0].segment"),
        (DEVICES, "devices[1].id"),
    }


def test_a_plan_in_a_file_of_another_ending_is_not_passed_over(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / CRITERIA).rename((folder / CRITERIA).with_suffix(".yml"))
    assert [p.file for p in problems(folder)] == ["plans/criteria/rainstorm.yml"]


def test_a_broken_base_map_is_told_with_the_rest(tmp_path: Path) -> None:
    folder = changed(tmp_path, ("base.geojson", "FeatureCollection", "Feature"))
    assert [p.file for p in problems(folder)] == ["base.geojson"]


def test_problems_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    text = (folder / DEVICES).read_text(encoding="utf-8")
    (folder / DEVICES).write_text(text.replace("cadence: 5min", "cadence: 0s"), encoding="utf-8")
    paths = [p.path for p in problems(folder)]
    assert paths == [f"devices[{n}].cadence" for n in range(22, 35)]
