"""SL 651-2014: frames of others, frames of our own encoder, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codecs.checksums import modbus
from sensors.codecs.sl651 import read
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import damaged, survives

# A timed report of a river station; its checksum was verified by another implementation too.
TIMED = (
    "7E7E 05 0011223344 03E8 32 002B 02 0034 170718110016 F1F1 0011223344 48 F0F0 1707181100 "
    "2019 000040 2619 000040 3923 00010490 3812 1099 03 A421"
)
# Examples of 福建省水文监测数据接入规定 V1.0 (2023-01).
EVEN = (
    "7E7E011000000006000031004E022F7E221205110019F1F1100000000648F0F022120510050418000005392300028960"
    "0002896000028960000289600002896000028960000289600002896000028960000289600002896000028960035B947E"
)
HOURLY = (
    "7E7E0110000000060000340068022F7B221202131525F1F1100000000648F0F02212021220F46000000000000000000000"
    "0000F0F022120213152619003196F0F02212021220F55C0A2D0A2D0A2D0A2D0A2D0A2D0A2D0A2D0A2D0A2D0AEC0AECF0F0"
    "221202131539230002896020190000003812131603329C7E"
)
HOURLY_OF_ONE_TIME = (
    "7E7E100012345678123434003A020003140612020000F1F1001234567848F0F01406120200F55C0AAA0AAAFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFF391A0027303812129003ADF77E"
)
QUERIED = (
    "7E7E001000000006000037002B02013D221206100758F1F1100000000648F0F0221206100720190000002619000000"
    "3923FFFFFFFF3812114303C7CD"
)
MANUAL = "7E7E0110000000060000350011022F7D221205102729F2F25120312E32333403BF56"
STATUS = "7E7E0010000000060000460015020150221206133007F1F11000000006452000000481031603"


def frame(
    body: str,
    function: int = 0x32,
    *,
    head: str = "01 0000000001 1234",
    direction: int = 0,
    start: str = "02",
    sent: str = "0001 260707080003",
) -> bytes:
    """A frame with its checksum; `body` follows the time of sending."""
    inner = bytes.fromhex(sent + body)
    word = direction << 12 | len(inner)
    data = bytes.fromhex(f"7E7E {head} {function:02X} {word:04X} {start}") + inner + b"\x03"
    return data + modbus(data).to_bytes(2)


def report(elements: str, function: int = 0x32) -> bytes:
    return frame(f"F1F1 0000000001 48 F0F0 2607070800 {elements}", function)


def one(payload: str | bytes) -> dict[str, Any]:
    body = payload.encode() if isinstance(payload, str) else payload
    tree = read(b"dtu/1", body)
    assert tree["faults"] == []
    (only,) = tree["frames"]
    assert isinstance(only, dict)
    return only


def values(tree: dict[str, Any]) -> list[tuple[str, float | None]]:
    return [(element["id"], element["value"]) for element in tree["elements"]]


def test_a_timed_report_of_another_station() -> None:
    tree = one(TIMED)
    at = "2017-07-18T11:00:00+08:00"
    elements = tree.pop("elements")
    assert tree == {
        "function": "32",
        "kind": "timed",
        "centre": "05",
        "station": "0011223344",
        "station_kind": "river",
        "serial": 0x34,
        "sent_at": "2017-07-18T11:00:16+08:00",
    }
    assert elements[2] == {
        "id": "39",
        "name": "water_level",
        "unit": "m",
        "value": 10.49,
        "raw": "00010490",
        "observed_at": at,
    }
    assert [(e["name"], e["value"], e["unit"]) for e in elements] == [
        ("rain_current", 4.0, "mm"),
        ("rain_total", 4.0, "mm"),
        ("water_level", 10.49, "m"),
        ("voltage", 10.99, "V"),
    ]
    assert {e["observed_at"] for e in elements} == {at}


@pytest.mark.parametrize(
    "payload",
    [
        TIMED.replace(" ", ""),
        TIMED.lower(),
        TIMED + "\r\n",
        bytes.fromhex(TIMED),
        b"\x00\x12DTU-4711" + bytes.fromhex(TIMED) + b"\r\n",
        b"\x7e" + bytes.fromhex(TIMED) + b"\x7e",
    ],
    ids=["compact", "lower case", "with a line end", "raw", "amid noise", "with one mark too many"],
)
def test_a_frame_is_read_however_a_dtu_passes_it_on(payload: str | bytes) -> None:
    assert values(one(payload)) == [("20", 4.0), ("26", 4.0), ("39", 10.49), ("38", 10.99)]


def test_an_even_interval_message_has_a_time_for_each_group() -> None:
    tree = one(EVEN)
    assert tree["kind"] == "even_interval"
    assert values(tree) == [("39", 28.96)] * 12
    times = [element["observed_at"] for element in tree["elements"]]
    assert times[:2] == ["2022-12-05T10:05:00+08:00", "2022-12-05T10:10:00+08:00"]
    assert times[-1] == "2022-12-05T11:00:00+08:00"


def test_a_series_with_a_time_of_its_own_is_spread_over_the_hour() -> None:
    elements = one(HOURLY)["elements"]
    rain, levels = elements[:12], elements[13:25]
    assert {(e["id"], e["value"], e["unit"]) for e in rain} == {("F4", 0.0, "mm")}
    assert [e["value"] for e in levels] == [26.05] * 10 + [27.96] * 2
    for series in (rain, levels):
        assert series[0]["observed_at"] == "2022-12-02T12:20:00+08:00"
        assert series[-1]["observed_at"] == "2022-12-02T13:15:00+08:00"
    rest = [(e["id"], e["value"], e["observed_at"]) for e in (elements[12], *elements[25:])]
    now = "2022-12-02T13:15:00+08:00"
    assert rest == [("26", 319.6, now), ("39", 28.96, now), ("20", 0.0, now), ("38", 13.16, now)]


def test_a_series_under_the_time_of_the_report_is_left_together() -> None:
    series, level, voltage = one(HOURLY_OF_ONE_TIME)["elements"]
    assert series["values"] == [27.3, 27.3, *[None] * 10]
    assert "value" not in series
    assert series["step_s"] == 300
    assert series["observed_at"] == "2014-06-12T02:00:00+08:00"
    assert (level["value"], voltage["value"]) == (27.3, 12.9)


def test_what_a_station_marks_as_missing_is_none() -> None:
    assert values(one(QUERIED)) == [("20", 0.0), ("26", 0.0), ("39", None), ("38", 11.43)]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("39 23 FF001234", -1.234),
        ("02 12 FF53", -0.53),
        ("02 11 FF53", -5.3),
        ("39 23 FFFFFFFF", None),
        ("39 23 AAAAAAAA", None),
        ("39 23 0001049A", None),
        ("18 08 99", 99.0),
        ("18 08 FF", None),
        ("39 27 00010490", 0.001049),
        ("45 20 00000048", 72),
        ("19 00", None),
    ],
)
def test_digits_are_read_as_the_descriptor_says(element: str, value: float | None) -> None:
    (told,) = one(report(element))["elements"]
    assert told["value"] == value
    assert told["raw"] == "".join(element.split()[2:])


def test_identifiers_that_are_not_known_are_kept_under_their_code() -> None:
    elements = one(report("7A 08 31 FF33 11 0205 39 23 00000420"))["elements"]
    assert [(e["id"], e["name"], e["value"], e["unit"]) for e in elements] == [
        ("7A", None, 31.0, None),
        ("FF33", None, 20.5, None),
        ("39", "water_level", 0.42, "m"),
    ]


@pytest.mark.parametrize(
    ("function", "kind"), [(0x30, "test"), (0x32, "timed"), (0x33, "added"), (0x34, "hourly")]
)
def test_every_kind_of_report_is_read_alike(function: int, kind: str) -> None:
    tree = one(report("22 19 000123", function))
    assert (tree["kind"], values(tree)) == (kind, [("22", 12.3)])


def test_a_keep_alive_says_only_that_the_station_lives() -> None:
    tree = one(frame("", 0x2F))
    assert (tree["kind"], tree["station"], tree["elements"]) == ("keep_alive", "0000000001", [])
    assert tree["sent_at"] == "2026-07-07T08:00:03+08:00"


@pytest.mark.parametrize(
    ("payload", "kind", "body"),
    [
        (MANUAL, "manual", "F2F25120312E323334"),
        (STATUS, None, "F1F11000000006452000000481"),
    ],
)
def test_what_has_no_elements_keeps_its_body(payload: str, kind: str | None, body: str) -> None:
    tree = one(payload)
    assert (tree["kind"], tree["elements"], tree["body"]) == (kind, [], body)


def test_no_password_leaves_the_reader() -> None:
    assert "1234" not in str(one(report("39 23 00000420")))


def test_several_frames_of_one_payload_are_told_apart() -> None:
    frames = [report("39 23 00000420"), frame("", 0x2F), report("39 23 00000430", 0x33)]
    tree = read(b"dtu/1", b"\0".join(frames))
    assert [f["kind"] for f in tree["frames"]] == ["timed", "keep_alive", "added"]


def test_a_bad_frame_does_not_take_the_good_ones_with_it() -> None:
    good, cut = report("39 23 00000420"), report("39 23 00000430")[:-1]
    tail_of_another = report("38 12 1230")[20:]
    tree = read(b"dtu/1", tail_of_another + good + cut)
    assert [values(f) for f in tree["frames"]] == [[("39", 0.42)]]
    (fault,) = tree["faults"]
    assert fault.startswith("frame at byte ")
    assert "cut off: 45 of 46 bytes" in fault


FLIPPED = bytearray(bytes.fromhex(TIMED))
FLIPPED[44] ^= 1
BAD: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "no frame begins in 0 bytes"),
    "words": ("depth: twelve", "expected 7e 7e"),
    "the coding of ASCII": (b"\x01" + b"0500112233440001", "expected 7e 7e"),
    "a flipped bit": (bytes(FLIPPED), "checksum is A421, that of its bytes"),
    "a header that is cut off": ("7E7E 05 0011", "cut off after 5 bytes"),
    "a body that is cut off": (TIMED[:-8], "cut off: 57 of 60 bytes"),
    "another direction": (frame("", direction=7), "direction is 7"),
    "a command": (frame("", direction=8), "from the centre down"),
    "another beginning": (frame("", start="05"), "begins with 05; expected 02"),
    "a split message": (frame("", start="16", sent="004001 0001 260707080003"), "packet 1 of 4"),
    "a time that is none": (frame("", sent="0001 261307080003"), "'20261307080003' is no time"),
    "a station that is cut off": (frame("F1F1 0000"), "the station is cut off"),
    "half an observation time": (frame("F1F1 0000000001 48 F0 2607"), "F0 stands alone"),
    "an observation time of letters": (
        frame("F1F1 0000000001 48 F0F0 26AA070800"),
        "'2026aa070800' is no time",
    ),
    "digits that are cut off": (report("39 23 0000"), "element 39 is cut off: 2 of 4"),
    "no descriptor": (report("39"), "a descriptor is cut off"),
    "a series that is cut off": (report("F4 60 0000"), "series F4 is cut off"),
    "groups of different lengths": (
        report("04 18 000005 39 23 00000420 0000", 0x31),
        "6 bytes of element 39; expected groups of 4",
    ),
    "groups of no length": (report("04 18 000005 39 00", 0x31), "expected groups of 0"),
    "a step of letters": (report("04 18 0000FF 39 23 00000420", 0x31), "time step 0000ff"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_frame_is_refused_with_its_reason(case: str) -> None:
    payload, reason = BAD[case]
    with pytest.raises(PayloadError, match=reason):
        read(b"dtu/1", payload.encode() if isinstance(payload, str) else payload)


def test_noise_that_looks_like_frames_costs_little() -> None:
    with pytest.raises(PayloadError):
        read(b"dtu/1", b"\x7e" * 4_000_000)
    with pytest.raises(PayloadError):
        read(b"dtu/1", bytes.fromhex("7E7E 05 0011223344 03E8 32 0FFF 02") * 100_000)


GOOD = [
    bytes.fromhex(TIMED),
    TIMED.encode(),
    bytes.fromhex(HOURLY),
    EVEN.encode(),
    report("45 20 00000048 FF33 11 0205 F4 60" + "01" * 12),
]
BODIES = st.binary(max_size=60).map(lambda body: frame(body.hex()))
EVEN_BODIES = st.binary(max_size=30).map(lambda body: report("0418 000005" + body.hex(), 0x31))


@given(damaged(GOOD) | BODIES | EVEN_BODIES | st.binary(max_size=30).map(lambda b: report(b.hex())))
def test_whatever_comes_is_read_or_refused(payload: bytes) -> None:
    survives(read, b"dtu/1", payload)
