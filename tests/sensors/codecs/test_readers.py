"""What all readers have in common."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codecs.readers import READERS
from sensors.codecs.writing import understood, unhexed
from sensors.payloads import PayloadError
from tests.sensors.codecs.damage import survives


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=40), st.binary(max_size=300))
def test_no_reader_knows_any_error_but_its_own(name: str, topic: bytes, payload: bytes) -> None:
    survives(READERS[name](), topic, payload)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_refuses_what_is_empty_or_huge(name: str) -> None:
    topic = b"spBv1.0/g/STATE/n"
    for payload in (b"", b"\n", b"0" * (4 << 20), b"\xff" * (4 << 20)):
        with pytest.raises(PayloadError):
            READERS[name]()(topic, payload)


@given(st.binary(min_size=1, max_size=40))
def test_hexadecimal_stands_for_bytes_with_or_without_blanks(data: bytes) -> None:
    assert unhexed(data.hex(" ").encode()) == data
    assert unhexed(data.hex().upper().encode() + b"\r\n") == data
    assert understood(data.hex().encode(), bytes) == data


@given(st.binary(min_size=1, max_size=40))
def test_base64_is_taken_where_hexadecimal_makes_no_sense(data: bytes) -> None:
    def only(meaning: bytes) -> bytes:
        if meaning != data:
            raise PayloadError("not this one")
        return meaning

    assert understood(base64.b64encode(data), only) == data


def test_other_bytes_stand_for_themselves() -> None:
    for data in (b"", b"\x01\x75d", b"##0101QN=1", b"abc", b"AXVkA4IeAA=", b"7E7"):
        assert unhexed(data) == data
        assert understood(data, bytes) == data
