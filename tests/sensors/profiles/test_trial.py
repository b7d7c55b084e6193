"""Trying a profile on payloads in files: what they would give, or why nothing."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.site import Site, Source
from monitoring.site import load
from sensors.profiles.trial import TrialError, try_payloads
from tests.e2e.served import ROOT
from tests.e2e.test_command_line import run
from tests.sensors.profiles.bench import JPEG, profiles

NOW = datetime.fromisoformat("2026-07-07T10:00:00+08:00")
UP = "application/1/device/ab12/event/up"
UPLINK: dict[str, Any] = {
    "time": "2026-07-07T01:30:00.775023242Z",
    "deviceInfo": {"devEui": "AB12"},
    "object": {"distance": 3630},
}
GAUGE = "wg-shandonglu-rizhao-zhaoyang"


def site() -> Site:
    """The shipped site, where one gauge is an EM500-UDL."""
    shipped = load(ROOT / "config")
    source = Source.model_validate(
        {"profile": "milesight-em500-udl", "id": "ab12", "mount_height_cm": 400}
    )
    devices = tuple(
        d.model_copy(update={"sources": (source,)}) if d.id == GAUGE else d for d in shipped.devices
    )
    return shipped.model_copy(update={"devices": devices})


def tried(folder: Path, name: str, topic: str, *payloads: object, device: str | None = None) -> str:
    files = []
    for number, payload in enumerate(payloads):
        file = folder / str(number)
        file.write_bytes(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
        files.append(file)
    return try_payloads(profiles(), site(), name, topic, files, device, NOW)


def test_observations_are_shown_with_units_and_times(tmp_path: Path) -> None:
    shown = tried(tmp_path, "milesight-em500-udl", UP, UPLINK)
    assert shown == f"{GAUGE}  water_depth  37 cm  2026-07-07T01:30:00.775023Z"


def test_a_device_may_be_named_that_is_heard_under_another_id(tmp_path: Path) -> None:
    stranger = UPLINK | {"deviceInfo": {"devEui": "cd34"}}
    shown = tried(tmp_path, "milesight-em500-udl", UP, stranger, device=GAUGE)
    assert shown.startswith(f"{GAUGE}  water_depth  37 cm")


def test_without_a_device_the_id_of_the_payload_stands(tmp_path: Path) -> None:
    payload = {"dateutc": "2026-07-07 01:30:00", "tempf": "77", "dailyrainin": "0.1"}
    later = payload | {"dateutc": "2026-07-07 01:31:00", "dailyrainin": "0.2"}
    shown = tried(tmp_path, "ecowitt", "ecowitt2mqtt/roof", payload, later)
    assert shown.splitlines() == [
        "roof  rainfall_total  2.54 mm  2026-07-07T01:30:00Z",
        "roof  air_temperature  25 Cel  2026-07-07T01:30:00Z",
        "roof  rainfall_total  5.08 mm  2026-07-07T01:31:00Z",
        "roof  rainfall  2.54 mm  2026-07-07T01:31:00Z",
        "roof  air_temperature  25 Cel  2026-07-07T01:31:00Z",
    ]


def test_pictures_states_and_statuses_are_shown_too(tmp_path: Path) -> None:
    picture = tried(tmp_path, "frigate", "frigate/yard/car/snapshot", JPEG)
    assert picture == f"yard  picture  {len(JPEG)} bytes  2026-07-07T02:00:00Z"
    state = tried(tmp_path, "frigate", "frigate/yard/classification/road", b"flooded")
    assert state == "yard  road_state  ponding  2026-07-07T02:00:00Z"
    status = tried(tmp_path, "tasmota", "tele/porch/LWT", b"Offline")
    assert "porch  offline  2026-07-07T02:00:00Z" in status


@pytest.mark.parametrize(
    ("name", "topic", "payload", "device", "expected"),
    [
        ("ecowit", "a", {}, None, "did you mean 'ecowitt'?"),
        ("ecowitt", "a/b", {}, None, "it reads ecowitt2mqtt/+"),
        ("ecowitt", "ecowitt2mqtt/roof", {}, None, "no_value: profile ecowitt: none of its"),
        ("ecowitt", "ecowitt2mqtt/roof", b"<a/>", None, "payload: profile ecowitt: JSON"),
        ("ecowitt", "ecowitt2mqtt/roof", {"tempf": "N/A"}, None, "bad_value: air_temperature"),
        ("ecowitt", "ecowitt2mqtt/roof", {"tempf": "1"}, "roof", "There is no device 'roof'"),
        ("frigate", "frigate/events", {}, None, "ignored on purpose"),
        ("rtl-433", "rtl_433/pi/events", {}, None, "there is no device id"),
        ("milesight-em500-udl", UP, UPLINK | {"deviceInfo": {"devEui": "ff"}}, None,
         "needs mount_height_cm"),
        ("milesight-em500-udl", UP, UPLINK, "ws-tielu", "needs a source"),
    ],
)  # fmt: skip
def test_why_there_is_nothing_is_told(
    name: str, topic: str, payload: object, device: str | None, expected: str, tmp_path: Path
) -> None:
    with pytest.raises(TrialError) as caught:
        tried(tmp_path, name, topic, payload, device=device)
    assert expected in str(caught.value)


def test_what_a_profile_needs_can_be_given_for_the_trial(tmp_path: Path) -> None:
    file = tmp_path / "payload.json"
    file.write_text(json.dumps({"deviceInfo": {"devEui": "ff"}, "object": {"distance": 4000}}))
    arguments = ("profile", "try", "milesight-em500-udl", "--topic", UP, "--payload", str(file))
    good = run(tmp_path, *arguments, "--parameter", "mount_height_cm=412")
    assert "ff  water_depth  12 cm" in good.stdout, good.stderr
    bad = run(tmp_path, *arguments, "--parameter", "mount_height_cm=tall")
    assert (bad.returncode, "expected such as mount_height_cm=412" in bad.stderr) == (1, True)


def test_the_command_prints_what_it_finds_and_ends_with_1_where_there_is_nothing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "payload.json"
    file.write_text('{"Time": "2017-02-16T10:13:52", "DS18B20": {"Temperature": 20.6}}')
    arguments = ("profile", "try", "tasmota", "--topic", "tele/porch/SENSOR", "--payload")
    good = run(tmp_path, *arguments, str(file))
    assert good.returncode == 0, good.stderr
    assert good.stdout == "porch  air_temperature  20.6 Cel  2017-02-16T02:13:52Z\n"
    missing = run(tmp_path, *arguments, str(tmp_path / "no such file"))
    assert missing.returncode == 1
    assert "cannot be read" in missing.stderr
    assert "Traceback" not in missing.stderr
