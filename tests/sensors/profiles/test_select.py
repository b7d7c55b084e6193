"""Paths into trees, topic filters, and words that mean the same."""

from typing import Any

import pytest

from sensors.profiles import topics
from sensors.profiles.select import check, selector
from sensors.profiles.words import word

TREE: dict[str, Any] = {
    "a": {"b": {"c": 1}},
    "list": [10, 20, 30],
    "rows": [{"name": "Temp 1", "value": 3}, {"name": "Level", "id": 7, "value": 4.5}],
    "a.b": {"x y": True},
    "水位": 12,
    "nothing": None,
    "PM2.5": 8,
    "@unit": "m",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b.c", 1),
        ("$.a.b.c", 1),
        ("a['b'].c", 1),
        ("list[0]", 10),
        ("list[-1]", 30),
        ("list[1:]", [20, 30]),
        ("rows[?name='Level'].value", 4.5),
        ('rows[?name="Temp 1"].value', 3),
        ("rows[?id=7].value", 4.5),
        ("'a.b'.'x y'", True),
        ("['a.b'].x y", True),
        ("水位", 12),
        ("'PM2.5'", 8),
        ("@unit", "m"),
        ("nothing", None),
        ("nothing.more", None),
        ("a.x", None),
        ("a[0]", None),
        ("list[3]", None),
        ("list[-4]", None),
        ("list.a", None),
        ("list[5:9]", None),
        ("rows[?name='Rain'].value", None),
        ("a[?name='x']", None),
    ],
)
def test_a_path_finds_its_value_or_nothing(path: str, value: object) -> None:
    assert selector((path,))(TREE, TREE) == value


def test_the_first_of_several_paths_that_has_a_value_is_taken() -> None:
    assert selector(("nothing", "a.x", "list[0]", "list[1]"))(TREE, TREE) == 10


def test_a_path_begins_at_the_node_and_with_a_dollar_at_the_root() -> None:
    node = TREE["rows"][0]
    assert selector(("name",))(node, TREE) == "Temp 1"
    assert selector(("$.list[0]",))(node, TREE) == 10
    assert selector(("$",))(node, TREE) is TREE


def test_parts_of_bytes_are_bytes_and_places_are_numbers() -> None:
    assert selector(("[1:3]",))(b"\x01\x02\x03", b"") == b"\x02\x03"
    assert selector(("[0]",))(b"\x01\x02\x03", b"") == 1
    assert selector(("[7:9]",))(b"\x01\x02\x03", b"") is None


@pytest.mark.parametrize(
    "path",
    ["", ".a", "a.", "a..b", "a[", "a[x]", "a[?b]", "a'b'", "[0]a", "a[?b='c]", "$a", "a.$.b"],
)
def test_a_path_that_cannot_be_read_is_refused_with_what_was_expected(path: str) -> None:
    with pytest.raises(ValueError, match="expected such as"):
        check(path)


@pytest.mark.parametrize(
    ("wanted", "topic", "is_read"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("+/+", "/b", True),
        ("+", "a", True),
        ("#", "$SYS/load", False),
        ("+/load", "$SYS/load", False),
        ("$SYS/#", "$SYS/load", True),
        ("a/b", "a/B", False),
    ],
)
def test_topic_filters_are_those_of_mqtt(wanted: str, topic: str, is_read: bool) -> None:
    assert topics.fits(topic.split("/"), topics.check(wanted).split("/")) == is_read


@pytest.mark.parametrize("text", ["", "a/#/b", "a#", "a/b+", "+a/b", "a\0b"])
def test_what_is_no_topic_filter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no topic filter"):
        topics.check(text)


@pytest.mark.parametrize(
    "alike",
    [
        (-999, -999.0, "-999", " -999.0 "),
        (True, "true", "ON", "Yes", "on "),
        (False, "False", "off", "NO"),
        ("N/A", "n/a"),
        ("", None, [], {}),
    ],
)
def test_what_devices_write_differently_is_one_word(alike: tuple[object, ...]) -> None:
    assert len({word(value) for value in alike}) == 1


def test_one_is_no_truth() -> None:
    assert word(1) != word(True)
    assert word("0") != word(False)
    assert word(10**400) == ""
