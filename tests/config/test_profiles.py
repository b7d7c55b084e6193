"""Broken device profiles and sources: every error with its file, its path and what was expected."""

from pathlib import Path

import pytest

from monitoring.faults import ConfigurationError, Problem, together
from monitoring.site import load
from sensors.profiles.load import load_profiles
from tests.config.folders import DEFAULT, DEVICES, SITE, changed

UDL = "profiles/milesight-em500-udl.yaml"
ECOWITT = "profiles/ecowitt.yaml"
FRIGATE = "profiles/frigate.yaml"
ZIGBEE = "profiles/zigbee2mqtt.yaml"

# File, what stands there, what shall stand there; path of the error, part of its message.
BREAKAGES = [
    (UDL, "unit: mm", "unit: mn", "messages[0].values[0].unit", "expected one of km, m, cm, mm"),
    (UDL, "unit: mm", "units: mm", "messages[0].values[0].units", "did you mean 'unit'?"),
    (UDL, "path: distance", "path: distance..x", "messages[0].values[0].path", "expected such"),
    (UDL, "quantity: water_depth", "quantity: depth", "messages[0].values[0].quantity", "rainfall"),
    (UDL, "mount_height_cm, ", "mount_height, ", "messages[0].values[0].below", "pattern"),
    (UDL, "zero_within: 5}", "zero_within: -5}", "messages[0].values[0].zero_within", "or equal"),
    (UDL, "format: rfc3339", "format: rfc", "messages[0].time.format", "unix_ms"),
    (UDL, "v3/+/devices/+/up", "v3/#/up", "messages[0].topics[1]", "# for all that follow"),
    (UDL, "{path: $.deviceInfo.devEui}", "{}", "messages[0].device[0]", "topic, path or join"),
    (UDL, "id: milesight", "id: Milesight", "id", "pattern"),
    (UDL, "id: milesight-em500-udl", "id: udl", "id", "as the file is named"),
    (UDL, "source: https", "sauce: https", "source", "missing"),
    (UDL, "messages:", "messages: [", "", "expected YAML"),
    (ECOWITT, "zone: UTC", "zone: Asia/Beijing", "messages[0].time.zone", "Asia/Shanghai"),
    (ECOWITT, ", zone: UTC", "", "messages[0].time", "add a zone"),
    (ECOWITT, "unit: in,", "unit: in/h,", "messages[0].values[0].unit", "expected one of"),
    (ECOWITT, "increment: true", "increment: {wrap: 0}",
     "messages[0].values[0].increment.wrap", "greater than 0"),
    (FRIGATE, "payload: jpeg", "payload: gif", "messages[0].payload", "jpeg"),
    (FRIGATE, "frame: $", "fame: $", "messages[0].fame", "did you mean 'frame'?"),
    (FRIGATE, "flooded: ponding", "flooded: flood", "messages[3].values[0].map", "'flood'"),
    (FRIGATE, "skip: [none", "scale: 2\n        skip: [none", "messages[3].values[0]", "a state"),
    (FRIGATE, "status: {online: online, offline: [offline, disabled]}", "status: {}",
     "messages[1].status", "expected words"),
    (ZIGBEE, "of: all", "of: some", "messages[2].status.of", "'below'"),
    (ZIGBEE, "of: all", "of: device", "messages[2]", "where the device's id stands"),
    (ZIGBEE, "map: {true: false, false: true}", "number: u17", "messages[0].values[4].number",
     "u16be"),
]  # fmt: skip
GAUGE = "  - id: wg-shandonglu-rizhao-zhaoyang\n    kind: gauge\n"
STATION = "  - id: ws-laocheng\n    kind: station\n"
CAMERA = "  - id: cam-underpass-chengdu-rizhao\n    kind: camera\n"


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        load_profiles(folder)
    return caught.value.problems


@pytest.mark.parametrize(("file", "old", "new", "path", "message"), BREAKAGES)
def test_one_error_is_told_with_its_file_and_path(
    file: str, old: str, new: str, path: str, message: str, tmp_path: Path
) -> None:
    found = problems(changed(tmp_path, (file, old, new)))
    assert [p for p in found if (p.file, p.path) == (file, path) and message in p.message], found


def with_sources(folder: Path, where: str, *sources: str) -> Path:
    listed = "".join(f"      - {source}\n" for source in sources)
    return changed(folder, (DEVICES, where, f"{where}    sources:\n{listed}"))


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ("{profile: ecowit, id: a}", "profile", "did you mean 'ecowitt'?"),
        ("{profile: milesight-em500-udl, id: a}", "mount_height_cm", "expected a number"),
        ("{profile: ecowitt, id: a, mount_height_cm: 4}", "mount_height_cm", "unknown key"),
        ("{profile: milesight-em500-udl, id: a, mount_heigth_cm: 4}", "mount_heigth_cm",
         "did you mean 'mount_height_cm'?"),
    ],
)  # fmt: skip
def test_a_source_that_does_not_fit_its_profile_is_told(
    source: str, path: str, message: str, tmp_path: Path
) -> None:
    found = problems(with_sources(tmp_path, GAUGE, source))
    numbers = [p for p in found if p.path.endswith(f".sources[0].{path}") and message in p.message]
    assert numbers, found
    assert numbers[0].file == DEVICES


def test_a_sources_id_is_text_so_that_its_zeros_stay(tmp_path: Path) -> None:
    folder = with_sources(tmp_path, GAUGE, "{profile: ecowitt, id: 0101010101010101}")
    with pytest.raises(ConfigurationError, match="write the id in quotes"):
        load(folder)


def test_two_devices_cannot_be_the_same_one_but_a_gauge_and_its_camera_can(tmp_path: Path) -> None:
    source = '{profile: huawei-vias, id: "123456"}'
    folder = with_sources(tmp_path, GAUGE, source)
    devices = folder / DEVICES
    text = devices.read_text(encoding="utf-8")
    devices.write_text(text.replace(CAMERA, f"{CAMERA}    sources: [{source}]\n"))
    assert load_profiles(folder)
    assert load(folder).device["wg-shandonglu-rizhao-zhaoyang"].sources[0].id == "123456"
    devices.write_text(text.replace(STATION, f"{STATION}    sources: [{source.upper()}]\n".replace(
        "PROFILE: HUAWEI-VIAS, ID", "profile: huawei-vias, id")))  # fmt: skip
    (found,) = problems(folder)
    assert "stands at devices[0].sources[0] already" in found.message


def test_a_broken_profile_does_not_make_its_devices_look_broken_too(tmp_path: Path) -> None:
    folder = with_sources(tmp_path, GAUGE, "{profile: ecowitt, id: a}")
    (folder / ECOWITT).write_text("id: ecowitt")
    assert {p.file for p in problems(folder)} == {ECOWITT}


def test_files_that_are_no_profiles_are_told(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / "profiles/notes.txt").write_text("to do")
    (folder / "profiles/empty.yaml").write_text("")
    (folder / "profiles/chinese.yaml").write_bytes("id: 东港".encode("gbk"))
    found = {(p.file, p.message.split(";")[0]) for p in problems(folder)}
    assert len(found) == 3
    assert ("profiles/notes.txt", "profiles are files that end in .yaml") in found


def test_the_same_id_in_another_folder_is_told(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / "profiles/more").mkdir()
    (folder / "profiles/more/ecowitt.yaml").write_text((folder / ECOWITT).read_text())
    (found,) = problems(folder)
    assert "another profile" in found.message


def test_a_site_without_profiles_has_none(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    for file in (folder / "profiles").iterdir():
        file.unlink()
    assert load_profiles(folder) == {}


def test_the_faults_of_the_site_and_of_the_profiles_are_told_together(tmp_path: Path) -> None:
    folder = changed(tmp_path, (SITE, "lateness: 6h", "lateness: six"), (UDL, "mm,", "mn,"))
    with pytest.raises(ConfigurationError) as caught:
        together(lambda: load(folder), lambda: load_profiles(folder))
    assert {p.file for p in caught.value.problems} == {SITE, UDL}


def test_every_shipped_profile_says_where_its_format_is_documented() -> None:
    profiles = load_profiles(DEFAULT)
    assert len(profiles) >= 16
    for profile in profiles.values():
        assert profile.source
        assert not profile.listen, "a site that does not have it need not hear it"
        assert profile.title.zh != profile.title.en
