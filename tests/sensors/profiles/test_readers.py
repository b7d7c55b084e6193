"""Kinds of payloads: what they become, and what is refused."""

import base64
from typing import Any

import pytest

from sensors.payloads import PayloadError
from sensors.profiles.readers import chained, check_chain, new_readers
from tests.sensors.profiles.bench import NOW, Bench, device, profile, reasons, told


def read(chain: list[str], payload: bytes) -> Any:
    return chained(check_chain(chain), new_readers())(b"t", payload)


@pytest.mark.parametrize(
    ("chain", "payload", "tree"),
    [
        (["json"], b'{"a":[1,null,"x"]}', {"a": [1, None, "x"]}),
        (["text"], b" 12.5\r\n", "12.5"),
        (["text"], b"dry\0", "dry"),
        (["csv"], b'station-7, 12.5,"wet"\n', ["station-7", "12.5", "wet"]),
        (["csv"], b"station-7;12,5;", ["station-7", "12,5", ""]),
        (["bytes"], b"\x01\x02", b"\x01\x02"),
        (["hex"], b"01 03 04 43 48\n", b"\x01\x03\x04CH"),
        (["base64"], b"qg==", b"\xaa"),
        (["hex", "json"], b'{"a":1}'.hex().encode(), {"a": 1}),
        (["base64", "hex", "text"], base64.b64encode(b"6472 79"), "dry"),
        (["gb18030", "json"], '{"水位":12}'.encode("gb18030"), {"水位": 12}),
        (
            ["senml"],
            b'[{"bn":"urn:dev:x:","bt":1783389000,"bu":"cm","n":"depth","v":12},{"n":"ok","vb":true}]',
            [
                {"n": "depth", "u": "cm", "t": 1783389000.0, "v": 12.0},
                {"n": "ok", "u": "cm", "t": 1783389000.0, "v": True},
            ],
        ),
        (["senml"], b'[{"n":"a","t":-5,"v":1}]', [{"n": "a", "u": None, "t": None, "v": 1.0}]),
        (
            ["xml"],
            b'<a x="1"><b>2</b><b>3</b><c u="m">4</c><d/></a>',
            {"a": {"@x": "1", "b": ["2", "3"], "c": {"@u": "m", "#text": "4"}, "d": ""}},
        ),
        (
            ["xml"],
            '<?xml version="1.0" encoding="GB2312"?><n:a>警情 &amp; A&B</n:a>'.encode("gbk"),
            {"a": "警情 & A&B"},
        ),
    ],
)  # fmt: skip
def test_a_payload_becomes_a_tree(chain: list[str], payload: bytes, tree: object) -> None:
    assert read(chain, payload) == tree


@pytest.mark.parametrize(
    ("chain", "payload"),
    [
        (["json"], b"{"),
        (["json"], b""),
        (["json"], b'{"a":NaN}'),
        (["json"], b"[" * 100_000),
        (["json"], b'"\xff"'),
        (["text"], b"\xff"),
        (["csv"], b"1,2\n3,4"),
        (["hex"], b"0x01"),
        (["hex"], b"\xff\xff"),
        (["base64"], b"####"),
        (["gb18030", "text"], b"\xff\xff"),
        (["senml"], b'{"n":"a"}'),
        (["senml"], b'[{"n":"a"}]'),
        (["senml"], b"no"),
        (["xml"], b"<a>&other;<"),
        (["xml"], b'<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "d">]><a>&b;</a>'),
        (["xml"], b'<?xml version="1.0" encoding="gbk"?><a>\xff\xff</a>'),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(chain: list[str], payload: bytes) -> None:
    with pytest.raises(PayloadError) as caught:
        read(chain, payload)
    assert str(caught.value)


@pytest.mark.parametrize("chain", [["yaml"], ["json", "json"], ["base32", "json"], ["text", "hex"]])
def test_a_chain_of_what_does_not_follow_is_refused(chain: list[str]) -> None:
    with pytest.raises(ValueError, match="there is no kind of payload"):
        check_chain(chain)


def bench(text: str) -> Bench:
    return Bench([device("d", {"profile": "p", "id": "dtu-1"}, kind="gauge")], [profile(text)])


def test_registers_that_a_transparent_dtu_passes_on_are_read() -> None:
    # Modbus: address, function, length, two registers of a float, one of a temperature, checksum.
    dtu = bench("""
        messages:
          - topics: dtu/+
            payload: hex
            device: {topic: 1}
            values:
              - {quantity: water_depth, path: "[3:7]", number: f32be, unit: m}
              - {quantity: air_temperature, path: "[7:9]", number: i16be, scale: 0.1, unit: Cel}
              - {quantity: battery, path: "[9]"}
    """)
    readings = dtu.send("dtu/dtu-1", "01 03 06 3E 89 37 4C FF D3 60 00 00")
    assert told(readings) == {
        "water_depth": "26.8 cm", "air_temperature": "-4.5 Cel", "battery": "96 %",
    }  # fmt: skip
    assert reasons(dtu.send("dtu/dtu-1", "01 03 06 3E 89")) == ["bad_value"]


def test_registers_may_have_their_words_swapped() -> None:
    dtu = bench("""
        messages:
          - topics: dtu/+
            payload: bytes
            device: {topic: 1}
            values: [{quantity: water_depth, path: "[0:4]", number: f32sw, unit: m}]
    """)
    assert told(dtu.send("dtu/dtu-1", b"\x37\x4c\x3e\x89")) == {"water_depth": "26.8 cm"}


def test_what_is_packed_in_a_payload_is_read_once_more() -> None:
    lns = bench("""
        messages:
          - topics: lns
            device: {path: dev}
            inside:
              - {path: data, payload: [base64, csv], name: object}
              - {path: objectJSON, payload: json, name: more}
            values:
              - {quantity: water_depth, path: ["object[1]", object.depth]}
              - {quantity: battery, path: more.battery}
    """)
    packed = base64.b64encode(b"7,12.5").decode()
    message = {"dev": "dtu-1", "data": packed, "objectJSON": '{"battery": 88}'}
    assert told(lns.send("lns", message)) == {"water_depth": "12.5 cm", "battery": "88 %"}
    # Where the server has decoded it already, that counts.
    known = told(lns.send("lns", message | {"object": {"depth": 3}}))
    assert known == {"water_depth": "3 cm", "battery": "88 %"}
    assert reasons(lns.send("lns", message | {"data": "?"})) == ["payload"]


def test_a_senml_pack_on_a_foreign_topic_is_read() -> None:
    senml = bench("""
        messages:
          - topics: pack/+
            payload: senml
            device: {topic: 1}
            time: {path: "[0].t", format: unix_s}
            values:
              - {quantity: water_depth, path: "[?n='depth'].v", unit: mm}
              - {quantity: cover_open, path: "[?n='lid'].v"}
    """)
    pack = [{"bt": NOW // 1_000_000 - 60, "n": "depth", "v": 125}, {"n": "lid", "vb": False}]
    assert told(senml.send("pack/dtu-1", pack)) == {"water_depth": "12.5 cm", "cover_open": "false"}
