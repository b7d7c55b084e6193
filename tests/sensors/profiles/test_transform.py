"""From what was sent to the canonical number, and times as devices write them."""

from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from monitoring.domain.instants import from_us, rfc3339
from sensors.profiles.times import clock
from sensors.profiles.transform import converter
from sensors.profiles.values import Instant, Value


def convert(text: str, raw: object, **parameters: float) -> float | None:
    return converter(Value.model_validate(yaml.safe_load(text)), parameters)(raw)


@pytest.mark.parametrize(
    ("value", "raw", "canonical"),
    [
        ("{quantity: water_depth, path: a}", 12, 12),
        ("{quantity: water_depth, path: a}", " 12.5 ", 12.5),
        ("{quantity: water_depth, path: a, unit: m}", 0.29, 29.0),
        ("{quantity: water_depth, path: a, unit: m, scale: 0.001}", "290", 29.0),
        ("{quantity: air_temperature, path: a, scale: 0.1, offset: -40}", 650, 25.0),
        ("{quantity: air_temperature, path: a, unit: degF, offset: 1}", 31, 0.0),
        ("{quantity: rainfall, path: a, unit: in, scale: 0.01}", 100, 25.4),
        ("{quantity: water_depth, path: a, skip: [-999, N/A]}", -999.0, None),
        ("{quantity: water_depth, path: a, skip: [-999, N/A]}", "n/a", None),
        ("{quantity: water_depth, path: a, skip: 5000, unit: mm}", "5000", None),
        ("{quantity: water_depth, path: a}", "", None),
        ("{quantity: cover_open, path: a, map: {0: false, 1: true}}", 1, 1.0),
        ("{quantity: cover_open, path: a, map: {0: false, 1: true}}", "0", 0.0),
        ("{quantity: cover_open, path: a, map: {OPEN: true, SHUT: false}}", "Open", 1.0),
        ("{quantity: cover_open, path: a}", True, 1.0),
        ("{quantity: pump_running, path: a}", "OFF", 0.0),
        ("{quantity: road_state, path: a, map: {3: ice, 4: snow}}", 3, 6.0),
        ("{quantity: road_state, path: a}", "Slush", 7.0),
        ("{quantity: battery, path: a, map: {low: 10, ok: 100}}", "low", 10.0),
        ("{quantity: water_depth, path: a, zero_within: 2}", -1.5, 0.0),
        ("{quantity: water_depth, path: a, zero_within: 2}", -2.5, -2.5),
    ],
)
def test_a_value_becomes_canonical(value: str, raw: object, canonical: float | None) -> None:
    assert convert(value, raw) == canonical


@pytest.mark.parametrize(
    ("value", "raw", "expected"),
    [
        ("{quantity: water_depth, path: a}", "deep", "a number"),
        ("{quantity: water_depth, path: a}", "1_000", "a number"),
        ("{quantity: water_depth, path: a}", True, "a number"),
        ("{quantity: water_depth, path: a}", [1], "a number"),
        ("{quantity: water_depth, path: a}", "nan", "finite"),
        ("{quantity: water_depth, path: a}", 10**400, "a number"),
        ("{quantity: water_depth, path: a, unit: km}", 1e308, "beyond any number"),
        ("{quantity: cover_open, path: a}", 1, "expected one of false, true"),
        ("{quantity: cover_open, path: a, map: {shut: false}}", "ajar", "expected one of shut"),
        ("{quantity: road_state, path: a}", "lava", "expected one of dry"),
        ("{quantity: water_depth, path: a, number: u16be}", 12, "expected bytes"),
        ("{quantity: water_depth, path: a, number: u16be}", b"\x01", "expected 2"),
    ],
)
def test_what_is_no_value_is_told(value: str, raw: object, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        convert(value, raw)


def test_a_depth_is_what_lies_between_the_sensor_and_its_distance() -> None:
    text = "{quantity: water_depth, path: a, unit: mm, below: mount_height_m}"
    assert convert(text, 3630, mount_height_m=4.0) == 37.0
    level = "{quantity: water_level, path: a, unit: cm, below: datum_m}"
    assert convert(level, 150, datum_m=12.5) == 11.0


def read(text: str, tree: Any) -> str | None:
    instants = TypeAdapter(tuple[Instant, ...]).validate_python(yaml.safe_load(text))
    time_us = clock(instants)(tree, tree)
    return None if time_us is None else rfc3339(from_us(time_us))


@pytest.mark.parametrize(
    ("form", "raw", "at"),
    [
        ("rfc3339", "2022-07-18T09:34:15.775023242+00:00", "2022-07-18T09:34:15.775023Z"),
        ("rfc3339", "2026-07-07T09:30:00+08:00", "2026-07-07T01:30:00Z"),
        ("unix_s", 1783388000, "2026-07-07T01:33:20Z"),
        ("unix_s", "1783388000.5", "2026-07-07T01:33:20.500000Z"),
        ("unix_ms", 1783388000123, "2026-07-07T01:33:20.123000Z"),
        ("unix_us", "1783388000123456", "2026-07-07T01:33:20.123456Z"),
        ("unix_ns", 1783388000123456789, "2026-07-07T01:33:20.123456Z"),
        ("'%Y%m%d%H%M%S', zone: Asia/Shanghai", 20260707093000, "2026-07-07T01:30:00Z"),
        ("'%d.%m.%Y %H:%M', zone: Europe/Berlin", "07.07.2026 03:30", "2026-07-07T01:30:00Z"),
        ("'%Y-%m-%dT%H:%M:%S%z'", "2026-07-07T09:30:00+0800", "2026-07-07T01:30:00Z"),
        ("rfc3339", None, None),
        ("rfc3339", "", None),
    ],
)
def test_a_time_is_read_as_it_is_written(form: str, raw: object, at: str | None) -> None:
    assert read(f"[{{path: t, format: {form}}}]", {"t": raw}) == at


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        ("rfc3339", "2026-07-07T09:30:00"),  # somebody's local time
        ("rfc3339", "07/07/2026"),
        ("rfc3339", 1783388000),
        ("unix_s", "noon"),
        ("unix_s", True),
        ("unix_s", 1e400),
        ("'%H:%M', zone: UTC", "x"),
    ],
)
def test_a_time_that_cannot_be_read_is_told_unless_it_may_be_that_of_arrival(
    form: str, raw: object
) -> None:
    with pytest.raises(ValueError, match="the time"):
        read(f"[{{path: t, format: {form}}}]", {"t": raw})
    assert read(f"[{{path: t, format: {form}, unreadable: arrival}}]", {"t": raw}) is None


def test_the_next_way_is_tried_where_one_does_not_fit() -> None:
    ways = "[{path: t, format: rfc3339}, {path: t, format: unix_ms}]"
    assert read(ways, {"t": 1783388000123}) == "2026-07-07T01:33:20.123000Z"
    assert read(ways, {"t": "2026-07-07T01:30:00Z"}) == "2026-07-07T01:30:00Z"
