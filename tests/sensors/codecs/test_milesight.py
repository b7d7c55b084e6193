"""Milesight: the maker's own examples, payloads beside the project, and what is refused."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codecs.milesight import MilesightReader, em500_swl, em500_udl, wts506
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import DATA, damaged, survives

FILES = DATA / "lorawan"
MODELS = {"udl": em500_udl, "swl": em500_swl, "wts": wts506}


def read(model: str, text: str) -> dict[str, Any]:
    tree = MODELS[model](b"x", bytes.fromhex(text))
    assert tree.pop("faults") == []
    return tree


WIND = {"wind_direction": 121.0, "pressure": 1006.3, "wind_speed": 0.1}
PAST = {
    "timestamp": 1_692_507_109,
    "temperature": 25.5,
    "humidity": 60.5,
    "pressure": 1006.3,
    "wind_direction": 121.0,
    "wind_speed": 5.0,
}


@pytest.mark.parametrize(
    ("model", "payload", "values"),
    [
        ("udl", "017564 03821E00", {"battery": 100, "distance": 30}),
        ("swl", "017564 03770200", {"battery": 100, "depth": 2}),
        (
            "wts",
            "017564 0367FF00 046879",
            {"battery": 100, "temperature": 25.5, "humidity": 60.5},
        ),
        (
            "wts",
            "0584BA04 06734F27 07920100 08777B0001",
            {**WIND, "rainfall_total": 1.23, "rainfall_counter": 1},
        ),
        (
            "wts",
            "0584BA04 06734F27 07920100 08EC7B00000001",
            {**WIND, "rainfall_total": 1.23, "rainfall_counter": 1},
        ),
        ("wts", "8367FF0001", {"temperature": 25.5, "temperature_alarm": "threshold alarm"}),
        ("wts", "86734F2701", {"pressure": 1006.3, "pressure_alarm": "threshold alarm"}),
        ("wts", "8792320001", {"wind_speed": 5.0, "wind_speed_alarm": "threshold alarm"}),
        (
            "wts",
            "88EC8D1300000201",
            {"rainfall_total": 50.05, "rainfall_counter": 2, "rainfall_alarm": "threshold alarm"},
        ),
        (
            "wts",
            "20CEE59BE164FF00794F27BA0432008D13",
            {"history": [{**PAST, "rainfall_total": 50.05}]},
        ),
        (
            "wts",
            "21CEE59BE164FF00794F27BA043200EA840100",
            {"history": [{**PAST, "rainfall_total": 995.62}]},
        ),
    ],
)
def test_the_makers_examples(model: str, payload: str, values: dict[str, Any]) -> None:
    assert read(model, payload) == values


@pytest.mark.skipif(not FILES.is_dir(), reason="../shared/data/mqtt is absent")
@pytest.mark.parametrize(
    ("server", "path"),
    [("ChirpStack", ("data",)), ("ThingsStackCommunity", ("uplink_message", "frm_payload"))],
)
def test_a_network_servers_payload_reads_as_another_platform_reads_it(
    server: str, path: tuple[str, ...]
) -> None:
    stem = f"Milesight_EM500-UDL__{server}__"
    payload = json.loads((FILES / f"{stem}payload.json").read_text())
    for key in path:
        payload = payload[key]
    tree = em500_udl(b"x", payload.encode())
    assert tree.pop("faults") == []
    assert tree == expected(FILES / f"{stem}result.json")


def expected(path: Path) -> Any:
    return json.loads(path.read_text())["telemetry"][0]["values"]


@pytest.mark.parametrize("write", [bytes, lambda b: b.hex().encode(), base64.b64encode])
@pytest.mark.parametrize("model", MODELS)
def test_it_is_read_however_it_is_written(model: str, write: Any) -> None:
    raw = {"udl": "03821E00", "swl": "20CEE59BE1640200", "wts": "0367FF0007922A00"}[model]
    sound = bytes.fromhex(raw)
    assert MODELS[model](b"x", write(sound)) == MODELS[model](b"x", sound)


def test_records_that_come_late_have_their_own_times() -> None:
    tree = read("udl", "017564 03821E00 20CE E59BE164 2003 20CE 219CE164 2A03")
    assert tree["distance"] == 30
    assert tree["history"] == [
        {"timestamp": 1_692_507_109, "distance": 800},
        {"timestamp": 1_692_507_169, "distance": 810},
    ]


@pytest.mark.parametrize(
    ("raw", "error"), [("FFFF", "collection failed"), ("FDFF", "out of range")]
)
def test_a_depth_that_the_sensor_could_not_take_is_none(raw: str, error: str) -> None:
    tree = read("swl", f"0377{raw} 20CE E59BE164 {raw}")
    assert (tree["depth"], tree["depth_error"]) == (None, error)
    assert tree["history"] == [
        {"timestamp": 1_692_507_109, "depth": None, "depth_error": error},
    ]


def test_frost_and_wide_values_keep_sign_and_size() -> None:
    assert read("wts", "0367F6FF") == {"temperature": -1.0}
    assert read("udl", "03821027") == {"distance": 10_000}
    assert read("wts", "08EC FFFFFFFF FF")["rainfall_total"] == 42_949_672.95


def test_the_distance_of_an_alarm_is_not_taken_for_the_distance() -> None:
    tree = read("udl", "83E9 2C01 6400 02")
    assert tree == {
        "alarm_distance": 30.0,
        "alarm_distance_mutation": 10.0,
        "distance_alarm": "mutation_alarm",
    }
    assert read("udl", "83E9 2C01 6400 07")["distance_alarm"] == "unknown"


def test_what_a_device_says_of_itself_when_it_joins_is_kept_apart() -> None:
    tree = read("udl", "FF0BFF FF0101 FF166412E12345670012 FF090100 FF0A0101 FF0F00 FE035802")
    assert tree["sn"] == "6412e12345670012"
    assert tree["settings"] == {
        "ff0b": "ff",
        "ff01": "01",
        "ff09": "0100",
        "ff0a": "0101",
        "ff0f": "00",
        "fe03": "5802",
    }


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        ("0999 0102", "channel 09 99 at byte 7 is not known of EM500-UDL; 4 bytes from there"),
        ("20CE E59B", "channel 20 ce is cut off: 2 of 6 bytes"),
        ("03", "channel 03 at byte 7 is not known"),
        ("FF", "channel ff at byte 7 is not known"),
        ("FF77 01", "channel ff 77 at byte 7 is not known"),
    ],
)
def test_what_stands_before_a_fault_is_kept_and_the_fault_is_told(rest: str, fault: str) -> None:
    tree = em500_udl(b"x", bytes.fromhex("017564 03821E00" + rest))
    assert (tree["battery"], tree["distance"]) == (100, 30)
    assert fault in tree["faults"][0]


@pytest.mark.parametrize(
    ("reader", "payload", "reason"),
    [
        (em500_udl, b"", "empty"),
        (em500_udl, b"depth: twelve", "channel 64 65 at byte 0 is not known of EM500-UDL"),
        (em500_udl, bytes.fromhex("03770200"), "channel 03 77 at byte 0 is not known"),
        (em500_swl, bytes.fromhex("03821E00"), "channel 03 82 at byte 0 is not known"),
        (wts506, bytes.fromhex("0367FF"), "cut off: 1 of 2"),
        (em500_udl, bytes.fromhex("03821E00") * 64, "256 bytes; a LoRaWAN payload has at most 255"),
    ],
)
def test_a_payload_of_another_model_is_refused(
    reader: MilesightReader, payload: bytes, reason: str
) -> None:
    with pytest.raises(PayloadError, match=reason):
        reader(b"x", payload)


GOOD = [
    bytes.fromhex("017564 03821E00 20CE E59BE164 2003"),
    bytes.fromhex("03770200 20CE E59BE164 FFFF"),
    b"AXVkA4IeAA==",
    bytes.fromhex("0584BA04 06734F27 07920100 08EC7B00000001 8367FF0001"),
    b"21CEE59BE164FF00794F27BA043200EA840100",
]


@given(st.sampled_from([em500_udl, em500_swl, wts506]), damaged(GOOD))
def test_whatever_comes_is_read_or_refused(reader: MilesightReader, payload: bytes) -> None:
    survives(reader, b"x", payload)
