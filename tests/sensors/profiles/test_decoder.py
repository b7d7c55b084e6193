"""The rules that hold for every profile: who is meant, when, and what becomes of the rest."""

from pathlib import Path

import pytest

from monitoring.domain.observations import Observation, Quality, Reason
from sensors.packets import Message
from sensors.payloads import PayloadError
from sensors.profiles import readers
from sensors.profiles.births import Births
from tests.sensors.profiles.bench import (
    NOW,
    Bench,
    detail,
    device,
    profile,
    reasons,
    statuses,
    times,
    told,
)

GAUGES = """
  messages:
    - topics: [gauges/+/data, old/#]
      device: {topic: 1}
      time: {path: t, format: unix_s}
      values:
        - {quantity: water_depth, path: depth, unit: mm, skip: -999}
        - {quantity: battery, path: battery}
"""
NOW_S = NOW // 1_000_000


def bench(text: str = GAUGES, *ids: str) -> Bench:
    sources = [{"profile": "p", "id": name} for name in ids or ("a",)]
    devices = [device(s["id"].replace("/", "-"), s, kind="gauge") for s in sources]
    return Bench(devices, [profile(text)])


def test_a_profile_that_no_device_is_of_is_not_subscribed() -> None:
    assert bench().decoder.topics == ["gauges/+/data", "old/#"]
    assert Bench([], [profile(GAUGES)]).decoder.topics == []
    listening = Bench([], [profile(f"{GAUGES}\n  listen: true")])
    assert listening.decoder.topics == ["gauges/+/data", "old/#"]
    assert reasons(listening.send("gauges/x/data", {"depth": 1})) == [Reason.UNKNOWN_DEVICE]


@pytest.mark.parametrize("topic", [b"gauges/a", b"other", b"gauges/\xff/data", b""])
def test_a_topic_that_no_profile_reads_is_left_to_others(topic: bytes) -> None:
    message = Message(topic, b"{}", 1, 1, False, b"", 1)
    assert bench().decoder.decode(message, NOW) is None


def test_ids_are_compared_without_regard_to_case() -> None:
    assert told(bench(GAUGES, "ab12").send("gauges/AB12/data", {"depth": 120})) == {
        "water_depth": "12 cm"
    }


def test_without_a_time_of_its_own_a_message_is_of_its_arrival() -> None:
    (reading,) = bench().send("gauges/a/data", {"depth": 120})
    assert reading == Observation("a", "water_depth", NOW, 12.0)
    assert times(bench().send("gauges/a/data", {"depth": 120, "t": NOW_S - 60})) == {
        "2026-07-07T01:59:00Z"
    }


@pytest.mark.parametrize(
    ("t", "reason"),
    [(NOW_S + 301, Reason.FUTURE), (-5, Reason.BAD_VALUE), ("noon", Reason.BAD_VALUE)],
)
def test_a_time_that_cannot_be_is_told_once(t: object, reason: Reason) -> None:
    assert reasons(bench().send("gauges/a/data", {"depth": 1, "battery": 1, "t": t})) == [reason]


def test_what_the_broker_kept_is_only_believed_with_a_time_of_its_own() -> None:
    gauges = bench()
    assert gauges.send("gauges/a/data", {"depth": 120}, retained=True) == []
    assert gauges.ignored == 1
    assert told(gauges.send("gauges/a/data", {"depth": 120, "t": NOW_S}, retained=True))


def test_a_bad_value_does_not_take_the_others_with_it() -> None:
    readings = bench().send("gauges/a/data", {"depth": "deep", "battery": 90})
    assert reasons(readings) == [Reason.BAD_VALUE]
    assert told(readings[1:]) == {"battery": "90 %"}
    assert "water_depth at depth: 'deep'; expected a number" in detail(readings[:1])


def test_an_impossible_value_is_kept_as_suspect() -> None:
    (reading,) = bench().send("gauges/a/data", {"depth": 9000})
    assert isinstance(reading, Observation)
    assert reading.quality is Quality.SUSPECT


def test_a_sentinel_is_ignored_on_purpose_and_nothing_at_all_is_told() -> None:
    gauges = bench()
    assert gauges.send("gauges/a/data", {"depth": "-999"}) == []
    assert gauges.ignored == 1
    assert reasons(gauges.send("gauges/a/data", {"level": 3})) == [Reason.NO_VALUE]
    assert reasons(gauges.send("gauges/a/data", "12")) == [Reason.NO_VALUE]
    assert reasons(gauges.send("gauges/a/data", "twelve")) == [Reason.PAYLOAD]


def test_where_only_changes_are_sent_a_message_without_a_value_is_ignored_on_purpose() -> None:
    gauges = bench(GAUGES.replace("device: {topic: 1}", "device: {topic: 1}\n      sparse: true"))
    assert gauges.send("gauges/a/data", {"level": 3}) == []
    assert gauges.ignored == 1


def test_the_thousand_faults_of_one_message_are_told_in_few_rejects() -> None:
    listed = bench("""
        messages:
          - topics: g
            device: {path: $.id}
            at: rows
            values: [{quantity: water_depth, path: depth}]
    """)
    readings = listed.send("g", {"id": "a", "rows": [{"depth": "x"}] * 1000 + [{"depth": 3}]})
    assert len(readings) == 18
    assert "984 more" in detail(readings[-1:])


def test_records_of_one_message_have_times_of_their_own() -> None:
    listed = bench("""
        messages:
          - topics: g
            device: {path: $.id}
            at: rows
            time: [{path: t, format: unix_s}, {path: $.t, format: unix_s}]
            values:
              - {quantity: water_depth, path: depth}
              - {quantity: battery, path: $.battery, time: {path: $.t, format: unix_s}}
    """)
    rows = [{"t": NOW_S - 120, "depth": 1}, {"t": NOW_S - 60, "depth": 2}, {"depth": 3}, 5]
    message = {"id": "a", "t": NOW_S, "battery": 90, "rows": rows}
    found = [r for r in listed.send("g", message) if isinstance(r, Observation)]
    depths = [(r.value, (NOW - r.time_us) // 1_000_000) for r in found if r.quantity != "battery"]
    assert depths == [(1, 120), (2, 60), (3, 0)]
    assert {r.time_us for r in found if r.quantity == "battery"} == {NOW}


GATEWAY = """
  messages:
    - topics: gw/+
      at: list
      device: {path: id}
      values: [{quantity: water_depth, path: depth}]
"""


def test_a_gateway_may_send_for_many_devices_at_once() -> None:
    gateway = bench(GATEWAY, "a", "b")
    rows = [{"id": "a", "depth": 1}, {"id": "B", "depth": 2}, {"id": "c", "depth": 3}, {"depth": 4}]
    readings = gateway.send("gw/1", {"list": rows})
    assert [(r.device, r.value) for r in readings if isinstance(r, Observation)] == [
        ("a", 1), ("b", 2),
    ]  # fmt: skip
    assert reasons(readings) == [Reason.UNKNOWN_DEVICE]
    assert "profile p knows no device 'c'; bind it" in detail(readings[-1:])
    assert reasons(gateway.send("gw/1", {"list": []})) == [Reason.UNKNOWN_DEVICE]
    strangers = [{"id": f"x{n}", "depth": 1} for n in range(30)]
    assert "and 14 more" in detail(gateway.send("gw/1", {"list": strangers}))


def test_a_message_of_endless_records_does_not_hold_up_the_others() -> None:
    readings = bench(GATEWAY, "a").send("gw/1", {"list": [{}] * 10_001})
    assert reasons(readings) == [Reason.TOO_LARGE]
    assert len(bench(GATEWAY, "a").send("gw/1", {"list": [{"id": "a", "depth": "x"}] * 9000})) == 17


def test_a_device_that_one_of_two_profiles_knows_is_no_stranger() -> None:
    other = profile(GATEWAY).model_copy(update={"id": "q"})
    devices = [
        device(name, {"profile": p, "id": name}, kind="gauge")
        for name, p in (("a", "p"), ("b", "q"))
    ]
    both = Bench(devices, [profile(GATEWAY), other])
    readings = both.send("gw/1", {"list": [{"id": "a", "depth": 1}, {"id": "b", "depth": 2}]})
    assert [(r.device, r.value) for r in readings if isinstance(r, Observation)] == [
        ("a", 1), ("b", 2),
    ]  # fmt: skip
    assert reasons(readings) == []


def test_a_form_holds_only_when_its_conditions_do() -> None:
    forms = bench("""
        messages:
          - topics: g
            device: {path: id}
            when: [{path: type, is: level}, {path: ok}]
            ignore_when: [{path: test, is: true}]
            values: [{quantity: water_depth, path: v}]
    """)
    message = {"id": "a", "type": "level", "ok": 1, "v": 3}
    assert told(forms.send("g", message)) == {"water_depth": "3 cm"}
    assert reasons(forms.send("g", message | {"type": "rain"})) == [Reason.NO_VALUE]
    assert reasons(forms.send("g", message | {"ok": None})) == [Reason.NO_VALUE]
    assert forms.send("g", message | {"test": True}) == []
    assert forms.ignored == 1


def test_an_id_may_be_joined_of_topic_and_payload() -> None:
    joined = bench(
        """
        messages:
          - topics: plc/+/data
            device: [{topic: 1, path: ch}, {join: [plant, ch]}, {topic: [1, 9]}]
            values: [{quantity: water_depth, path: v}]
    """,
        "n1/3",
    )
    assert told(joined.send("plc/n1/data", {"ch": 3, "v": 5})) == {"water_depth": "5 cm"}
    assert "'n1'" in detail(joined.send("plc/n1/data", {"v": 5}))


def test_statuses_may_be_of_a_device_of_those_below_it_or_of_all() -> None:
    text = """
        messages:
          - {topics: n/+/status, payload: text, device: {topic: 1}, status: STATUS}
    """
    below = "{online: up, offline: down, of: below}"
    nodes = bench(text.replace("STATUS", below), "n1/a", "n1/b", "n2/a", "n1")
    assert statuses(nodes.send("n/N1/status", "down")) == [
        ("n1", False), ("n1-a", False), ("n1-b", False),
    ]  # fmt: skip
    assert reasons(nodes.send("n/n3/status", "down")) == [Reason.UNKNOWN_DEVICE]
    assert reasons(nodes.send("n/n1/status", "sideways")) == [Reason.BAD_STATUS]
    assert nodes.send("n/n1/status", "", retained=True) == []  # it was deleted
    of_all = bench(text.replace("STATUS", "{is: offline, of: all}"), "a", "b")
    assert statuses(of_all.send("n/x/status", "whatever")) == [("a", False), ("b", False)]


def test_counters_resume_from_the_archive_and_need_no_first_message() -> None:
    rain = bench("""
        messages:
          - topics: r
            device: {path: id}
            time: {path: t, format: unix_s}
            values: [{quantity: rainfall, path: total, unit: cm, increment: {within: 10min}}]
    """)
    rain.decoder.resume([Observation("a", "rainfall_total", NOW - 300_000_000, 12.0)])
    message = {"id": "a", "t": NOW_S, "total": 1.5}
    first, again = rain.send("r", message), rain.send("r", message)
    assert told(first) == {"rainfall_total": "15 mm", "rainfall": "3 mm"}
    assert again == first  # the archive takes it once
    later = rain.send("r", message | {"t": NOW_S + 601, "total": 4}, NOW + 601_000_000)
    assert [r.quality for r in later if isinstance(r, Observation)] == [
        Quality.GOOD, Quality.SUSPECT,
    ]  # fmt: skip


class Aliases:
    """A reader that needs a birth to know names, as Sparkplug B does."""

    def __init__(self) -> None:
        self.name = ""

    def __call__(self, topic: bytes, payload: bytes) -> object:
        if topic.startswith(b"birth"):
            self.name = payload.decode()
            return {"faults": ["one part is broken"], "node": "a"}
        if not self.name:
            raise PayloadError("an alias is not known; let the node send its birth again")
        return {"node": "a", self.name: float(payload)}


NODES = """
  remember: birth/+
  messages:
    - topics: birth/+
      payload: aliases
      when: {path: nothing}
      device: {topic: 1}
      status: {is: offline}
    - topics: [birth/+, data/+]
      payload: aliases
      device: {topic: 1}
      values: [{quantity: water_depth, path: depth}]
    - topics: birth/+
      payload: aliases
      device: {topic: 1}
      status: {is: online}
"""


@pytest.fixture
def _aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "FRAMED", {"aliases": Aliases})
    monkeypatch.setattr(readers, "KINDS", (*readers.KINDS, "aliases"))
    monkeypatch.setattr("sensors.profiles.routes.FRAMED", {"aliases": Aliases})


@pytest.mark.usefixtures("_aliases")
def test_births_are_kept_and_read_again_at_a_start(tmp_path: Path) -> None:
    devices = [device("a", {"profile": "p", "id": "a"}, kind="gauge")]
    births = Births(tmp_path / "births")
    before = Bench(devices, [profile(NODES)], births)
    assert reasons(before.send("data/a", "12")) == [Reason.PAYLOAD]
    born = before.send("birth/a", "depth")
    assert reasons(born) == [Reason.PAYLOAD]  # its faulty part
    assert statuses(born[1:]) == [("a", True)]
    assert told(before.send("data/a", "12")) == {"water_depth": "12 cm"}
    after = Bench(devices, [profile(NODES)], births)
    assert told(after.send("data/a", "13")) == {"water_depth": "13 cm"}


@pytest.mark.usefixtures("_aliases")
def test_a_disk_that_cannot_keep_a_birth_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "births").write_text("no folder")
    devices = [device("a", {"profile": "p", "id": "a"}, kind="gauge")]
    nodes = Bench(devices, [profile(NODES)], Births(tmp_path / "births"))
    nodes.send("birth/a", "depth")
    assert told(nodes.send("data/a", "12")) == {"water_depth": "12 cm"}
