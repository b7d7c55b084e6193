"""Weather stations and house sensors: Ecowitt, WeeWX, rtl_433, Tasmota, Zigbee2MQTT, flat JSON."""

import json
from typing import Any

import pytest

from monitoring.domain.observations import Observation, Reason
from tests.sensors.profiles.bench import (
    NOW,
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

# One moment of one gateway in the units it was switched to: bachya/ecowitt2mqtt, tests/fixtures,
# payload_gw1000bpro.json and payload_gw1000bpro_metric.json, less what has no quantity.
ECOWITT = {
    "dateutc": "2022-05-27 19:08:10", "baromabsin": "24.740", "tempf": "93.2", "humidity": "64",
    "winddir": "139", "windspeedmph": "20.89", "windgustmph": "1.12", "rainratein": "0.000",
    "hourlyrainin": "0.000", "dailyrainin": "0.000", "lightning_num": "13", "wh65batt": "0",
    "model": "GW1000B_Pro",
}  # fmt: skip
ECOWITT_METRIC = ECOWITT | {
    "baromabsin": "837.793", "tempf": "-4.4", "humidity": "74", "windspeedmph": "32.4",
    "windgustmph": "1.8",
}  # fmt: skip
# payload_gw2000a_wet.json: only a piezo rain gauge.
GW2000 = {
    "dateutc": "2024-10-03 19:42:19", "baromabsin": "29.394", "tempf": "51.44", "humidity": "76",
    "winddir": "181", "windspeedmph": "1.79", "windgustmph": "4.25", "rrain_piezo": "0.000",
    "hrain_piezo": "0.000", "drain_piezo": "0.000", "srain_piezo": "Wet", "wh90batt": "3.04",
    "model": "GW2000A",
}  # fmt: skip


def test_an_ecowitt_station_sends_imperial_texts() -> None:
    bench = heard("ecowitt", "station-1")
    readings = bench.send("ecowitt2mqtt/station-1", ECOWITT)
    assert told(readings) == {
        "rainfall_total": "0 mm",
        "rain_rate": "0 mm/h",
        "wind_speed": "9.33867 m/s",
        "wind_gust": "0.500685 m/s",
        "wind_direction": "139 deg",
        "air_temperature": "34 Cel",
        "humidity": "64 %RH",
        "pressure": "837.793 hPa",
    }
    assert times(readings) == {"2022-05-27T19:08:10Z"}


def test_an_ecowitt_station_switched_to_metric_keeps_the_names_and_lies() -> None:
    bench = heard("ecowitt-metric", "station-1")
    readings = bench.send("ecowitt2mqtt/station-1", ECOWITT_METRIC)
    assert told(readings) == {
        "rainfall_total": "0 mm",
        "rain_rate": "0 mm/h",
        "wind_speed": "9 m/s",
        "wind_gust": "0.5 m/s",
        "wind_direction": "139 deg",
        "air_temperature": "-4.4 Cel",
        "humidity": "74 %RH",
        "pressure": "837.793 hPa",
    }


@pytest.mark.parametrize(("name", "factor"), [("ecowitt", 25.4), ("ecowitt-metric", 1.0)])
def test_the_days_rain_of_an_ecowitt_becomes_increments(name: str, factor: float) -> None:
    bench = heard(name, "station-1")
    amounts = []
    for minute, total in (("08", "0.000"), ("09", "0.200"), ("10", "0.200"), ("11", "0.500")):
        payload = ECOWITT | {"dateutc": f"2022-05-27 19:{minute}:10", "dailyrainin": total}
        readings = bench.send("ecowitt2mqtt/station-1", payload)
        amounts += [
            r.value for r in readings if isinstance(r, Observation) and r.quantity == "rainfall"
        ]
    assert amounts == pytest.approx([0.2 * factor, 0.0, 0.3 * factor])


def test_a_station_with_a_piezo_gauge_alone_counts_its_rain_too() -> None:
    bench = heard("ecowitt", "station-1")
    shown = told(bench.send("ecowitt2mqtt/station-1", GW2000))
    assert shown["rainfall_total"] == "0 mm"
    assert shown["pressure"] == "995.395 hPa"
    assert shown["wind_gust"] == "1.89992 m/s"


@pytest.mark.parametrize(
    "payload",
    [
        {  # US
            "dateTime": "1720350000.0", "outTemp_F": "77.18", "outHumidity": "91.0",
            "windSpeed_mph": "9.395132", "windGust_mph": "20.0", "windDir": "135.0",
            "rainRate_inch_per_hour": "0.47244094", "dayRain_in": "1.0", "pressure_inHg": "29.9",
        },
        {  # METRIC: rain in cm
            "dateTime": "1720350000.0", "outTemp_C": "25.1", "outHumidity": "91.0",
            "windSpeed_kph": "15.12", "windGust_kph": "32.186880", "windDir": "135.0",
            "rainRate_cm_per_hour": "1.2", "dayRain_cm": "2.54", "pressure_mbar": "1012.53",
        },
        {  # METRICWX
            "dateTime": "1720350000.0", "outTemp_C": "25.1", "outHumidity": "91.0",
            "windSpeed_mps": "4.2", "windGust_mps": "8.9408", "windDir": "135.0",
            "rainRate_mm_per_hour": "12.0", "dayRain_mm": "25.4", "pressure_mbar": "1012.53",
        },
    ],
    ids=["US", "METRIC", "METRICWX"],
)  # fmt: skip
def test_weewx_says_the_same_in_all_of_its_unit_systems(payload: dict[str, str]) -> None:
    bench = heard("weewx", "weather/loop")
    readings = bench.send("weather/loop", payload)
    assert told(readings) == {
        "rainfall_total": "25.4 mm",
        "rain_rate": "12 mm/h",
        "wind_speed": "4.2 m/s",
        "wind_gust": "8.9408 m/s",
        "wind_direction": "135 deg",
        "air_temperature": "25.1 Cel",
        "humidity": "91 %RH",
        "pressure": "1012.53 hPa",
    }
    assert times(readings) == {"2024-07-07T11:00:00Z"}


def test_two_weewx_stations_are_told_apart_by_their_topics() -> None:
    roof = device("roof", {"profile": "weewx", "id": "weather/roof"})
    bench = Bench([roof], profiles().values())
    payload = {"dateTime": "1720350000.0", "outTemp_C": "25.1"}
    assert told(bench.send("weather/roof/loop", payload)) == {"air_temperature": "25.1 Cel"}
    assert reasons(bench.send("weather/loop", payload)) == [Reason.UNKNOWN_DEVICE]


@pytest.mark.parametrize(
    ("name", "external", "expected"),
    [
        (
            "fineoffset_ws90_a",
            "Fineoffset-WS90/77656",
            {
                "rainfall_total": "57.2 mm", "wind_speed": "0 m/s", "wind_gust": "0 m/s",
                "wind_direction": "306 deg", "air_temperature": "30.9 Cel", "humidity": "63 %RH",
            },
        ),
        (
            "fineoffset_ws90_b",
            "Fineoffset-WS90/77656",
            {
                "rainfall_total": "57.2 mm", "wind_speed": "0.5 m/s", "wind_gust": "0.6 m/s",
                "wind_direction": "313 deg", "air_temperature": "31.8 Cel", "humidity": "58 %RH",
            },
        ),
        (
            "fineoffset_wh24_old_keys",
            "Fine Offset WH24/80",
            {
                "rainfall_total": "0.3 mm", "wind_speed": "0 m/s", "wind_gust": "0 m/s",
                "wind_direction": "0 deg", "air_temperature": "24.7 Cel", "humidity": "65 %RH",
            },
        ),
    ],
)  # fmt: skip
def test_rtl_433_hears_stations_under_old_names_and_new(
    name: str, external: str, expected: dict[str, str]
) -> None:
    bench = heard("rtl-433", external)
    readings = bench.send("rtl_433/pi/events", shared(f"rtl_433/{name}.json"))
    assert told(readings) == expected
    # A recording has no clock: @0.08s, or nothing at all.
    assert times(readings) == {"2026-07-07T02:00:00Z"}


@pytest.mark.parametrize(
    ("time", "at"),
    [
        ("1783389000", "2026-07-07T01:50:00Z"),
        ("1783389000.25", "2026-07-07T01:50:00.250000Z"),
        ("2026-07-07T09:50:00+0800", "2026-07-07T01:50:00Z"),
        ("2026-07-07 09:50:00", "2026-07-07T01:50:00Z"),
    ],
)
def test_rtl_433_may_write_its_time_in_several_ways(time: str, at: str) -> None:
    bench = heard("rtl-433", "Fineoffset-WS90/77656")
    payload = {"time": time, "model": "Fineoffset-WS90", "id": 77656, "temperature_C": 3.5}
    assert times(bench.send("rtl_433/pi/events", payload)) == {at}


def test_a_neighbours_sensor_that_rtl_433_hears_is_unknown() -> None:
    bench = heard("rtl-433", "Fineoffset-WS90/77656")
    payload = {"model": "Schrader", "type": "TPMS", "id": "07b1", "pressure_kPa": 220}
    readings = bench.send("rtl_433/pi/events", payload)
    assert reasons(readings) == [Reason.UNKNOWN_DEVICE]
    assert "'Schrader/07b1'" in detail(readings)


def test_a_tasmota_sensor_has_local_time_without_a_zone() -> None:
    bench = heard("tasmota", "porch")
    readings = bench.send("tele/porch/SENSOR", shared("tasmota/tele_SENSOR.json"))
    assert told(readings) == {"air_temperature": "20.6 Cel"}
    assert times(readings) == {"2017-02-16T02:13:52Z"}


def test_a_tasmota_sensor_may_be_set_to_fahrenheit() -> None:
    bench = heard("tasmota", "porch")
    payload = {
        "Time": "2026-07-07T09:50:00", "BME280": {"Temperature": 77.0, "Humidity": 61.2,
        "Pressure": 752.4}, "TempUnit": "F", "PressureUnit": "mmHg",
    }  # fmt: skip
    assert told(bench.send("tele/porch/SENSOR", payload)) == {
        "air_temperature": "25 Cel",
        "humidity": "61.2 %RH",
        "pressure": "1003.12 hPa",
    }


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("stat/porch/RESULT", "stat_RESULT.json"),
        ("stat/porch/POWER", "stat_POWER.txt"),
        ("stat/porch/STATUS6", "stat_STATUS6.json"),
    ],
)
def test_what_tasmota_answers_to_commands_is_ignored_on_purpose(topic: str, name: str) -> None:
    bench = heard("tasmota", "porch")
    assert bench.send(topic, shared(f"tasmota/{name}")) == []
    assert bench.ignored == 1


@pytest.mark.parametrize(("word", "is_online"), [("Online", True), ("Offline", False)])
def test_the_last_will_of_a_tasmota_is_its_status(word: str, is_online: bool) -> None:
    bench = heard("tasmota", "porch")
    assert statuses(bench.send("tele/porch/LWT", word)) == [("d", is_online)]
    assert statuses(bench.send("tele/porch/LWT", word, retained=True)) == [("d", is_online)]
    assert reasons(bench.send("tele/porch/LWT", "asleep")) == [Reason.BAD_STATUS]


def test_a_zigbee_sensor_is_read_at_the_time_of_arrival() -> None:
    bench = heard("zigbee2mqtt", "bridge-deck")
    readings = bench.send("zigbee2mqtt/bridge-deck", shared("zigbee2mqtt/wsdcgq01lm.json"))
    assert told(readings) == {"air_temperature": "27.34 Cel", "humidity": "44.72 %RH"}
    assert {r.time_us for r in readings if isinstance(r, Observation)} == {NOW}


def test_a_retained_zigbee_state_of_unknown_age_is_not_taken_for_live() -> None:
    bench = heard("zigbee2mqtt", "bridge-deck")
    payload: dict[str, Any] = json.loads(shared("zigbee2mqtt/wsdcgq01lm.json"))
    assert bench.send("zigbee2mqtt/bridge-deck", payload, retained=True) == []
    assert bench.ignored == 1
    payload["last_seen"] = "2026-07-07T09:30:00+08:00"
    readings = bench.send("zigbee2mqtt/bridge-deck", payload, retained=True)
    assert times(readings) == {"2026-07-07T01:30:00Z"}


def test_a_zigbee_contact_is_a_cover() -> None:
    bench = heard("zigbee2mqtt", "manhole-3", kind="gauge")
    payload = {"contact": False, "battery": 87, "last_seen": 1783389000123}
    readings = bench.send("zigbee2mqtt/manhole-3", payload)
    assert told(readings) == {"cover_open": "true", "battery": "87 %"}
    assert times(readings) == {"2026-07-07T01:50:00.123000Z"}


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("zigbee2mqtt/hall", "rtcgq01lm.json"),  # whether somebody is there
        ("zigbee2mqtt/bridge/event", "bridge_event.json"),
        ("zigbee2mqtt/bridge/logging", "bridge_logging.json"),
        ("zigbee2mqtt/bridge/state", "bridge_state.txt"),
    ],
)
def test_what_zigbee2mqtt_says_besides_is_ignored_on_purpose(topic: str, name: str) -> None:
    bench = heard("zigbee2mqtt", "hall")
    assert bench.send(topic, shared(f"zigbee2mqtt/{name}")) == []
    assert bench.ignored == 1


def test_without_the_zigbee_bridge_all_of_its_devices_are_gone() -> None:
    sources = [{"profile": "zigbee2mqtt", "id": name} for name in ("a", "b")]
    bench = Bench([device(s["id"], s) for s in sources], profiles().values())
    gone = bench.send("zigbee2mqtt/bridge/state", '{"state":"offline"}', retained=True)
    assert statuses(gone) == [("a", False), ("b", False)]
    assert statuses(bench.send("zigbee2mqtt/b/availability", '{"state":"online"}')) == [("b", True)]


def test_flat_json_in_canonical_names_is_read() -> None:
    bench = heard("generic-json", "gw-7", kind="gauge")
    payload = {
        "time": "2026-07-07T09:30:00+08:00", "water_depth": 12.5, "battery": "96",
        "pump_running": 1, "road_state": "Wet", "remark": "new post",
    }  # fmt: skip
    readings = bench.send("json/gw-7", payload)
    assert told(readings) == {
        "water_depth": "12.5 cm",
        "road_state": "wet",
        "pump_running": "true",
        "battery": "96 %",
    }
    assert times(readings) == {"2026-07-07T01:30:00Z"}
    assert times(bench.send("json/gw-7", {"timestamp": 1783389000, "rainfall": 0})) == {
        "2026-07-07T01:50:00Z"
    }
    assert reasons(bench.send("json/gw-7", {"time": "noon", "rainfall": 0})) == [Reason.BAD_VALUE]
