"""Binary and framed payloads through the shipped profiles: what is observed, in which units."""

import base64
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.observations import DeviceStatus, Observation, Reading, Reason
from sensors.profiles.births import Births
from tests.sensors.codecs.test_hj212 import AIR, COMMAND, message
from tests.sensors.codecs.test_sl651 import TIMED, frame, report
from tests.sensors.profiles.bench import (
    Bench,
    detail,
    device,
    heard,
    profiles,
    reasons,
    shared,
    statuses,
    times,
    told,
)
from tests.sensors.profiles.test_lorawan import UP, decoded, lorawan

BORN_MS = 1_795_415_268_955
BORN_US = BORN_MS * 1000
LATER_US = BORN_US + 10_000_000
SL651_FAULTY = TIMED.replace("A421", "A422")


def gauge(births: Births | None = None) -> Bench:
    """A gauge behind a Sparkplug B node, as the payloads name it."""
    source = {"profile": "sparkplug-b", "id": "donggang/gw1/wg-7"}
    return Bench([device("d", source, kind="gauge")], profiles().values(), births)


def sparkplug(bench: Bench, name: str) -> list[Reading]:
    """What a payload gives on the topic that its kind has."""
    kind = name.split("_", maxsplit=1)[0]
    of_device = "/wg-7" if kind.startswith("D") else ""
    topic = f"spBv1.0/donggang/{kind}/gw1{of_device}"
    return bench.send(topic, shared(f"sparkplug_b/{name}.bin"), LATER_US)


def observed(readings: list[Reading]) -> list[Reading]:
    return [r for r in readings if isinstance(r, Observation)]


def test_a_sparkplug_birth_gives_values_and_says_that_the_device_is_there() -> None:
    readings = sparkplug(gauge(), "DBIRTH")
    assert told(observed(readings)) == {"water_depth": "26.8 cm"}
    assert times(readings) == {"2026-11-23T06:27:48.955000Z"}
    assert statuses([r for r in readings if isinstance(r, DeviceStatus)]) == [("d", True)]


@pytest.mark.parametrize(("name", "depth"), [("0", "26.8 cm"), ("1", "31 cm")])
def test_sparkplug_data_by_alias_is_named_by_the_birth(name: str, depth: str) -> None:
    bench = gauge()
    sparkplug(bench, "DBIRTH")
    readings = sparkplug(bench, f"DDATA_alias_only_{name}")
    assert told(readings) == {"water_depth": depth}
    assert times(readings) == {"2026-11-23T06:27:48.955000Z"}


@pytest.mark.parametrize("name", ["DDATA_alias_only_2", "DDATA_named", "NBIRTH"])
def test_sparkplug_messages_without_a_depth_are_ignored_on_purpose(name: str) -> None:
    bench = gauge()
    sparkplug(bench, "DBIRTH")  # in DDATA_alias_only_2 the sensor tells −1: it has no value
    before = bench.ignored
    assert observed(sparkplug(bench, name)) == []
    assert name == "NBIRTH" or bench.ignored == before + 1


def test_the_death_of_a_sparkplug_node_takes_its_devices_with_it() -> None:
    bench = gauge()
    sparkplug(bench, "DBIRTH")
    assert statuses(sparkplug(bench, "NDEATH")) == [("d", False)]


def test_sparkplug_aliases_are_known_again_after_a_restart(tmp_path: Path) -> None:
    sparkplug(gauge(Births(tmp_path)), "DBIRTH")
    after = gauge(Births(tmp_path))
    assert told(sparkplug(after, "DDATA_alias_only_1")) == {"water_depth": "31 cm"}


def test_a_timed_report_of_sl_651_is_read_in_beijing_time() -> None:
    bench = heard("sl651", "0011223344", kind="gauge")
    readings = bench.send("sl651/dtu-1", TIMED)
    # The first total of a counter adds nothing yet.
    assert told(readings) == {"water_level": "10.49 m", "rainfall_total": "4 mm"}
    assert times(readings) == {"2017-07-18T03:00:00Z"}


def test_rain_of_sl_651_is_what_its_total_rose_by() -> None:
    bench = heard("sl651", "0000000001")
    assert told(bench.send("sl651/dtu-1", report("2619 000040"))) == {"rainfall_total": "4 mm"}
    body = "F1F1 0000000001 48 F0F0 2607070805 2619 000045"
    readings = bench.send("sl651/dtu-1", frame(body))
    assert told(readings) == {"rainfall_total": "4.5 mm", "rainfall": "0.5 mm"}
    assert times(readings) == {"2026-07-07T00:05:00Z"}


def test_sl_651_frames_are_read_as_bytes_too() -> None:
    bench = heard("sl651", "0011223344", kind="gauge")
    assert told(bench.send("sl651/dtu-1", bytes.fromhex(TIMED)))["water_level"] == "10.49 m"


def test_a_frame_of_sl_651_with_a_wrong_checksum_is_quarantined() -> None:
    readings = heard("sl651", "0011223344").send("sl651/dtu-1", SL651_FAULTY)
    assert reasons(readings) == [Reason.PAYLOAD]
    assert "checksum" in detail(readings)


def test_real_time_data_of_hj_212_is_read_in_beijing_time() -> None:
    readings = heard("hj212", "JSRCTD000YD107").send("hj212/dtu-2", AIR)
    assert told(readings) == {"pm25": "4 ug/m3"}
    assert times(readings) == {"2022-09-28T06:28:12Z"}


def test_the_weather_of_an_hj_212_station_has_the_standards_units() -> None:
    factors = {"a01001": 26.4, "a01002": 81, "a01006": 100.63, "a01007": 3.2, "a01008": 121}
    told_by_it = ";".join(f"{code}-Rtd={value},{code}-Flag=N" for code, value in factors.items())
    readings = heard("hj212", "RZ0001").send(
        "hj212/dtu-2", message(f"DataTime=20260707080000;{told_by_it}")
    )
    assert told(readings) == {
        "air_temperature": "26.4 Cel",
        "humidity": "81 %RH",
        "pressure": "1006.3 hPa",
        "wind_speed": "3.2 m/s",
        "wind_direction": "121 deg",
    }
    assert times(readings) == {"2026-07-07T00:00:00Z"}


def test_what_an_hj_212_instrument_sends_in_maintenance_is_no_measurement() -> None:
    bench = heard("hj212", "RZ0001")
    faulty = message("DataTime=20260707080000;a34004-Rtd=700,a34004-Flag=M")
    assert bench.send("hj212/dtu-2", faulty) == []
    assert bench.ignored == 1


def test_a_setting_of_hj_212_is_ignored_on_purpose() -> None:
    bench = heard("hj212", "010000A8900016F000169DC0")
    assert bench.send("hj212/dtu-2", COMMAND) == []
    assert bench.ignored == 1


def uplink(server: str, data: bytes) -> tuple[str, dict[str, Any]]:
    """An uplink that the network server has not decoded, with bytes of another device in it."""
    text = base64.b64encode(data).decode()
    content = lorawan(f"Milesight_EM500-UDL__{server}__payload")
    if server == "ChirpStack":
        return UP.format("up"), content | {"data": text}
    content["uplink_message"]["frm_payload"] = text
    return "v3/app@ttn/devices/eui-1000000000000001/up", content


@pytest.mark.parametrize("server", ["ChirpStack", "ThingsStackCommunity"])
def test_the_bytes_of_an_em500_udl_are_read_where_the_server_decodes_nothing(server: str) -> None:
    bench = heard("milesight-em500-udl", "1000000000000001", "gauge", mount_height_cm=40)
    content = lorawan(f"Milesight_EM500-UDL__{server}__payload")
    topic, _ = uplink(server, b"")
    expected = {"water_depth": "37 cm", "battery": "100 %"}
    assert told(bench.send(topic, content)) == expected


# Bytes and values of the maker's own examples.
@pytest.mark.parametrize("server", ["ChirpStack", "ThingsStackCommunity"])
@pytest.mark.parametrize(
    ("profile", "data", "values"),
    [
        ("milesight-em500-swl", "017564 03770200", {"water_depth": "2 cm", "battery": "100 %"}),
        (
            "milesight-wts506",
            "0584BA04 06734F27 07920100 08EC7B00000001",
            {
                "rainfall_total": "1.23 mm",
                "wind_direction": "121 deg",
                "pressure": "1006.3 hPa",
                "wind_speed": "0.1 m/s",
            },
        ),
    ],
)
def test_the_bytes_of_other_milesight_devices_are_read(
    server: str, profile: str, data: str, values: dict[str, str]
) -> None:
    readings = heard(profile, "1000000000000001").send(*uplink(server, bytes.fromhex(data)))
    assert told(readings) == values


def test_what_an_em500_udl_had_kept_comes_with_its_own_times() -> None:
    bench = heard("milesight-em500-udl", "1000000000000001", "gauge", mount_height_cm=100)
    data = bytes.fromhex("017564 03821E00 20CE E59BE164 2003 20CE 219CE164 2A03")
    readings = bench.send(*uplink("ChirpStack", data))
    late = [r for r in readings if isinstance(r, Observation) and r.quantity == "water_depth"][1:]
    assert [(r.value, r.time_us // 1_000_000) for r in late] == [
        (20.0, 1_692_507_109),
        (19.0, 1_692_507_169),
    ]


@pytest.mark.parametrize(
    ("server", "eui"),
    [("ChirpStack", "70b3d57ba0003bb8"), ("ThingsStackCommunity", "70b3d57ba0000bce")],
)
def test_the_bytes_of_a_dl_cws2_give_what_the_decoded_values_give(server: str, eui: str) -> None:
    topic, content = decoded("Decentlab_DL-CWS2", server)
    raw = lorawan(f"Decentlab_DL-CWS2__{server}__payload")
    readings = heard("decentlab-dl-cws2", eui).send(topic, raw)
    told_by_platform = heard("decentlab-dl-cws2", eui).send(topic, content)
    assert told(observed(readings)) == told(observed(told_by_platform))
    assert told(observed(readings))["road_temperature"] == "4.57 Cel"
