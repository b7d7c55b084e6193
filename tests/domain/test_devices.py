"""Binding devices: decided by people, once, and never over the configuration."""

from dataclasses import replace

import pytest

from monitoring.domain.devices import (
    ANNOUNCED,
    NATIVE,
    AnnouncedStatus,
    AnnouncedValue,
    BindingError,
    Bound,
    DeviceBound,
    DeviceUnbound,
    Parameter,
    bind,
    fold,
    is_joined,
    joined,
    unbind,
)
from monitoring.domain.events import decode, encode
from monitoring.domain.site import DeviceKind, Source
from tests.engine.sites import PONDING, site

SITE = site(PONDING)
GAUGE = DeviceBound(
    "wg-new", DeviceKind.GAUGE, "新", "new", "road-b", ("water_depth",), 60.0, "ecowitt", "Roof",
    (Parameter("mount_height_cm", 412.0),),
)  # fmt: skip
ANNOUNCER = replace(
    GAUGE, profile=ANNOUNCED, external="us1",
    values=(
        AnnouncedValue("yard/a", "dist", "water_depth", "cm", below="mount_height_cm"),
        AnnouncedValue("yard/b", "$", "cover_open", true="ON", false="OFF"),
    ),
    status=AnnouncedStatus("yard/lwt", "online", "offline"),
)  # fmt: skip


def folded(*events: DeviceBound | DeviceUnbound) -> Bound:
    bound: Bound = {}
    for event in events:
        bound = fold(bound, event)
    return bound


def test_a_bound_device_stands_in_the_site_as_if_it_were_configured() -> None:
    whole = joined(SITE, [GAUGE])
    device = whole.device["wg-new"]
    assert device.sources == (Source(profile="ecowitt", id="Roof", mount_height_cm=412.0),)
    assert device in whole.devices_of["road-b"]
    assert is_joined(GAUGE, whole)
    assert "wg-new" not in SITE.device


def test_an_announced_device_is_heard_on_each_of_its_topics_by_a_profile_of_its_own() -> None:
    sources = joined(SITE, [ANNOUNCER]).device["wg-new"].sources
    assert [(s.profile, s.id) for s in sources] == [
        ("ha-wg-new", "yard/a"), ("ha-wg-new", "yard/b"), ("ha-wg-new", "yard/lwt"),
    ]  # fmt: skip


def test_the_configuration_wins_and_a_segment_must_be_there() -> None:
    same_id = replace(GAUGE, device="wg-road-a")
    gone = replace(GAUGE, segment="nowhere")
    for bound in (same_id, gone):
        whole = joined(SITE, [bound])
        assert whole.devices == SITE.devices
        assert not is_joined(bound, whole)


def test_a_binding_is_decided_once() -> None:
    assert bind({}, GAUGE, SITE) == (GAUGE,)
    assert bind(folded(GAUGE), GAUGE, SITE) == ()
    assert unbind(folded(GAUGE), "wg-new") == (DeviceUnbound("wg-new"),)
    assert unbind(folded(GAUGE, DeviceUnbound("wg-new")), "wg-new") == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"device": "wg-road-a"}, "there is a device 'wg-road-a' already"),
        ({"segment": "nowhere"}, "there is no segment 'nowhere'"),
        ({"profile": NATIVE}, "on the native topics it is called 'Roof'"),
        ({"device": "Not An Id"}, "pattern"),
        ({"cadence_s": 0.0}, "greater than 0"),
    ],
)
def test_what_can_not_be_bound_is_refused_with_the_reason(
    changed: dict[str, object], said: str
) -> None:
    with pytest.raises(BindingError, match=said):
        bind({}, replace(GAUGE, **changed), SITE)  # type: ignore[arg-type]


def test_one_device_is_bound_to_one_place() -> None:
    with pytest.raises(BindingError, match="'ROOF' is bound as 'wg-new' already"):
        bind(folded(GAUGE), replace(GAUGE, device="wg-other", external="ROOF"), SITE)
    with pytest.raises(BindingError, match="already"):
        bind({}, replace(GAUGE, device="wg-other"), joined(SITE, [GAUGE]))


def test_what_was_decided_is_read_from_the_log_as_it_was_written() -> None:
    for event in (ANNOUNCER, DeviceUnbound("wg-new")):
        assert decode(*encode(event)) == event
