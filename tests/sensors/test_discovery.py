"""Home Assistant MQTT discovery: who announces what, and how it is heard once it is bound.

The payloads are in the forms of the documentation and of Tasmota and Zigbee2MQTT
(https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery).
"""

import json
from typing import Any

import pytest

from monitoring.domain.devices import (
    ANNOUNCED,
    AnnouncedStatus,
    AnnouncedValue,
    Candidate,
    DeviceBound,
    Parameter,
    as_device,
)
from monitoring.domain.observations import DeviceStatus, Observation, Reading, Reason, Reject
from monitoring.domain.site import DeviceKind
from sensors.discovery import Announcements, announced_profile, is_announcement
from sensors.packets import Message
from sensors.profiles.decoder import ProfileDecoder

DEPTH = {
    "~": "yard/us1", "name": "Depth", "uniq_id": "us1_depth", "stat_t": "~/state",
    "val_tpl": "{{ value_json.dist }}", "unit_of_meas": "mm", "dev_cla": "distance",
    "avty_t": "~/lwt", "dev": {"ids": ["us1"], "name": "Yard ultrasonic", "mf": "Bench"},
}  # fmt: skip
BATTERY = {
    "name": "Battery", "unique_id": "us1_batt", "state_topic": "yard/us1/batt",
    "unit_of_measurement": "%", "device_class": "battery", "device": {"identifiers": "us1"},
}  # fmt: skip
TASMOTA = {
    "name": "Roof Temperature", "stat_t": "tele/roof/SENSOR", "unit_of_meas": "°F",
    "dev_cla": "temperature", "uniq_id": "1A_BME_T", "dev": {"ids": ["1A"]},
    "val_tpl": "{{value_json['BME280']['Temperature']}}", "avty_t": "tele/roof/LWT",
    "pl_avail": "Online", "pl_not_avail": "Offline",
}  # fmt: skip
TOGETHER = {
    "dev": {"ids": "ea33", "name": "Roof"}, "o": {"name": "bench"}, "state_topic": "roof/state",
    "cmps": {
        "t": {"p": "sensor", "device_class": "temperature", "unit_of_measurement": "°C",
              "value_template": "{{ value_json.temperature}}", "unique_id": "t"},
        "h": {"p": "sensor", "dev_cla": "humidity", "unit_of_measurement": "%",
              "val_tpl": "{{ value_json.humidity }}", "unique_id": "h"},
        "gone": {"p": "sensor"},
    },
}  # fmt: skip


def announced(*configs: dict[str, Any], component: str = "sensor") -> list[Candidate]:
    known = Announcements()
    for number, config in enumerate(configs):
        topic = f"homeassistant/{component}/n/o{number}/config".encode()
        assert known.take(topic, json.dumps(config).encode()) is None
    return known.candidates()


def bound(candidate: Candidate, **parameters: float) -> DeviceBound:
    return DeviceBound(
        "d", DeviceKind.STATION, "名", "name", "s", candidate.quantities, 60.0, ANNOUNCED,
        candidate.external, tuple(Parameter(*p) for p in parameters.items()), candidate.values,
        candidate.status,
    )  # fmt: skip


def read(made: DeviceBound, topic: str, payload: str) -> list[Reading]:
    decoder = ProfileDecoder([announced_profile(made)], [as_device(made)])
    message = Message(
        topic.encode(), payload.encode(), 1, 1, is_retained=False, properties=b"", link=1
    )
    return list(decoder.decode(message, 7) or ())


def test_the_entities_of_one_device_are_one_candidate() -> None:
    (one,) = announced(DEPTH, BATTERY)
    assert (one.key, one.name) == ((ANNOUNCED, "us1"), "Yard ultrasonic")
    assert one.quantities == ("water_depth", "battery")
    assert one.parameters == ("mount_height_cm",)
    assert one.status == AnnouncedStatus("yard/us1/lwt", "online", "offline")
    assert one.values[0] == AnnouncedValue(
        "yard/us1/state", "dist", "water_depth", "mm", below="mount_height_cm"
    )


def test_once_bound_it_is_heard_on_its_state_topics_in_its_own_units() -> None:
    made = bound(*announced(DEPTH, BATTERY), mount_height_cm=412.0)
    assert read(made, "yard/us1/state", '{"dist": 4000}') == [
        Observation("d", "water_depth", 7, 12.0)
    ]
    assert read(made, "yard/us1/batt", "87") == [Observation("d", "battery", 7, 87.0)]
    assert read(made, "yard/us1/lwt", "offline") == [DeviceStatus("d", 7, is_online=False)]
    assert read(made, "yard/us1/state", '{"else": 1}') == []
    (refused,) = read(made, "yard/us1/state", '{"dist": "x"}')
    assert isinstance(refused, Reject)


def test_keys_in_brackets_and_degrees_fahrenheit_are_understood() -> None:
    made = bound(*announced(TASMOTA))
    (value,) = read(made, "tele/roof/SENSOR", '{"BME280": {"Temperature": 68}}')
    assert isinstance(value, Observation)
    assert (value.quantity, round(value.value, 6)) == ("air_temperature", 20)
    assert read(made, "tele/roof/LWT", "Online") == [DeviceStatus("d", 7, is_online=True)]


def test_a_device_may_announce_all_of_its_entities_in_one_message() -> None:
    (one,) = announced(TOGETHER, component="device")
    assert (one.external, one.name, one.quantities) == (
        "ea33", "Roof", ("air_temperature", "humidity"),
    )  # fmt: skip
    found = read(bound(one), "roof/state", '{"temperature": 21.5, "humidity": 60}')
    assert [(o.quantity, o.value) for o in found if isinstance(o, Observation)] == [
        ("air_temperature", 21.5), ("humidity", 60.0),
    ]  # fmt: skip


def test_a_door_and_a_running_pump_are_states() -> None:
    config = {
        "stat_t": "c/1",
        "dev_cla": "opening",
        "pl_on": "open",
        "pl_off": "shut",
        "uniq_id": "c",
    }
    made = bound(*announced(config, component="binary_sensor"))
    assert read(made, "c/1", "open") == [Observation("d", "cover_open", 7, 1.0)]
    assert read(made, "c/1", "shut") == [Observation("d", "cover_open", 7, 0.0)]


@pytest.mark.parametrize(
    "changes",
    [
        {"val_tpl": "{{ value_json.dist | float * 2 }}"},
        {"val_tpl": "{% if value %}1{% endif %}"},
        {"unit_of_meas": "furlong"},
        {"dev_cla": "voltage"},
        {"stat_t": "a/#"},
        {"stat_t": None},
        {"dev_cla": "precipitation"},
    ],
)
def test_what_is_not_said_in_the_simple_way_is_no_candidate(changes: dict[str, Any]) -> None:
    assert announced({**DEPTH, **changes}) == []


def test_rain_counts_only_as_a_total() -> None:
    rain = {"stat_t": "r", "dev_cla": "precipitation", "unit_of_meas": "mm", "uniq_id": "r",
            "stat_cla": "total_increasing"}  # fmt: skip
    made = bound(*announced(rain))
    decoder = ProfileDecoder([announced_profile(made)], [as_device(made)])
    values = []
    for at, total in enumerate((10, 10.4), 1):
        message = Message(
            b"r", str(total).encode(), 1, 1, is_retained=False, properties=b"", link=1
        )
        values += [(o.quantity, round(o.value, 6)) for o in decoder.decode(message, at) or ()
                   if isinstance(o, Observation)]  # fmt: skip
    assert values == [
        ("rainfall_total", 10.0), ("rainfall_total", 10.4), ("rainfall", 0.4),
    ]  # fmt: skip


def test_an_empty_announcement_takes_the_device_away() -> None:
    known = Announcements()
    topic = b"homeassistant/sensor/us1/config"
    known.take(topic, json.dumps(DEPTH).encode())
    assert len(known.candidates()) == 1
    known.take(topic, b"")
    assert known.candidates() == []


@pytest.mark.parametrize("payload", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_announcement_says_so(payload: bytes) -> None:
    fault = Announcements().take(b"homeassistant/sensor/x/config", payload)
    assert fault
    assert fault[0] in (Reason.NOT_JSON, Reason.PAYLOAD)


def test_only_topics_of_announcements_are_taken_for_one() -> None:
    assert is_announcement(b"homeassistant/sensor/x/config")
    assert is_announcement(b"homeassistant/sensor/n/x/config")
    for topic in (
        b"homeassistant/status",
        b"homeassistant/sensor/x/state",
        b"a/homeassistant/b/c/config",
    ):
        assert not is_announcement(topic)
