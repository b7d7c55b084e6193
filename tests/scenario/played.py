"""The shipped scenario on the shipped site, played without a broker, as fast as it goes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from monitoring.domain.site import DeviceKind, Site
from monitoring.site import load
from sensors.player import Player
from sensors.scenario import Scenario, load_scenario

CONFIG = Path(__file__).resolve().parents[2] / "config"
FILE = CONFIG / "scenarios" / "rainstorm.yaml"
START = datetime(2026, 7, 20, 0, 0, tzinfo=UTC)


@dataclass
class Tape:
    """Keeps what was published, and when."""

    clock: "HandClock"
    messages: list[tuple[datetime, str, bytes]] = field(default_factory=list)

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, time: str | None = None
    ) -> None:
        del retain, time
        self.messages.append((self.clock.instant, topic, payload))

    def records(self, device: str) -> list[list[dict[str, Any]]]:
        """The SenML packs of a device."""
        topic = f"donggang/obs/{device}"
        return [json.loads(body) for _, t, body in self.messages if t == topic]


@dataclass
class HandClock:
    """A clock that somebody sets."""

    instant: datetime = START

    def now(self) -> datetime:
        return self.instant


@cache
def site() -> Site:
    return load(CONFIG)


@cache
def storm() -> Scenario:
    return load_scenario(FILE, site())


def play(until: timedelta, *, pictures: bool = False) -> Tape:
    """Every device of the site speaks at its cadence from the start on."""
    clock = HandClock()
    tape = Tape(clock)
    player = Player(site(), storm(), tape, clock, 1.0)
    devices = [d for d in site().devices if pictures or d.kind is not DeviceKind.CAMERA]
    due = sorted(
        (START + n * d.cadence, d.id) for d in devices for n in range(1, int(until / d.cadence) + 1)
    )
    for at, name in due:
        clock.instant = at
        player.play(site().device[name], at)
    return tape
