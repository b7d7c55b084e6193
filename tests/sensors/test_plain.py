"""The short way through SenML says what the long way says, or nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.observations import Observation, Quality
from sensors import native
from sensors.plain import plain
from tests.sensors.test_native import NOW, NOW_S, decode

LATEST = NOW + 300_000_000

usual = st.fixed_dictionaries(
    {"n": st.sampled_from(["water_depth", "rainfall", "air_temperature", "dev:water_depth"])},
    optional={
        "u": st.sampled_from(["cm", "mm", "m", "Cel", "K", "furlong", ""]),
        "v": st.floats(-700, 700) | st.integers(-5, 700) | st.none(),
        "t": st.sampled_from([0, -60, NOW_S, NOW_S - 7.25, NOW_S + 400, 1e300, -1e9]),
        "bn": st.sampled_from(["", "urn:dev:1/", "water_", "x"]),
        "bt": st.sampled_from([0, NOW_S - 100, -5]),
        "bu": st.sampled_from(["m", "Cel", "cm"]),
        "vb": st.booleans(),
        "bver": st.just(10),
        "note_": st.just(1),
    },
)


@given(st.lists(usual, max_size=5))
def test_it_says_what_the_long_way_says_or_nothing(records: list[dict[str, object]]) -> None:
    payload = json.dumps(records).encode()
    short = plain(payload, "g", NOW, LATEST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "plain", lambda *_: None)
        assert short is None or short == list(decode(payload))


def test_it_takes_what_devices_usually_send() -> None:
    payload = (
        b'[{"bn":"urn:dev:7/","bt":1780000000,"n":"water_depth","u":"mm","v":215},'
        b'{"n":"rainfall","v":0.2,"t":-60}]'
    )
    assert plain(payload, "g", NOW, LATEST) == [
        Observation("g", "water_depth", NOW, 21.5, Quality.GOOD),
        Observation("g", "rainfall", NOW - 60_000_000, 0.2, Quality.GOOD),
    ]


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{}", b'[{"n":"x","v":1}]', b'[{"n":"rainfall"}]',
     b'[{"n":"rainfall","v":1,"t":1790000000}]', b'[{"n":"rainfall","v":1e999}]'],
)  # fmt: skip
def test_what_is_unusual_it_leaves_to_the_long_way(payload: bytes) -> None:
    assert plain(payload, "g", NOW, LATEST) is None
