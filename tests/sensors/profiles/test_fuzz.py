"""Whatever comes on the topics of a profile: nothing raises, and everything is accounted for."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.domain.observations import DeviceStatus, Frame, Observation, Reading, Reject
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device
from sensors.packets import Message
from sensors.profiles.decoder import ProfileDecoder
from tests.sensors.codecs.test_hj212 import AIR
from tests.sensors.codecs.test_sl651 import TIMED
from tests.sensors.profiles.bench import JPEG, NOW, device, profiles, shared
from tests.sensors.profiles.test_lorawan import UP, decoded
from tests.sensors.profiles.test_stations import ECOWITT, ECOWITT_METRIC
from tests.sensors.profiles.test_video import HIKVISION, VIAS

# A machine that is busy with other tests is no fault of the decoder's.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
IDS = ["x", "0101010101010101", "1000000000000001", "Fineoffset-WS90/77656", "nvr-1/1", "123456",
       "0011223344", "JSRCTD000YD107", "x/x", "x/x/x"]  # fmt: skip


def _uplink(model: str, server: str) -> tuple[str, bytes]:
    topic, uplink = decoded(model, server)
    return topic, json.dumps(uplink).encode()


# Topic and payload as each profile's devices send them.
SAMPLES: dict[str, Callable[[], tuple[str, bytes]]] = {
    "chirpstack-v4": lambda: (UP.format("status"), shared("chirpstack_v4/status.json")),
    "the-things-stack-v3": lambda: _uplink("Milesight_EM500-UDL", "ThingsStackCommunity"),
    "milesight-em500-udl": lambda: _uplink("Milesight_EM500-UDL", "ChirpStack"),
    "milesight-em500-swl": lambda: _uplink("Milesight_EM500-UDL", "ThingsStackCommunity"),
    "milesight-wts506": lambda: _uplink("Milesight_EM500-UDL", "ChirpStack"),
    "decentlab-dl-cws2": lambda: _uplink("Decentlab_DL-CWS2", "ChirpStack"),
    "ecowitt": lambda: ("ecowitt2mqtt/x", json.dumps(ECOWITT).encode()),
    "ecowitt-metric": lambda: ("ecowitt2mqtt/x", json.dumps(ECOWITT_METRIC).encode()),
    "weewx": lambda: ("weather/loop", b'{"dateTime": "1720350000.0", "dayRain_cm": "2.54"}'),
    "rtl-433": lambda: ("rtl_433/pi/events", shared("rtl_433/fineoffset_ws90_a.json")),
    "tasmota": lambda: ("tele/x/SENSOR", shared("tasmota/tele_SENSOR.json")),
    "zigbee2mqtt": lambda: ("zigbee2mqtt/x", shared("zigbee2mqtt/wsdcgq01lm.json")),
    "frigate": lambda: ("frigate/x/car/snapshot", JPEG),
    "hikvision-event": lambda: (
        "hikvision/nvr-1/event",
        HIKVISION.format(type="RoadPonding", state="active").encode(),
    ),
    "huawei-vias": lambda: ("vias/x", json.dumps(VIAS).encode()),
    "sl651": lambda: ("sl651/x", TIMED.encode()),
    "hj212": lambda: ("hj212/x", AIR),
    "sparkplug-b": lambda: ("spBv1.0/x/DBIRTH/x/x", shared("sparkplug_b/DBIRTH.bin")),
    "generic-json": lambda: ("json/x", b'{"time": 1783388000, "rainfall_total": 3}'),
}


NOT_JSON = {"frigate", "hikvision-event", "sl651", "hj212", "sparkplug-b"}


def test_every_shipped_profile_is_fuzzed() -> None:
    assert SAMPLES.keys() == profiles().keys()


@cache
def decoder(name: str) -> ProfileDecoder:
    parameters = dict.fromkeys(profiles()[name].parameters, 400)
    devices: list[Device] = []
    for number, external in enumerate(IDS):
        source = {"profile": name, "id": external, **parameters}
        devices += [device(f"s{number}", source), device(f"c{number}", source, kind="camera")]
    return ProfileDecoder(profiles().values(), devices)


def is_sound(reading: Reading) -> bool:
    """Whether an archive may take a reading."""
    match reading:
        case Observation():
            is_possible = reading.quantity in QUANTITIES and abs(reading.value) < float("inf")
            return is_possible and 0 <= reading.time_us <= NOW + 300_000_000
        case Frame():
            return reading.jpeg.startswith(b"\xff\xd8")
        case DeviceStatus():
            return reading.device[0] in "sc"
        case Reject():
            return bool(reading.detail) and len(reading.payload) <= 65536


def send(name: str, topic: str, payload: bytes, *, retained: bool = False) -> None:
    """Hand over a message, and see that it gives something or is counted as ignored."""
    one = decoder(name)
    before = one.ignored.total()
    readings = one.decode(Message(topic.encode(), payload, 1, 1, retained, b"", 1), NOW)
    assert readings is not None
    assert all(map(is_sound, readings))
    assert (one.ignored.total() > before) is (not readings)


def topics_of(name: str) -> list[str]:
    filters = [topic for form in profiles()[name].messages for topic in form.topics]
    return sorted({topic.replace("+", "x").replace("#", "x") for topic in filters})


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20),
    st.sampled_from(["", "N/A", "-999", "nan", "1e999", "2026-07-07T09:30:00+08:00", "/9j/"]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("name", SAMPLES)
@given(payload=st.binary(max_size=200), retained=st.booleans())
@settings(max_examples=30, **PATIENT)
def test_random_bytes_are_accounted_for(name: str, payload: bytes, retained: bool) -> None:
    for topic in topics_of(name):
        send(name, topic, payload, retained=retained)


@pytest.mark.parametrize("name", SAMPLES)
@given(tree=TREES)
@settings(max_examples=30, **PATIENT)
def test_random_json_is_accounted_for(name: str, tree: Any) -> None:
    for topic in topics_of(name):
        send(name, topic, json.dumps(tree).encode())


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
@settings(max_examples=60, **PATIENT)
def test_a_real_payload_that_was_cut_or_damaged_is_accounted_for(
    name: str, data: st.DataObject
) -> None:
    topic, payload = SAMPLES[name]()
    damaged = bytearray(payload[: data.draw(st.integers(0, len(payload)))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(damaged) - 1)), max_size=5)):
        if damaged:
            damaged[place] = data.draw(st.integers(0, 255))
    send(name, topic, bytes(damaged))


@pytest.mark.parametrize("name", [n for n in SAMPLES if n not in NOT_JSON])
@given(data=st.data())
@settings(max_examples=60, **PATIENT)
def test_a_real_payload_with_other_values_in_it_is_accounted_for(
    name: str, data: st.DataObject
) -> None:
    topic, payload = SAMPLES[name]()
    send(name, topic, json.dumps(_changed(json.loads(payload), data)).encode())


def _changed(node: Any, data: st.DataObject) -> Any:
    """The tree with one of its leaves, or branches, replaced."""
    if not isinstance(node, dict | list) or not node or data.draw(st.integers(0, 5)) == 0:
        return data.draw(TREES)
    if isinstance(node, list):
        place = data.draw(st.integers(0, len(node) - 1))
        return [_changed(n, data) if i == place else n for i, n in enumerate(node)]
    key = data.draw(st.sampled_from(sorted(node)))
    return node | {key: _changed(node[key], data)}
