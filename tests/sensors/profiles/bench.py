"""A decoder with the shipped profiles and devices made up for a test."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.instants import from_us, rfc3339, to_us
from monitoring.domain.observations import DeviceStatus, Observation, Reading, Reason, Reject
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Device
from sensors.packets import Message
from sensors.profiles.births import Births
from sensors.profiles.decoder import ProfileDecoder
from sensors.profiles.load import load_profiles
from sensors.profiles.model import Profile
from tests.e2e.served import ROOT

NOW = to_us(datetime.fromisoformat("2026-07-07T10:00:00+08:00"))
JPEG = b"\xff\xd8\xff\xc0\x00\x11\x08\x02\xd0\x05\x00\x03" + b"\0" * 9 + b"\xff\xd9"
# Beside the project, or beside a folder that the project lies in.
_SHARED = [folder / "shared/data/mqtt" for folder in ROOT.parents]


def shared(name: str) -> bytes:
    """A payload that nobody here wrote; skips the test where it is absent."""
    for folder in _SHARED:
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    pytest.skip(f"../shared/data/mqtt/{name} is absent")


@cache
def profiles() -> dict[str, Profile]:
    return load_profiles(ROOT / "config")


def device(name: str, *sources: dict[str, Any], kind: str = "station") -> Device:
    return Device.model_validate({
        "id": name, "kind": kind, "name": {"zh": name, "en": name}, "segment": "s",
        "cadence": "60s", "sources": list(sources),
    })  # fmt: skip


def heard(profile: str, external: str, kind: str = "station", **parameters: float) -> "Bench":
    """A bench with one device, `d`, that is heard by a shipped profile."""
    source = {"profile": profile, "id": external, **parameters}
    return Bench([device("d", source, kind=kind)], profiles().values())


class Bench:
    """Hands messages to a decoder."""

    def __init__(self, devices: Sequence[Device], known: Any, births: Births | None = None) -> None:
        self.decoder = ProfileDecoder(known, devices, births)

    def send(
        self, topic: str, payload: bytes | str | dict[str, Any] | list[Any], at: int = NOW,
        *, retained: bool = False,
    ) -> list[Reading]:  # fmt: skip
        if isinstance(payload, dict | list):
            payload = json.dumps(payload)
        body = payload if isinstance(payload, bytes) else payload.encode()
        message = Message(topic.encode(), body, 1, 1, retained, b"", 1)
        readings = self.decoder.decode(message, at)
        assert readings is not None, f"nobody reads {topic}"
        return list(readings)

    @property
    def ignored(self) -> int:
        return self.decoder.ignored.total()


def told(readings: Sequence[Reading]) -> dict[str, str]:
    """Observations by quantity, with their units; fails where there is anything else."""
    found: dict[str, str] = {}
    for reading in readings:
        assert isinstance(reading, Observation), reading
        quantity = QUANTITIES[reading.quantity]
        value = reading.value
        assert reading.quantity not in found
        found[reading.quantity] = (
            quantity.states[int(value)] if quantity.states else f"{value:g} {quantity.unit}"
        )
    return found


def times(readings: Sequence[Reading]) -> set[str]:
    """The instants of observations."""
    return {rfc3339(from_us(r.time_us)) for r in readings if isinstance(r, Observation)}


def reasons(readings: Sequence[Reading]) -> list[Reason]:
    return [r.reason for r in readings if isinstance(r, Reject)]


def detail(readings: Sequence[Reading]) -> str:
    (reading,) = readings
    assert isinstance(reading, Reject)
    return reading.detail


def statuses(readings: Sequence[Reading]) -> list[tuple[str, bool]]:
    """Device and whether it is there; fails where there is anything else."""
    found = []
    for reading in readings:
        assert isinstance(reading, DeviceStatus), reading
        found.append((reading.device, reading.is_online))
    return found


def profile(text: str) -> Profile:
    """A profile made up for a test."""
    import yaml  # noqa: PLC0415

    content = {"id": "p", "title": {"zh": "p", "en": "p"}, "source": "a test"}
    return Profile.model_validate(content | yaml.safe_load(text))


def parsed(name: str) -> Path:
    return ROOT / "config/profiles" / f"{name}.yaml"
