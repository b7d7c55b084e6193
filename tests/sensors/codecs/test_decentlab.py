"""Decentlab DL-CWS2: payloads beside the project, and what is refused."""

import json

import pytest
from hypothesis import given

from sensors.codecs.decentlab import dl_cws2
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import DATA, damaged, survives

FILES = DATA / "lorawan"
WHOLE = "02 58C0 0007 4676 FA0A 81C9 813F A6D8 8137 8025 8130 0B91"
BATTERY = "02 58C0 0004 0B91"
RADIO = "lora_"  # what the platform adds about the link


@pytest.mark.skipif(not FILES.is_dir(), reason="../shared/data/mqtt is absent")
@pytest.mark.parametrize(
    ("server", "path", "numbers"),
    [
        ("ChirpStack", ("data",), ("", "_01", "_02", "_03")),
        ("ThingsStackCommunity", ("uplink_message", "frm_payload"), ("", "_01")),
    ],
)
def test_a_network_servers_payload_reads_as_another_platform_reads_it(
    server: str, path: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    for number in numbers:
        stem = f"Decentlab_DL-CWS2__{server}__"
        payload = json.loads((FILES / f"{stem}payload{number}.json").read_text())
        for key in path:
            payload = payload[key]
        result = json.loads((FILES / f"{stem}result{number}.json").read_text())
        measured = {
            name: value
            for name, value in result["telemetry"][0]["values"].items()
            if not name.startswith(RADIO)
        }
        tree = dl_cws2(b"x", payload.encode())
        assert (tree.pop("protocol_version"), str(tree.pop("device_id"))) == (
            result["attributes"]["protocol_version"],
            result["deviceName"],
        )
        assert tree == measured


def test_every_sensor_has_its_formula() -> None:
    tree = dl_cws2(b"x", bytes.fromhex(WHOLE))
    assert tree.pop("air_temperature_radiation_shield") == pytest.approx(3.16739147)
    assert tree.pop("air_humidity_radiation_shield") == pytest.approx(97.67299916)
    assert tree == {
        "protocol_version": 2,
        "device_id": 22720,
        "surface_temperature": 4.57,
        "air_temperature": 3.19,
        "air_humidity": 99.44,
        "dew_point": 3.11,
        "angle": 37,
        "sensor_temperature": 3.04,
        "battery_voltage": 2.961,
    }


def test_a_sensor_that_sends_nothing_has_no_names() -> None:
    tree = dl_cws2(b"x", BATTERY.encode())
    assert tree == {"protocol_version": 2, "device_id": 22720, "battery_voltage": 2.961}


def test_a_road_below_zero_is_told_so() -> None:
    frozen = WHOLE.replace("81C9", "7E0C").replace("8025", "7FFB")
    tree = dl_cws2(b"x", bytes.fromhex(frozen))
    assert (tree["surface_temperature"], tree["angle"]) == (-5.0, -5)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty; expected version 2"),
        (bytes.fromhex("01 58C0 0004 0B91"), "protocol version 1; expected version 2"),
        (b"depth: twelve", "protocol version 100"),
        (bytes.fromhex(WHOLE)[:-1], "22 bytes with flags 0007; a DL-CWS2 has 23"),
        (bytes.fromhex(BATTERY) + b"\0", "8 bytes with flags 0004; a DL-CWS2 has 7"),
        (bytes.fromhex("02 58C0 0008 0B91"), "flags 0008; a DL-CWS2 has 5 and flags below 0008"),
        (b"\x02", "1 bytes with flags 0000; a DL-CWS2 has 5"),
    ],
)
def test_another_payload_is_refused_with_its_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        dl_cws2(b"x", payload)


GOOD = [bytes.fromhex(WHOLE), bytes.fromhex(BATTERY), WHOLE.encode(), b"AljAAAQLkQ=="]


@given(damaged(GOOD))
def test_whatever_comes_is_read_or_refused(payload: bytes) -> None:
    survives(dl_cws2, b"x", payload)
