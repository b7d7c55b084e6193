"""LoRaWAN devices on ChirpStack v4 and The Things Stack v3, by what their servers send."""

import json
from typing import Any

import pytest

from monitoring.domain.observations import Observation, Reason
from monitoring.domain.quantities import QUANTITIES
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

UP = "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/{}"


def chirpstack(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(shared(f"chirpstack_v4/{name}.json"))
    return content


def lorawan(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(shared(f"lorawan/{name}.json"))
    return content


def decoded(model: str, server: str, suffix: str = "") -> tuple[str, dict[str, Any]]:
    """Topic and uplink of a device, with what another platform's converter made of its bytes."""
    uplink = lorawan(f"{model}__{server}__payload{suffix}")
    values = lorawan(f"{model}__{server}__result{suffix}")["telemetry"][0]["values"]
    if server == "ChirpStack":
        return UP.format("up"), uplink | {"object": values}
    uplink["uplink_message"]["decoded_payload"] = values
    return "v3/app@ttn/devices/eui-1000000000000001/up", uplink


def test_an_uplink_without_a_decoder_says_that_none_of_the_values_is_in_it() -> None:
    bench = heard("chirpstack-v4", "0101010101010101")
    readings = bench.send(UP.format("up"), chirpstack("up"))
    assert reasons(readings) == [Reason.NO_VALUE]
    assert "profile chirpstack-v4: none of its values is in" in detail(readings)


def test_an_uplink_whose_decoder_gives_canonical_names_is_read_to_the_microsecond() -> None:
    bench = heard("chirpstack-v4", "0101010101010101", kind="gauge")
    uplink = chirpstack("up") | {"object": {"water_depth": 12.5, "road_state": "wet"}}
    readings = bench.send(UP.format("up"), uplink)
    assert told(readings) == {"water_depth": "12.5 cm", "road_state": "wet"}
    assert times(readings) == {"2022-07-18T09:34:15.775023Z"}  # of …023242 ns


def test_the_battery_comes_from_the_servers_status_event() -> None:
    bench = heard("chirpstack-v4", "0101010101010101")
    readings = bench.send(UP.format("status"), chirpstack("status"))
    assert told(readings) == {"battery": "88.3 %"}
    assert times(readings) == {"2022-07-18T09:35:06.927172Z"}


def test_a_device_on_mains_has_no_battery() -> None:
    bench = heard("chirpstack-v4", "0101010101010101")
    status = chirpstack("status") | {"externalPowerSource": True, "batteryLevel": 0}
    assert bench.send(UP.format("status"), status) == []
    assert bench.ignored == 1


def test_a_device_that_joined_is_there() -> None:
    bench = heard("chirpstack-v4", "0101010101010101")
    assert statuses(bench.send(UP.format("join"), chirpstack("join"))) == [("d", True)]


@pytest.mark.parametrize("event", ["ack", "txack", "log", "location", "integration"])
def test_what_the_server_tells_of_itself_is_ignored_on_purpose(event: str) -> None:
    bench = heard("chirpstack-v4", "0101010101010101")
    assert bench.send(UP.format(event), chirpstack(event)) == []
    assert bench.ignored == 1


def test_an_unknown_device_is_told_with_its_profile_and_id() -> None:
    bench = heard("chirpstack-v4", "ffffffffffffffff")
    readings = bench.send(UP.format("status"), chirpstack("status"))
    assert reasons(readings) == [Reason.UNKNOWN_DEVICE]
    assert "chirpstack-v4" in detail(readings)
    assert "'0101010101010101'" in detail(readings)


@pytest.mark.parametrize(
    ("server", "at"),
    [
        ("ChirpStack", "2023-05-22T07:47:05.404859Z"),
        ("ThingsStackCommunity", "2023-05-19T05:33:35.641841Z"),
    ],
)
def test_an_em500_udl_measures_depth_from_where_it_hangs(server: str, at: str) -> None:
    bench = heard("milesight-em500-udl", "1000000000000001", "gauge", mount_height_cm=40)
    readings = bench.send(*decoded("Milesight_EM500-UDL", server))
    # It hangs 40 cm above the road and sees the water 30 mm below.
    assert told(readings) == {"water_depth": "37 cm", "battery": "100 %"}
    assert times(readings) == {at}
    expected_ts = lorawan(f"Milesight_EM500-UDL__{server}__result")["telemetry"][0]["ts"]
    (time_us,) = {r.time_us for r in readings if isinstance(r, Observation)}
    assert time_us // 1000 == expected_ts


@pytest.mark.parametrize(
    ("distance_mm", "depth", "is_possible"),
    [(3990, "1 cm", True), (4030, "0 cm", True), (4200, "-20 cm", False)],
)
def test_a_dry_road_is_dry_in_spite_of_the_noise_of_the_echo(
    distance_mm: int, depth: str, *, is_possible: bool
) -> None:
    bench = heard("milesight-em500-udl", "1000000000000001", "gauge", mount_height_cm=400)
    uplink = {
        "time": "2026-07-07T01:30:00Z",
        "deviceInfo": {"devEui": "1000000000000001"},
        "object": {"distance": distance_mm},
    }
    readings = bench.send(UP.format("up"), uplink)
    assert told(readings) == {"water_depth": depth}
    (value,) = (r.value for r in readings if isinstance(r, Observation))
    assert QUANTITIES["water_depth"].is_possible(value) is is_possible


def test_what_an_em500_measured_without_network_has_times_of_its_own() -> None:
    bench = heard("milesight-em500-swl", "1000000000000001", "gauge")
    history = [{"timestamp": 1783386000, "depth": 2}, {"timestamp": 1783386600, "depth": 9}]
    uplink = {
        "time": "2026-07-07T01:30:00Z",
        "deviceInfo": {"devEui": "1000000000000001"},
        "object": {"history": history},
    }
    readings = bench.send(UP.format("up"), uplink)
    assert [(r.value, r.time_us) for r in readings if isinstance(r, Observation)] == [
        (2.0, 1783386000_000_000), (9.0, 1783386600_000_000),
    ]  # fmt: skip


def test_an_em500_swl_sends_the_depth_itself() -> None:
    bench = heard("milesight-em500-swl", "1000000000000001", "gauge")
    uplink = lorawan("Milesight_EM500-UDL__ChirpStack__payload")
    # The maker's decoder on its own sample, 01 75 64 03 77 02 00.
    uplink["object"] = {"battery": 100, "depth": 2}
    readings = bench.send(UP.format("up"), uplink)
    assert told(readings) == {"water_depth": "2 cm", "battery": "100 %"}


def test_a_wts506_counts_its_rain_so_that_a_lost_frame_loses_none() -> None:
    bench = heard("milesight-wts506", "24e1610000000001")
    sample = {
        "wind_direction": 121, "pressure": 1006.3, "wind_speed": 0.1, "rainfall_total": 1.23,
        "rainfall_counter": 1,
    }  # fmt: skip

    def uplink(minute: int, **values: float) -> dict[str, Any]:
        return {
            "time": f"2026-07-07T01:{minute:02}:00Z",
            "deviceInfo": {"devEui": "24E1610000000001"},
            "object": sample | values,
        }

    assert told(bench.send(UP.format("up"), uplink(0))) == {
        "rainfall_total": "1.23 mm",
        "wind_speed": "0.1 m/s",
        "wind_direction": "121 deg",
        "pressure": "1006.3 hPa",
    }
    after = told(bench.send(UP.format("up"), uplink(20, rainfall_total=4.03, rainfall_counter=3)))
    assert after["rainfall"] == "2.8 mm"
    assert after["rainfall_total"] == "4.03 mm"


@pytest.mark.parametrize(
    ("server", "suffix", "eui"),
    [
        ("ChirpStack", "", "70b3d57ba0003bb8"),
        ("ThingsStackCommunity", "", "70B3D57BA0000BCE"),
    ],
)
def test_a_dl_cws2_gives_what_another_platform_makes_of_the_same_bytes(
    server: str, suffix: str, eui: str
) -> None:
    bench = heard("decentlab-dl-cws2", eui)
    result = lorawan(f"Decentlab_DL-CWS2__{server}__result{suffix}")["telemetry"][0]["values"]
    readings = bench.send(*decoded("Decentlab_DL-CWS2", server, suffix))
    values = {r.quantity: r.value for r in readings if isinstance(r, Observation)}
    assert values == {
        "road_temperature": result["surface_temperature"],
        "air_temperature": result["air_temperature_radiation_shield"],
        "humidity": result["air_humidity_radiation_shield"],
    }
    shown = told([r for r in readings if isinstance(r, Observation)])
    assert shown == {
        "road_temperature": "4.57 Cel",
        "air_temperature": "3.16739 Cel",
        "humidity": "97.673 %RH",
    }


@pytest.mark.parametrize(
    ("server", "eui"),
    [("ChirpStack", "70b3d57ba0003bb8"), ("ThingsStackCommunity", "70B3D57BA0000BCE")],
)
def test_a_dl_cws2_that_sends_its_battery_alone_is_there(server: str, eui: str) -> None:
    bench = heard("decentlab-dl-cws2", eui)
    assert statuses(bench.send(*decoded("Decentlab_DL-CWS2", server, "_01"))) == [("d", True)]


def test_the_makers_own_decoder_gives_values_with_their_units() -> None:
    bench = heard("decentlab-dl-cws2", "70b3d57ba0003bb8")
    uplink = lorawan("Decentlab_DL-CWS2__ChirpStack__payload")
    uplink["object"] = {
        "surface_temperature": {"displayName": "Surface temperature", "value": -0.4, "unit": "°C"},
        "air_temperature": {"displayName": "Air temperature", "value": 1.2, "unit": "°C"},
    }
    readings = bench.send(UP.format("up"), uplink)
    assert told(readings) == {"road_temperature": "-0.4 Cel", "air_temperature": "1.2 Cel"}


def test_a_things_stack_uplink_with_canonical_names_is_read() -> None:
    bench = heard("the-things-stack-v3", "1000000000000001", "gauge")
    uplink = lorawan("Milesight_EM500-UDL__ThingsStackCommunity__payload")
    uplink["uplink_message"]["decoded_payload"] = {"water_depth": 7}
    uplink["uplink_message"]["last_battery_percentage"] = {"value": 64.5}
    readings = bench.send("v3/app@ttn/devices/x/up", uplink)
    assert told(readings) == {"water_depth": "7 cm", "battery": "64.5 %"}
    assert times(readings) == {"2023-05-19T05:33:35.641841Z"}


def test_profiles_that_share_a_topic_leave_each_others_devices_alone() -> None:
    gauge = device(
        "gauge",
        {"profile": "milesight-em500-udl", "id": "1000000000000001", "mount_height_cm": 40},
        {"profile": "chirpstack-v4", "id": "1000000000000001"},
        kind="gauge",
    )
    road = device("road", {"profile": "decentlab-dl-cws2", "id": "70b3d57ba0003bb8"})
    bench = Bench([gauge, road], profiles().values())
    depth = bench.send(*decoded("Milesight_EM500-UDL", "ChirpStack"))
    # Both of its profiles know the battery; it is one observation in the archive.
    assert [(r.device, r.quantity, r.value) for r in depth if isinstance(r, Observation)] == [
        ("gauge", "battery", 100), ("gauge", "water_depth", 37), ("gauge", "battery", 100),
    ]  # fmt: skip
    assert len(depth) == 3
    cold = bench.send(*decoded("Decentlab_DL-CWS2", "ChirpStack"))
    assert {r.device for r in cold if isinstance(r, Observation)} == {"road"}
