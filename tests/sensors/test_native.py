"""What each message means, and what each bad one gets."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.observations import (
    DeviceStatus,
    Frame,
    Observation,
    Quality,
    Reading,
    Reason,
    Reject,
)
from monitoring.domain.site import Device
from sensors.native import NativeDecoder
from sensors.packets import Message
from sensors.rejects import KEPT, LARGEST

NOW = 1_780_000_000_000_000
NOW_S = NOW // 1_000_000
TIME_PROPERTY = b"\x26\x00\x04time"
JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08\x02\xd0\x05\x00\x03" + b"\0" * 9 + b"\xff\xd9"


def device(name: str, kind: str) -> Device:
    text = {"zh": name, "en": name}
    return Device.model_validate(
        {"id": name, "kind": kind, "name": text, "segment": "s", "cadence": "60s"}
    )


DECODER = NativeDecoder("donggang", {n: device(n, k) for n, k in (("g", "gauge"), ("c", "camera"))})


def decode(
    payload: str | bytes, topic: str | bytes = "donggang/obs/g", properties: bytes = b""
) -> Sequence[Reading]:
    body = payload.encode() if isinstance(payload, str) else payload
    name = topic.encode() if isinstance(topic, str) else topic
    return DECODER.decode(Message(name, body, 1, 1, False, properties, 1), NOW)


def pack(*records: object) -> str:
    return json.dumps(records)


def record(**fields: object) -> dict[str, object]:
    return {"n": "water_depth", "v": 12, **fields}


def reasons(readings: Sequence[Reading]) -> list[Reason]:
    return [r.reason for r in readings if isinstance(r, Reject)]


def values(readings: Sequence[Reading]) -> list[float]:
    return [r.value for r in readings if isinstance(r, Observation)]


NOT_ARRAY = '{"n":"water_depth","v":12}'
DEEP = "[" * 100_000 + "]" * 100_000
BAD: dict[str, tuple[str | bytes, Reason]] = {
    "words": ("depth: twelve", Reason.NOT_JSON),
    "nothing": ("", Reason.NOT_JSON),
    "bytes that are no UTF-8": (b'[{"n":"\xff"}]', Reason.NOT_JSON),
    "NaN": ('[{"n":"water_depth","v":NaN}]', Reason.NOT_JSON),
    "NaN after another fault": ('[{"n":"water_depth","v":"x"},{"v":NaN}]', Reason.NOT_JSON),
    "infinity": ('[{"n":"water_depth","v":Infinity}]', Reason.NOT_JSON),
    "a well": (f'[{{"n":"water_depth","v":12,"x":{DEEP}}}]', Reason.NOT_JSON),
    "a well after another fault": (f'[{{"v":"x","x":{DEEP}}}]', Reason.NOT_JSON),
    "no array": (NOT_ARRAY, Reason.NOT_SENML),
    "an empty pack": ("[]", Reason.NOT_SENML),
    "an empty record": ("[{}]", Reason.NOT_SENML),
    "a number for a record": ("[12]", Reason.NOT_SENML),
    "no value": ('[{"n":"water_depth"}]', Reason.NOT_SENML),
    "null": (pack(record(v=None)), Reason.NOT_SENML),
    "two values": (pack(record(vs="12")), Reason.NOT_SENML),
    "a sum": ('[{"n":"water_depth","s":12}]', Reason.NOT_SENML),
    "a later version": (pack(record(bver=11)), Reason.NOT_SENML),
    "a base field of another type": (pack(record(bt="noon")), Reason.NOT_SENML),
    "what must be understood": (pack(record(x_=1)), Reason.NOT_SENML),
    "another quantity": (pack(record(n="wetness")), Reason.UNKNOWN_QUANTITY),
    "another unit": (pack(record(u="furlong")), Reason.UNKNOWN_UNIT),
    "a unit of another kind": (pack(record(u="Pa")), Reason.UNKNOWN_UNIT),
    "text for a number": (pack(record(v="deep")), Reason.BAD_VALUE),
    "truth for a number": ('[{"n":"water_depth","vb":true}]', Reason.BAD_VALUE),
    "a number beyond all": ('[{"n":"water_depth","v":1e400}]', Reason.BAD_VALUE),
    "a number that overflows": (pack(record(u="km", v=1e308)), Reason.BAD_VALUE),
    "another road state": ('[{"n":"road_state","vs":"lava"}]', Reason.BAD_VALUE),
    "before 1970": (pack(record(t=-2e9)), Reason.BAD_VALUE),
    "over 5 min ahead": (pack(record(t=NOW_S + 301)), Reason.FUTURE),
    "over 4 MiB": (b"[" + b" " * LARGEST, Reason.TOO_LARGE),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_pack_is_rejected_with_its_reason(case: str) -> None:
    payload, reason = BAD[case]
    (reject,) = decode(payload)
    assert isinstance(reject, Reject)
    assert reject.reason is reason
    assert reject.detail
    assert reject.size == len(payload.encode() if isinstance(payload, str) else payload)
    assert len(reject.payload) <= KEPT


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("donggang/obs/nobody", Reason.UNKNOWN_DEVICE),
        ("donggang/obs/c", Reason.TOPIC),
        ("donggang/frame/g", Reason.UNKNOWN_DEVICE),
        ("donggang/obs/g/x", Reason.TOPIC),
        (b"donggang/obs/\xff", Reason.TOPIC),
        (b"", Reason.TOPIC),
    ],
)
def test_a_topic_that_is_not_ours_is_rejected(topic: str | bytes, reason: Reason) -> None:
    assert reasons(decode(pack(record()), topic)) == [reason]


def test_a_topic_is_kept_readable_whatever_is_in_it() -> None:
    (invalid,) = decode("", b"donggang/obs/\xff")
    (control,) = decode("", b"donggang/obs/a\0b")
    assert isinstance(invalid, Reject)
    assert isinstance(control, Reject)
    assert invalid.topic == r"donggang/obs/\xff"
    assert control.topic == r"donggang/obs/a\x00b"


def test_the_good_records_of_a_pack_are_kept() -> None:
    readings = decode(pack(record(v=1), record(n="wetness"), record(v=2)))
    assert values(readings) == [1, 2]
    assert reasons(readings) == [Reason.UNKNOWN_QUANTITY]


def test_base_fields_of_a_faulty_record_hold_for_the_next() -> None:
    base = {"bn": "urn:dev:ow:10e2:", "bt": NOW_S - 600, "bu": "m"}
    (reject, good) = decode(pack({**base, **record(v="x")}, record(v=0.29)))
    assert isinstance(reject, Reject)
    assert good == Observation("g", "water_depth", NOW - 600_000_000, 29.0)


def test_many_faults_in_one_message_are_told_in_few_rejects() -> None:
    readings = decode(pack(*[record(n="wetness")] * 5000, record(v=3)))
    assert values(readings) == [3]
    assert len(readings) == 18
    last = readings[-1]
    assert isinstance(last, Reject)
    assert "4984 more" in last.detail


@pytest.mark.parametrize(
    ("fields", "ago_s"),
    [({}, 0), ({"t": -60}, 60), ({"t": NOW_S - 7}, 7), ({"bt": NOW_S - 9, "t": 2}, 7),
     ({"t": 300}, -300), ({"t": NOW_S - 0.000001}, 0.000001)],
)  # fmt: skip
def test_times_are_absolute_relative_or_of_arrival(fields: dict[str, float], ago_s: float) -> None:
    (reading,) = decode(pack(record(**fields)))
    assert isinstance(reading, Observation)
    assert reading.time_us == NOW - round(ago_s * 1_000_000)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"n": "water_depth", "u": "m", "v": 0.29}, 29.0),
        ({"n": "air_temperature", "u": "K", "v": 300.15}, 27.0),
        ({"n": "wind_speed", "u": "km/h", "v": 36}, 10.0),
        ({"n": "rain_rate", "u": "m/h", "v": 0.05}, 50.0),
        ({"n": "humidity", "u": "%", "v": 80}, 80.0),
        ({"n": "friction", "u": "/", "v": 0.3}, 0.3),
        ({"n": "road_state", "vs": "ice"}, 6.0),
        ({"n": "pump_running", "vb": True}, 1.0),
        ({"bn": "device/", "n": "water_depth", "bv": 2, "v": 3}, 5.0),
    ],
)
def test_values_come_in_the_canonical_unit(fields: dict[str, object], value: float) -> None:
    assert values(decode(pack(fields))) == [value]


def test_what_nature_does_not_allow_is_read_as_it_is() -> None:
    """The checker says what can't be; what is read must not be lost before it."""
    readings = decode(pack(record(v=600), record(v=6000), record(v=-10)))
    assert [(r.value, r.quality) for r in readings if isinstance(r, Observation)] == [
        (600, Quality.GOOD), (6000, Quality.GOOD), (-10, Quality.GOOD),
    ]  # fmt: skip


def test_a_status_is_online_or_offline_and_nothing_else() -> None:
    assert decode("online", "donggang/status/c") == (DeviceStatus("c", NOW, True),)
    assert decode("offline", "donggang/status/g") == (DeviceStatus("g", NOW, False),)
    assert reasons(decode("perhaps", "donggang/status/g")) == [Reason.BAD_STATUS]


def frame(jpeg: bytes, time: bytes | None = None) -> Sequence[Reading]:
    pair = b"" if time is None else TIME_PROPERTY + len(time).to_bytes(2, "big") + time
    properties = bytes([len(pair)]) + pair if pair else b""
    return decode(jpeg, "donggang/frame/c", properties)


def test_a_frame_has_its_own_time_or_that_of_arrival() -> None:
    assert frame(JPEG) == (Frame("c", NOW, JPEG),)
    (told,) = frame(JPEG, b"1970-01-01T08:00:01+08:00")
    assert told == Frame("c", 1_000_000, JPEG)


@pytest.mark.parametrize("time", [b"noon", b"2026-01-01T00:00:00", b"1960-01-01T00:00:00Z"])
def test_a_frame_with_a_time_that_is_none_is_rejected(time: bytes) -> None:
    assert reasons(frame(JPEG, time)) == [Reason.BAD_VALUE]


def test_a_frame_with_malformed_properties_is_rejected() -> None:
    assert reasons(decode(JPEG, "donggang/frame/c", b"\x05\x26\0\x99ab")) == [Reason.BAD_VALUE]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        JPEG[:-2],
        b"\xff\xd8\xff\xd9",
        JPEG.replace(b"\x02\xd0\x05\x00", b"\0\0\0\0"),
        JPEG.replace(b"\x02\xd0\x05\x00", b"\x20\0\x20\0"),  # 67 megapixels
    ],
)
def test_what_is_no_whole_jpeg_is_rejected(data: bytes) -> None:
    assert reasons(frame(data)) == [Reason.NOT_JPEG]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("aé_0\0/:", max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
labels = st.sampled_from(["n", "v", "vs", "vb", "t", "u", "bn", "bt", "bu", "bv", "bver", "x_"])
names = st.sampled_from(["water_depth", "road_state", "pump_running", "air_temperature"])
records = st.dictionaries(labels, json_values | names, max_size=5)
payloads = st.binary(max_size=60) | st.lists(records, max_size=4).map(
    lambda r: json.dumps(r).encode()
)


@given(
    payloads, st.sampled_from(["obs/g", "obs/c", "frame/c", "status/g", "x"]), st.binary(max_size=9)
)
def test_whatever_comes_is_read_or_rejected_and_never_raises(
    payload: bytes, topic: str, properties: bytes
) -> None:
    readings = decode(payload, f"donggang/{topic}", properties)
    assert readings
    for reading in readings:
        if isinstance(reading, Observation):
            assert 0 <= reading.time_us <= NOW + 300_000_000
            assert abs(reading.value) < float("inf")
