"""The device desk: strangers become candidates, and devices only by a named person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.devices import (
    ANNOUNCED,
    NATIVE,
    AnnouncedValue,
    BindingError,
    Candidate,
    joined,
)
from monitoring.domain.instants import to_us
from monitoring.domain.observations import Reason, Reject
from monitoring.domain.site import DeviceKind
from monitoring.services.devices import Binding, DeviceDesk, bindings
from tests.engine.timeline import START, at
from tests.services.desk import Desk, desk

PUMP = Candidate(
    ANNOUNCED, "us1", "Yard", quantities=("water_depth",), parameters=("mount_height_cm",),
    values=(AnnouncedValue("yard/1", "d", "water_depth", "cm", below="mount_height_cm"),),
)  # fmt: skip
YARD = Binding(
    "wg-yard", DeviceKind.GAUGE, "院", "Yard", "road-b", timedelta(minutes=1), ("water_depth",),
    {"mount_height_cm": 412.0},
)  # fmt: skip
NEW = replace(YARD, device="new", parameters={})


def stranger(name: str = "new", minute: float = 0) -> Reject:
    topic = f"donggang/obs/{name}"
    return Reject(topic, Reason.UNKNOWN_DEVICE, "who", b"[]", 2, to_us(at(minute)))


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        opened.wire.announcements = [PUMP]
        yield opened


def found(one: Desk) -> list[tuple[str, str]]:
    return [c.key for c in one.world.devices.candidates()]


def test_strangers_and_who_announced_itself_are_candidates_and_nothing_more(one: Desk) -> None:
    one.send(stranger(), stranger("new", 1), stranger("other", 2))
    assert found(one) == [(NATIVE, "other"), (NATIVE, "new"), (ANNOUNCED, "us1")]
    newest = one.world.devices.candidates()[1]
    assert newest.seen_us == to_us(at(1))
    assert one.world.devices.bound() == []
    assert "new" not in one.world.site.device


def test_what_comes_later_is_looked_at_too(one: Desk) -> None:
    one.send(stranger())
    assert len(found(one)) == 2
    one.send(stranger("other", 1))
    assert len(found(one)) == 3


def test_a_bound_candidate_is_one_no_longer_and_stands_in_the_site_anew(one: Desk) -> None:
    one.world.devices.bind(ANNOUNCED, "US1", YARD, "chief", START)
    assert found(one) == []
    (known,) = one.world.devices.bound()
    assert (known.by, known.at, known.is_joined) == ("chief", START, False)
    site = joined(one.world.site, bindings(one.store).values())
    assert site.device["wg-yard"].segment == "road-b"
    again = DeviceDesk(site, one.store, one.wire)
    assert [b.is_joined for b in again.bound()] == [True]
    assert again.candidates() == []


def test_the_same_binding_again_changes_nothing_and_another_is_refused(one: Desk) -> None:
    desk_ = one.world.devices
    first = desk_.bind(ANNOUNCED, "us1", YARD, "chief", START)
    assert desk_.bind(ANNOUNCED, "us1", YARD, "chief", at(1)) == first
    assert len(list(one.store.events(0, "device/"))) == 1
    with pytest.raises(BindingError, match="bound as 'wg-yard' already"):
        desk_.bind(ANNOUNCED, "us1", replace(YARD, device="wg-2"), "chief", at(1))


def test_a_device_that_is_unbound_is_a_candidate_again(one: Desk) -> None:
    one.world.devices.bind(ANNOUNCED, "us1", YARD, "chief", START)
    one.world.devices.unbind("wg-yard", "chief", at(1))
    assert found(one) == [(ANNOUNCED, "us1")]
    assert bindings(one.store) == {}
    with pytest.raises(KeyError):
        one.world.devices.unbind("wg-yard", "chief", at(2))


def test_everything_is_put_together_anew_after_each_change(one: Desk) -> None:
    rounds: list[str] = []
    desk_ = DeviceDesk(one.world.site, one.store, one.wire, lambda: rounds.append("anew"))
    assert desk_.takes_effect_at_once
    desk_.bind(ANNOUNCED, "us1", YARD, "chief", START)
    desk_.unbind("wg-yard", "chief", START)
    assert rounds == ["anew", "anew"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(YARD, parameters={}), "mount_height_cm is missing"),
        (replace(YARD, parameters={"mount_height_cm": 1, "x_cm": 2}), "x_cm means nothing"),
        (replace(YARD, quantities=("depth",)), "'depth' is no quantity"),
        (replace(YARD, quantities=()), "say what it reports"),
        (replace(YARD, segment="nowhere"), "there is no segment"),
        (replace(YARD, device="wg-road-a"), "already"),
    ],
)
def test_what_can_not_be_bound_says_why(one: Desk, asked: Binding, said: str) -> None:
    with pytest.raises(BindingError, match=said):
        one.world.devices.bind(ANNOUNCED, "us1", asked, "chief", START)
    assert bindings(one.store) == {}


def test_who_was_never_heard_can_not_be_bound(one: Desk) -> None:
    with pytest.raises(KeyError):
        one.world.devices.bind(NATIVE, "new", NEW, "chief", START)
    one.send(stranger())
    assert one.world.devices.bind(NATIVE, "new", NEW, "chief", START).device == "new"
