"""HJ 212-2017: frames of others, frames of our own encoder, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codecs.checksums import hj212
from sensors.codecs.hj212 import read
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import damaged, survives

# Appendix A of the standard.
COMMAND = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
# Test data of two open parsers; their checksums were made by other software.
AIR = (
    b"##0344QN=20220928142812336;ST=22;CN=2011;PW=123456;MN=JSRCTD000YD107;Flag=5;"
    b"CP=&&DataTime=20220928142812;l01001-Flag=N,l01001-Rtd=119.90287;l01002-Flag=N,"
    b"l01002-Rtd=32.48505;a34002-Rtd=5,a34002-Flag=N;a34004-Rtd=4,a34004-Flag=N;a21026-Rtd=22.25,"
    b"a21026-Flag=N;a21004-Rtd=22.7,a21004-Flag=N;a21005-Rtd=0.36,a21005-Flag=N;a05024-Rtd=8.82,"
    b"a05024-Flag=N&&9241\r\n"
)
WATER = (
    b"##0457QN=20210320163101890;ST=32;CN=2011;PW=123456;MN=81733553213013;Flag=4;"
    b"CP=&&DataTime=20210320013400;w00000-Rtd=181.682,w00000-Flag=N;"
    b"w21001-SampleTime=20210320005400,w21001-Rtd=45.160,w21001-Flag=N;"
    b"w21011-SampleTime=20210320013400,w21011-Rtd=1.970,w21011-Flag=N;"
    b"w21003-SampleTime=20210320013400,w21003-Rtd=53.131,w21003-Flag=N;"
    b"w01018-SampleTime=20210320013400,w01018-Rtd=194.200,w01018-Flag=N;"
    b"w01001-SampleTime=20210320013406,w01001-Rtd=7.496,w01001-Flag=N&&6E80\r\n"
)


def framed(data: str) -> bytes:
    body = data.encode("utf-8")
    return b"##%04d%s%04X\r\n" % (len(body), body, hj212(body))


def message(content: str, cn: int = 2011) -> bytes:
    return framed(f"QN=1;ST=22;CN={cn};PW=123456;MN=RZ0001;Flag=5;CP=&&{content}&&")


def one(payload: bytes) -> dict[str, Any]:
    tree = read(b"dtu/2", payload)
    assert tree["faults"] == []
    (only,) = tree["frames"]
    assert isinstance(only, dict)
    return only


def values(tree: dict[str, Any]) -> dict[str, Any]:
    return {factor["name"]: factor["value"] for factor in tree["factors"]}


def test_the_standards_own_example() -> None:
    assert one(COMMAND) == {
        "qn": "20160801085857223",
        "st": "32",
        "cn": "1062",
        "mn": "010000A8900016F000169DC0",
        "flag": "5",
        "pnum": None,
        "pno": None,
        "data_time": None,
        "parameters": {"RtdInterval": "30"},
        "factors": [],
    }


def test_air_as_another_recorder_sent_it() -> None:
    tree = one(AIR)
    assert (tree["mn"], tree["cn"]) == ("JSRCTD000YD107", "2011")
    assert tree["factors"][3] == {
        "name": "a34004-Rtd",
        "code": "a34004",
        "field": "Rtd",
        "value": 4.0,
        "flag": "N",
        "observed_at": "2022-09-28T14:28:12+08:00",
    }
    assert values(tree)["l01001-Rtd"] == 119.90287
    assert len(tree["factors"]) == 8
    assert {factor["flag"] for factor in tree["factors"]} == {"N"}


def test_a_factor_with_a_sampling_time_of_its_own_has_that() -> None:
    times = {f["code"]: f["observed_at"] for f in one(WATER)["factors"]}
    assert times["w00000"] == "2021-03-20T01:34:00+08:00"
    assert times["w21001"] == "2021-03-20T00:54:00+08:00"
    assert times["w01001"] == "2021-03-20T01:34:06+08:00"


@pytest.mark.parametrize("cn", [2051, 2061])
def test_statistics_of_a_period_are_told_one_by_one(cn: int) -> None:
    content = (
        "DataTime=20260707080000;a01001-Min=21.5,a01001-Avg=23.0,a01001-Max=-1.25,a01001-Flag=N"
    )
    tree = one(message(f"{content};a34004-Cou=12", cn))
    assert tree["cn"] == str(cn)
    assert values(tree) == {
        "a01001-Min": 21.5,
        "a01001-Avg": 23.0,
        "a01001-Max": -1.25,
        "a34004-Cou": 12.0,
    }
    assert tree["factors"][-1]["flag"] is None


@pytest.mark.parametrize("flag", list("NFMSDCTB"))
def test_every_flag_is_carried_with_its_value(flag: str) -> None:
    tree = one(message(f"DataTime=20260707080000;a01007-Rtd=3.2,a01007-Flag={flag}"))
    (factor,) = tree["factors"]
    assert (factor["value"], factor["flag"]) == (3.2, flag)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-999", None),
        ("-00999.000", None),
        ("", None),
        ("-999.5", -999.5),
        ("+.5", 0.5),
        ("12.", 12.0),
        ("NNE", "NNE"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1e3", "1e3"),
        ("9" * 400, "9" * 400),
    ],
)
def test_a_value_is_a_number_a_text_or_missing(text: str, value: float | str | None) -> None:
    assert values(one(message(f"a01007-Rtd={text}"))) == {"a01007-Rtd": value}


def test_packets_of_a_split_message_are_read_each_by_itself() -> None:
    data = "ST=22;CN=2011;MN=RZ0001;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20260707080000;a01007-Rtd=1&&"
    tree = one(framed(data))
    assert (tree["pnum"], tree["pno"], values(tree)) == ("2", "1", {"a01007-Rtd": 1.0})


def test_several_frames_of_one_payload_are_told_apart() -> None:
    tree = read(b"dtu/2", AIR[40:] + COMMAND + AIR + WATER[:-8])
    assert [frame["cn"] for frame in tree["frames"]] == ["1062", "2011"]
    (fault,) = tree["faults"]
    assert "cut off: 455 of 461 bytes" in fault


def test_blanks_and_empty_groups_do_no_harm() -> None:
    tree = one(message(" DataTime = 20260707080000 ;; a01007-Rtd = 3.2 , a01007-Flag=N ;"))
    assert values(tree) == {"a01007-Rtd": 3.2}
    assert tree["factors"][0]["flag"] == "N"


def test_a_frame_written_in_hexadecimal_is_read_too() -> None:
    assert one(AIR.hex().encode())["cn"] == "2011"


def test_a_checksum_of_small_letters_is_the_same() -> None:
    assert one(COMMAND.replace(b"1C80", b"1c80"))["cn"] == "1062"


def test_no_password_leaves_the_reader() -> None:
    assert "123456" not in str(one(AIR))


BAD = {
    "nothing": (b"", "no frame begins in 0 bytes"),
    "words": (b"depth: twelve", "expected 23 23"),
    "a length of letters": (b"##01x1QN=1;&&0000", "length is '01x1'; expected four digits"),
    "half a length": (b"##01", "expected four digits"),
    "a frame that is cut off": (COMMAND[:-4], "cut off: 103 of 105 bytes"),
    "a flipped bit": (COMMAND.replace(b"=30", b"=31"), "checksum is '1C80', that of its data"),
    "a checksum of letters": (COMMAND.replace(b"1C80", b"zzzz"), "checksum is 'zzzz'"),
    "a wrong length": (COMMAND.replace(b"0101", b"0100"), "checksum is '&1C8'"),
    "a CP without end": (framed("MN=1;CP=&&a=1"), "its CP has no end"),
    "a field without value": (framed("MN=1;CN;CP=&&&&"), "'CN' in its data"),
    "a factor without value": (message("a01007-Rtd"), "'a01007-Rtd' in its data"),
    "a time that is none": (message("DataTime=20261307080000"), "'20261307080000' is no time"),
    "a time of letters": (message("DataTime=noon"), "'noon' is no time"),
    "a sampling time that is none": (message("a-SampleTime=1,a-Rtd=2"), "'1' is no time"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_frame_is_refused_with_its_reason(case: str) -> None:
    payload, reason = BAD[case]
    with pytest.raises(PayloadError, match=reason):
        read(b"dtu/2", payload)


GOOD = [COMMAND, AIR, WATER, message("DataTime=20260707080000;a01008-Rtd=-999,a01008-Flag=B")]
CONTENTS = st.text("aN09-=;,& .积\n", max_size=40)


@given(damaged(GOOD) | CONTENTS.map(message) | CONTENTS.map(framed))
def test_whatever_comes_is_read_or_refused(payload: bytes) -> None:
    survives(read, b"dtu/2", payload)
