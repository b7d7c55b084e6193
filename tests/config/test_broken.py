"""Broken configurations: every error is told, with its file, its path and what was expected."""

from pathlib import Path

import pytest

from monitoring.site import (
    ConfigurationError,
    Problem,
    format_problems,
    load,
    load_base_map,
    references,
)
from tests.config.folders import (
    CRITERIA,
    DEPOT,
    DEVICES,
    GROUPS,
    RAINSTORM,
    SEGMENTS,
    SITE,
    TEAMS,
    changed,
    problems,
)

# File, what stands there, what shall stand there; path of the error, part of its message.
BREAKAGES = [
    (SITE, "id: donggang", "id: 东港", "id", "pattern"),
    (SITE, "zone: Asia/Shanghai", "zone: Asia/Beijing", "zone", "expected"),
    (SITE, "lateness: 6h", "lateness: six hours", "lateness", "write 90s, 15min, 3h or 2d"),
    (SITE, "lateness:", "latenes:", "latenes", "did you mean 'lateness'?"),
    (SITE, "id: xincheng", "id: laocheng", "areas[1].id", "already"),
    (SITE, "zone: Asia/Shanghai", "zone: [", "", "line 10"),
    (SITE, "zone:", "mqtt_root: a\nzone:", "", "'mqtt_root'"),
    (SITE, "mqtt_root: donggang", "mqtt_root: a/b", "mqtt_root", "pattern"),
    (SITE, "mqtt_root: donggang\n", "", "mqtt_root", "missing"),
    (SITE, "warned_as: [东港,", "warned_as: [东,", "warned_as[0]", "at least 2 characters"),
    (
        SEGMENTS,
        '"kind": "road"',
        '"kind": "raod"',
        "features[0].properties.kind",
        "'road', 'underpass', 'bridge' or 'square'",
    ),
    (
        SEGMENTS,
        '"area": "laocheng"',
        '"area": "laochen"',
        "features[0].properties.area",
        "did you mean 'laocheng'?",
    ),
    (
        SEGMENTS,
        '"closure_depth_cm": 27',
        '"closure_depth_cm": 0',
        "features[0].properties.closure_depth_cm",
        "greater than 0",
    ),
    (
        SEGMENTS,
        '"id": "shandonglu-zhaoyang-linyi"',
        '"id": "shandonglu-rizhao-zhaoyang"',
        "features[1].properties.id",
        "already",
    ),
    (
        SEGMENTS,
        '"pumps": [{"name"',
        '"pumps": [{"rated_m3_per_h": 0, "name"',
        "features[12].properties.card.pumps[0].rated_m3_per_h",
        "greater than 0",
    ),
    (
        SEGMENTS,
        '"card": {"warden"',
        '"card": {"phone": "13800138000", "wardn"',
        "features[12].properties.card.wardn",
        "did you mean 'warden'?",
    ),
    (
        SEGMENTS,
        '"grade": "A"',
        '"grade": "A", "card": {"phone": "13800138000"}',
        "features[0].properties.card",
        "say whose number it is",
    ),
    (SEGMENTS, '"grade": "B"', '"grade": "C"', "features[9].properties.grade", "'A' or 'B'"),
    (SEGMENTS, '"LineString"', '"Polygon"', "features[0]", "a LineString or a Point"),
    (SEGMENTS, '"type": "FeatureCollection",', '"type": ;', "", "line 2"),
    (DEVICES, "cadence: 60s", "cadence: 0s", "devices[0].cadence", "greater than 0"),
    (DEVICES, "cadence: 60s", "cadense: 60s", "devices[0].cadense", "did you mean 'cadence'?"),
    (DEVICES, "kind: station", "kind: weather", "devices[0].kind", "'station'"),
    (
        DEVICES,
        "segment: shandonglu-rizhao-zhaoyang",
        "segment: shandonglu-rizhao-zhaoyan",
        "devices[0].segment",
        "did you mean 'shandonglu-rizhao-zhaoyang'?",
    ),
    (
        DEVICES,
        "covers: [haiqulu-rizhao-zhaoyang, ",
        "covers: [haiqulu, ",
        "devices[0].covers[0]",
        "there is no segment 'haiqulu'",
    ),
    (
        DEVICES,
        "quantities: [rainfall,",
        "quantities: [rain_fall,",
        "devices[0].quantities[0]",
        "did you mean 'rainfall'?",
    ),
    (DEVICES, "id: ws-tielu", "id: ws-laocheng", "devices[1].id", "already"),
    (DEVICES, "35.4345", "135.4345", "devices[0].position[1]", "less than or equal to 90"),
    (DEVICES, "devices:", "device:", "device", "expected devices"),
    (GROUPS, "first_on: 2026-01-01\n", "", "first_on", "missing"),
    (GROUPS, '"08:30"', "half past eight", "handover", "time"),
    (GROUPS, "number: 3", "number: 0", "groups[2].number", "greater than or equal to 1"),
    (GROUPS, "leader: {zh: 组长（待局填报）,", "leader: {", "groups[0].leader.zh", "missing"),
    (DEPOT, "id: xuechan", "id: longxishui", "items[1].id", "already"),
    (DEPOT, "minimum: 1", "minimum: -1", "items[0].minimum", "greater than or equal to 0"),
    (
        DEPOT,
        "[119.4865, 35.4340]",
        "[35.4340, 119.4865]",
        "position[1]",
        "less than or equal to 90",
    ),
    (DEPOT, "grade: C", "grade: D", "grade", "'A', 'B' or 'C'"),
    (TEAMS, "id: company-a", "id: bureau", "teams[1].id", "already"),
    (TEAMS, "kind: bureau", "kind: firm", "teams[0].kind", "'bureau' or 'company'"),
    (TEAMS, "areas: [laocheng]", "areas: [laochen]", "teams[1].areas[0]", "'laocheng'?"),
    (TEAMS, "areas: [laocheng]", "areas: []", "teams[1].areas", "at least 1"),
    (TEAMS, "    areas: [laocheng]\n", "", "teams[1].areas", "missing"),
    (TEAMS, "position: [119.4630, 35.4295]", "position: here", "teams[1].position", "tuple"),
    (TEAMS, "label:", "labl:", "teams[0].labl", "did you mean 'label'?"),
    (TEAMS, "teams:", "team:", "team", "expected teams"),
    (CRITERIA, "at_least: 50", "at_lest: 50", "levels.blue.when.at_lest", "'at_least'"),
    (CRITERIA, "window: 6h", "window: 6 hours", "levels.yellow.when.window", "no duration"),
    (CRITERIA, "sum", "mean", "levels.blue.when.aggregate", "'sum' or 'last'"),
    (CRITERIA, "rainfall", "rain", "levels.blue.when", "expected one of rainfall"),
    (CRITERIA, "id: criteria-rainstorm", "id: ponding-road", "id", "ponding-road"),
    (
        RAINSTORM,
        "count: {at_least: 2, of: segments}",
        "count: {at_least: 2, of: segment}",
        "levels.III.when.any[2].count.of",
        "'segments' or 'stations'",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "message"), BREAKAGES)
def test_one_error_is_told_with_its_file_and_path(
    file: str, old: str, new: str, path: str, message: str, tmp_path: Path
) -> None:
    found = problems(changed(tmp_path, (file, old, new)))
    assert [p for p in found if (p.file, p.path) == (file, path) and message in p.message], found


@pytest.mark.parametrize("file", [SITE, SEGMENTS, DEVICES, GROUPS, DEPOT, TEAMS])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / file).unlink()
    assert any(p.file == file and "cannot be read" in p.message for p in problems(folder))


@pytest.mark.parametrize("file", [SITE, SEGMENTS, DEVICES, GROUPS, DEPOT, CRITERIA])
def test_a_file_that_is_not_utf_8_is_named(file: str, tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / file).write_bytes("日照".encode("gb18030"))
    assert any(p.file == file and "UTF-8" in p.message for p in problems(folder))


@pytest.mark.parametrize("file", [SITE, SEGMENTS, DEVICES, GROUPS, DEPOT, CRITERIA])
def test_an_empty_file_is_named(file: str, tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / file).write_text("")
    assert any(p.file == file for p in problems(folder))


def test_a_depot_without_items_is_an_error(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    text = (folder / DEPOT).read_text(encoding="utf-8")
    (folder / DEPOT).write_text(text[: text.index("items:")] + "items: []\n", encoding="utf-8")
    assert [(p.file, p.path) for p in problems(folder)] == [(DEPOT, "items")]


def test_a_site_without_plans_is_an_error(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    for plan in folder.glob("plans/**/*.yaml"):
        plan.unlink()
    assert [p.file for p in problems(folder)] == ["plans/"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cam-underpass-chengdu-rizha.jpg", b"\xff\xd8\xff", "did you mean"),
        ("wg-underpass-chengdu-rizhao.jpg", b"\xff\xd8\xff", "there is no camera"),
        ("cam-underpass-chengdu-rizhao.jpg", b"\x89PNG", "it is no JPEG"),
        ("cam-underpass-chengdu-rizhao.png", b"\x89PNG", "expected a JPEG"),
    ],
)
def test_a_reference_that_no_camera_has_or_nobody_can_see_is_named(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    folder = changed(tmp_path)
    (folder / "references").mkdir()
    (folder / "references" / name).write_bytes(content)
    (problem,) = problems(folder)
    assert problem.file == f"references/{name}"
    assert message in problem.message


def test_a_reference_is_found_by_its_camera(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    assert references(folder) == {}
    file = folder / "references" / "cam-underpass-chengdu-rizhao.jpg"
    file.parent.mkdir()
    file.write_bytes(b"\xff\xd8\xff\xd9")
    assert load(folder)
    assert references(folder) == {"cam-underpass-chengdu-rizhao": file}


def test_a_segment_without_devices_is_none(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / DEVICES).write_text("devices: []\n")
    assert load(folder).devices == ()


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        (SITE, "lateness: 6h", "lateness: soon"),
        (SEGMENTS, '"area": "laocheng"', '"area": "laochen"'),
        (SEGMENTS, '"closure_depth_cm": 20', '"closure_depth_cm": 2000'),
        (DEVICES, "cadence: 60s", "cadence: often"),
        (DEVICES, "cadence: 5min", "cadence: seldom"),
        (GROUPS, '"08:30"', "morning"),
        (DEPOT, "opening: 2}", "opening: two}"),
        (CRITERIA, "window: 12h", "window: long"),
        (RAINSTORM, "at_least: 20}", "at_most: 20}"),
    )
    found = {(p.file, p.path) for p in problems(folder)}
    assert found >= {
        (SITE, "lateness"),
        (SEGMENTS, "features[12].properties.closure_depth_cm"),
        (DEVICES, "devices[0].cadence"),
        (DEVICES, "devices[22].cadence"),
        (GROUPS, "handover"),
        (DEPOT, "items[0].opening"),
        (CRITERIA, "levels.blue.when.window"),
        (RAINSTORM, "levels.IV.when.any[0].at_most"),
        (RAINSTORM, "levels.IV.when.any[0].at_least"),
    }


def test_a_base_map_that_is_none_is_an_error(tmp_path: Path) -> None:
    folder = changed(tmp_path, ("base.geojson", "FeatureCollection", "Feature"))
    with pytest.raises(ConfigurationError, match=r"base\.geojson"):
        load_base_map(folder)


def test_problems_read_as_one_line_each_and_are_counted() -> None:
    one = Problem("site.yaml", "zone", "it is missing")
    other = Problem("depot.yaml", "", "the file cannot be read")
    assert format_problems([other, one]).splitlines() == [
        "depot.yaml: the file cannot be read",
        "site.yaml: zone: it is missing",
        "The configuration has 2 errors; nothing was started.",
    ]
    assert "1 error;" in format_problems([one])
