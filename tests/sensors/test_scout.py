"""The scout: who is named in what nobody could use, and what it would give."""

import json
from pathlib import Path

from monitoring.domain.devices import NATIVE
from monitoring.domain.observations import Reason, Reject
from monitoring.domain.site import Device
from sensors.wire import SiteWire
from tests.sensors.profiles.bench import device, profiles


def wire(folder: Path, *devices: Device) -> SiteWire:
    known = {one.id: one for one in devices}
    return SiteWire("donggang", known, profiles().values(), folder / "births")


def reject(topic: str, payload: bytes) -> Reject:
    return Reject(topic, Reason.UNKNOWN_DEVICE, "who", payload, len(payload), 7)


def test_a_stranger_on_the_native_topics_is_named_by_its_topic(tmp_path: Path) -> None:
    one = wire(tmp_path, device("known"))
    found = reject("donggang/obs/new", b'[{"n":"water_depth","u":"m","v":0.12}]')
    assert one.strangers(found) == [(NATIVE, "new")]
    sample = one.sample(NATIVE, "new", found)
    assert (sample.sample, sample.quantities) == ((("water_depth", 12.0),), ("water_depth",))
    assert one.strangers(reject("donggang/obs/known", b"[]")) == []


def test_a_stranger_in_a_profile_is_shown_with_what_it_would_give(tmp_path: Path) -> None:
    one = wire(tmp_path)
    payload = json.dumps({"PASSKEY": "A", "tempf": 68.0, "humidity": 60}).encode()
    found = reject("ecowitt2mqtt/roof", payload)
    assert ("ecowitt", "roof") in one.strangers(found)
    values = dict(one.sample("ecowitt", "roof", found).sample)
    assert round(values["air_temperature"], 6) == 20
    assert values["humidity"] == 60


def test_who_is_bound_is_no_stranger(tmp_path: Path) -> None:
    heard = device("roof", {"profile": "ecowitt", "id": "ROOF"})
    found = reject("ecowitt2mqtt/roof", b'{"tempf": 68}')
    assert ("ecowitt", "roof") not in wire(tmp_path, heard).strangers(found)


def test_what_depends_on_the_mount_height_is_promised_but_not_guessed(tmp_path: Path) -> None:
    event = {"deviceInfo": {"devEui": "24e1"}, "object": {"distance": 4000, "battery": 90}}
    found = reject("application/1/device/24e1/event/up", json.dumps(event).encode())
    one = wire(tmp_path)
    assert ("milesight-em500-udl", "24e1") in one.strangers(found)
    sample = one.sample("milesight-em500-udl", "24e1", found)
    assert sample.parameters == ("mount_height_cm",)
    assert "water_depth" in sample.quantities
    assert "water_depth" not in dict(sample.sample)


def test_nobody_is_found_in_what_is_nonsense(tmp_path: Path) -> None:
    one = wire(tmp_path)
    for topic, payload in (("a", b"{"), ("donggang/x", b""), ("ecowitt2mqtt/roof", b"\xff")):
        assert all(external for _, external in one.strangers(reject(topic, payload)))
