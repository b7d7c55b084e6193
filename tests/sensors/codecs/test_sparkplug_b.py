"""Sparkplug B: births, data by alias, deaths, and every type of a single value."""

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codecs.protobuf import float32
from sensors.codecs.sparkplug_b import SparkplugReader
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import DATA, damaged, survives

FILES = DATA / "sparkplug_b"
NODE = b"spBv1.0/donggang/%s/gw1"
DEVICE = b"spBv1.0/donggang/%s/gw1/wg-7"


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def encode(*parts: tuple[int, int | float | str | bytes]) -> bytes:
    """A message of fields; texts and bytes with length, floats in eight bytes."""
    out = b""
    for number, value in parts:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            out += varint(number << 3 | 1) + struct.pack("<d", value)
        else:
            body = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(body)) + body
    return out


def metric(name: str | None = None, alias: int | None = None, **fields: Any) -> bytes:
    """A metric; `datatype`, `value` as (field, value), `timestamp`, `null`, `historical`."""
    parts: list[tuple[int, Any]] = []
    parts += [(1, name)] if name is not None else []
    parts += [(2, alias)] if alias is not None else []
    numbers = {"timestamp": 3, "datatype": 4, "historical": 5, "null": 7}
    parts += [(numbers[key], value) for key, value in fields.items() if key in numbers]
    parts += [fields["value"]] if "value" in fields else []
    return encode(*parts)


def payload(*metrics: bytes, timestamp: int = 1_795_415_268_958, seq: int = 1) -> bytes:
    return encode((1, timestamp), *((2, m) for m in metrics), (3, seq))


LEVEL = metric("WaterLevel", 7, datatype=10, value=(13, 0.25))
BORN = payload(LEVEL, metric("Count", 8, datatype=3, value=(10, 5)))


def values(tree: dict[str, Any]) -> dict[str, Any]:
    return {m["name"]: m["value"] for m in tree["metrics"]}


def expected(decoded: dict[str, Any]) -> Any:
    """The value of a metric in the files' own notation."""
    found = [v for k, v in decoded.items() if k.endswith("_value") and k != "dataset_value"]
    return int(found[0]) if "long_value" in decoded else next(iter(found), None)


@pytest.mark.skipif(not FILES.is_dir(), reason="../shared/data/mqtt is absent")
def test_payloads_of_another_encoder_read_as_their_own_decoder_reads_them() -> None:
    reader = SparkplugReader()
    topics = {"N": b"spBv1.0/g/%s/n", "D": b"spBv1.0/g/%s/n/d"}
    names = {"7": "WaterLevel", "8": "Rain1h"}
    for stem in ("NBIRTH", "DBIRTH", "DDATA_alias_only_0", "DDATA_alias_only_1",
                 "DDATA_alias_only_2", "DDATA_named", "NDEATH"):  # fmt: skip
        kind = stem.split("_")[0]
        tree = reader(topics[kind[0]] % kind.encode(), (FILES / f"{stem}.bin").read_bytes())
        decoded = json.loads((FILES / f"{stem}.decoded.json").read_text())
        assert tree["kind"] == kind
        assert tree["seq"] == (int(decoded["seq"]) if "seq" in decoded else None)
        sent = decoded.get("timestamp")
        assert tree["timestamp_ms"] == (int(sent) if sent else None)
        assert len(tree["metrics"]) == len(decoded["metrics"])
        for told, other in zip(tree["metrics"], decoded["metrics"], strict=True):
            assert told["name"] == other.get("name", names.get(other.get("alias", "")))
            assert told["timestamp_ms"] == int(other["timestamp"])
            assert told["value"] == expected(other)
            assert told["alias"] == (int(other["alias"]) if "alias" in other else None)
        assert tree.get("online") == {"NBIRTH": True, "DBIRTH": True, "NDEATH": False}.get(kind)


def test_the_tree_says_who_when_and_what() -> None:
    assert SparkplugReader()(DEVICE % b"DBIRTH", payload(LEVEL, timestamp=5000, seq=3)) == {
        "kind": "DBIRTH",
        "group": "donggang",
        "node": "gw1",
        "device": "wg-7",
        "timestamp_ms": 5000,
        "seq": 3,
        "metrics": [
            {
                "name": "WaterLevel",
                "alias": 7,
                "type": "Double",
                "value": 0.25,
                "timestamp_ms": 5000,
                "is_historical": False,
            }
        ],
        "online": True,
    }


def test_data_by_alias_takes_name_and_type_from_the_birth() -> None:
    reader = SparkplugReader()
    reader(DEVICE % b"DBIRTH", BORN)
    late = metric(alias=8, value=(10, 0xFFFF_FFFF), timestamp=9, historical=1)
    (told,) = reader(DEVICE % b"DDATA", payload(late))["metrics"]
    assert (told["name"], told["value"], told["timestamp_ms"]) == ("Count", -1, 9)
    assert told["is_historical"]


def test_an_alias_without_a_birth_is_refused_and_a_birth_is_asked_for() -> None:
    reader = SparkplugReader()
    data = payload(metric(alias=7, value=(13, 0.3)))
    reader(DEVICE % b"DBIRTH", BORN)
    for topic in (b"spBv1.0/donggang/DDATA/gw1/other", b"spBv1.0/elsewhere/DDATA/gw1/wg-7"):
        with pytest.raises(PayloadError, match=r"alias 7 of .* a birth is needed.*DBIRTH"):
            reader(topic, data)
    with pytest.raises(PayloadError, match="NBIRTH"):
        reader(NODE % b"NDATA", data)


def test_a_new_birth_makes_the_old_aliases_unknown() -> None:
    reader = SparkplugReader()
    reader(DEVICE % b"DBIRTH", BORN)
    reader(DEVICE % b"DBIRTH", payload(metric("Rain", 9, datatype=10, value=(13, 1.0))))
    with pytest.raises(PayloadError, match="alias 7"):
        reader(DEVICE % b"DDATA", payload(metric(alias=7, value=(13, 0.3))))


@pytest.mark.parametrize("ending", ["NBIRTH", "NDEATH", "DDEATH"])
def test_what_a_device_told_ends_with_its_session(ending: str) -> None:
    reader = SparkplugReader()
    reader(DEVICE % b"DBIRTH", BORN)
    topic = NODE if ending.startswith("N") else DEVICE
    reader(topic % ending.encode(), payload())
    with pytest.raises(PayloadError, match="a birth is needed"):
        reader(DEVICE % b"DDATA", payload(metric(alias=7, value=(13, 0.3))))


def test_a_node_takes_its_devices_with_it() -> None:
    reader = SparkplugReader()
    reader(NODE % b"NBIRTH", payload())
    for device in (b"b", b"a"):
        reader(b"spBv1.0/donggang/DBIRTH/gw1/" + device, BORN)
    reader(b"spBv1.0/donggang/DBIRTH/gw2/c", BORN)
    death = reader(NODE % b"NDEATH", b"")
    assert (death["online"], death["devices"]) == (False, ["a", "b"])


def test_a_last_will_that_comes_after_the_next_birth_is_no_death() -> None:
    reader = SparkplugReader()
    reader(NODE % b"NBIRTH", payload(metric("bdSeq", datatype=4, value=(11, 4))))
    with pytest.raises(PayloadError, match="bdSeq 3; its birth had 4"):
        reader(NODE % b"NDEATH", payload(metric("bdSeq", datatype=4, value=(11, 3))))
    death = reader(NODE % b"NDEATH", payload(metric("bdSeq", datatype=4, value=(11, 4))))
    assert death["online"] is False


@pytest.mark.parametrize(
    ("datatype", "value", "meaning"),
    [
        (1, (10, 0xF7), -9),
        (1, (10, 0xFFFF_FFF7), -9),
        (2, (10, 0xFFF7), -9),
        (3, (10, 0xFFFF_FFF7), -9),
        (3, (10, 0xFFFF_FFFF_FFFF_FFF7), -9),
        (3, (10, 0x7FFF_FFFF), 2**31 - 1),
        (4, (11, 2**64 - 9), -9),
        (5, (10, 255), 255),
        (6, (10, 65535), 65535),
        (7, (10, 0xFFFF_FFFF), 2**32 - 1),
        (7, (11, 0xFFFF_FFFF), 2**32 - 1),
        (8, (11, 2**64 - 1), 2**64 - 1),
        (10, (13, -0.5), -0.5),
        (10, (13, math.nan), None),
        (10, (13, math.inf), None),
        (11, (14, 0), False),
        (11, (14, 1), True),
        (12, (15, "积水"), "积水"),
        (13, (11, 1_795_415_268_955), 1_795_415_268_955),
        (14, (15, ""), ""),
        (16, (17, b"\x08\x03"), None),
        (17, (16, b"\x00"), None),
        (28, (16, b"\x00\x00\x00\x00"), None),
    ],
)
def test_each_type_has_its_value(
    datatype: int, value: tuple[int, int | float | str | bytes], meaning: object
) -> None:
    born = payload(metric("x", datatype=datatype, value=value))
    got = values(SparkplugReader()(NODE % b"NBIRTH", born))["x"]
    assert got == meaning
    assert type(got) is type(meaning)


def test_null_is_none_whatever_else_is_sent() -> None:
    null = metric("x", datatype=3, null=1, value=(10, 5))
    assert values(SparkplugReader()(NODE % b"NDATA", payload(null))) == {"x": None}


BAD: dict[str, tuple[bytes, bytes, str]] = {
    "no Sparkplug topic": (b"donggang/obs/x", BORN, "expected spBv1.0"),
    "a command": (NODE % b"NCMD", BORN, "NBIRTH, NDATA or NDEATH"),
    "a device without name": (NODE % b"DDATA", BORN, "<device>"),
    "an empty level": (b"spBv1.0//NDATA/gw1", BORN, "expected spBv1.0"),
    "a topic that is no UTF-8": (b"spBv1.0/\xff/NDATA/gw1", BORN, "UTF-8"),
    "text": (NODE % b"NDATA", b'{"metrics":[]}', "protobuf"),
    "half a payload": (NODE % b"NBIRTH", BORN[:-6], "cut off"),
    "a varint without end": (NODE % b"NDATA", b"\x08" + b"\xff" * 11, "no end"),
    "another wire type": (NODE % b"NDATA", encode((1, "noon")), "wire type"),
    "a birth without name": (NODE % b"NBIRTH", payload(metric(alias=1)), "must name all"),
    "neither name nor alias": (NODE % b"NDATA", payload(metric()), "neither name nor alias"),
    "one alias for two": (
        NODE % b"NBIRTH",
        payload(metric("a", 1), metric("b", 1)),
        "alias 1 of 'donggang/gw1' means 'a' and 'b'",
    ),
    "a number for a text": (
        NODE % b"NDATA",
        payload(metric("x", datatype=12, value=(10, 3))),
        "holds no String",
    ),
    "a number beyond its type": (
        NODE % b"NDATA",
        payload(metric("x", datatype=5, value=(10, 256))),
        "holds no UInt8",
    ),
    "a whole number of no known type": (
        NODE % b"NDATA",
        payload(metric("x", value=(10, 3))),
        "type of metric 'x' is not known",
    ),
    "two values": (
        NODE % b"NDATA",
        payload(metric("x", datatype=3, value=(10, 3)) + encode((11, 4))),
        "2 values",
    ),
    "metrics beyond number": (NODE % b"NDATA", b"\x12\x00" * 10_001, "more than 10,000 fields"),
    "a megabyte": (NODE % b"NDATA", bytes((1 << 20) + 1), "expected at most 1,048,576"),
    "a name that is no UTF-8": (NODE % b"NDATA", payload(encode((1, b"\xff"))), "UTF-8"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_message_is_refused_with_its_reason(case: str) -> None:
    topic, body, reason = BAD[case]
    with pytest.raises(PayloadError, match=reason):
        SparkplugReader()(topic, body)


def test_a_birth_that_is_refused_changes_nothing() -> None:
    reader = SparkplugReader()
    reader(DEVICE % b"DBIRTH", BORN)
    with pytest.raises(PayloadError):
        reader(DEVICE % b"DBIRTH", payload(metric("a", 1), metric("b", 1)))
    told = reader(DEVICE % b"DDATA", payload(metric(alias=7, value=(13, 0.3))))
    assert values(told) == {"WaterLevel": 0.3}


def test_births_of_ever_new_nodes_do_not_fill_the_memory() -> None:
    reader = SparkplugReader()
    for number in range(5000):
        reader(b"spBv1.0/g/NBIRTH/n%d" % number, BORN)
    assert len(reader._born) == len(reader._devices) == 4096
    assert values(reader(b"spBv1.0/g/NDATA/n4999", payload(metric(alias=7, value=(13, 0.3)))))


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_is_the_shortest_decimal_that_means_it(value: float) -> None:
    raw = struct.pack("<f", value)
    assert struct.pack("<f", float32(raw)) == raw


def test_a_float_has_the_digits_that_the_device_meant() -> None:
    for meant in (0.268, 82.5, -1.0, 1013.25, 16_777_216.0, 0.1):
        assert float32(struct.pack("<f", meant)) == meant


GOOD = [
    BORN,
    payload(metric(alias=7, value=(13, 0.3))),
    payload(metric("x", datatype=12, value=(15, "积水")), metric("y", datatype=3, null=1)),
]
TOPICS = st.sampled_from(
    [NODE % b"NBIRTH", NODE % b"NDEATH", DEVICE % b"DBIRTH", DEVICE % b"DDATA", b"x"]
)


@given(st.lists(st.tuples(TOPICS | st.binary(max_size=20), damaged(GOOD)), max_size=4))
def test_whatever_comes_is_read_or_refused(messages: list[tuple[bytes, bytes]]) -> None:
    reader = SparkplugReader()
    for topic, body in messages:
        survives(reader, topic, body)
