"""Ultrasonic depth: an object or a spike is no flood, and no flood is thrown away.

Real records of street sensors (FloodNet) stand beside the project; what they don't hold is
made up here.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest
import yaml

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.domain.plans import Plan
from monitoring.engine.checker import Checker
from monitoring.engine.judge import Judge
from monitoring.engine.rulebook import compile_site
from tests.engine.signals import (
    CONFIG,
    GOOD,
    JUMP,
    checked_site,
    depths,
    dry,
    in_time,
    minutes,
    of,
    qualities,
    rules,
    stamped,
)
from tests.engine.timeline import START, alarms, depth, rain

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "flood_depth"
FLOOD = "floodnet_duly_pro_vervet_2023-06-02_true_tidal_flood.csv"
CALM = "floodnet_highly_master_pony_2023-06-12_clean_baseline.csv"
SPIKES = "floodnet_ugliest_cyan_elephant_2023-06-23_single_sample_spikes.csv"
NEIGHBOURS, SENTINEL, RANGE = Quality.NEIGHBOURS, Quality.SENTINEL, Quality.RANGE

records = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data/flood_depth is absent")


def record(file: str, gauge: str = "wg-road-a") -> tuple[list[Observation], float]:
    """Depths as a gauge on the street would send them, and its mount in cm.

    The mount is what an installer would measure: the distance of the first hour.
    """
    with (FOLDER / file).open(encoding="utf-8") as text:
        rows = [
            (datetime.fromisoformat(r["time"]), int(r["dist_mm"])) for r in csv.DictReader(text)
        ]
    mount = median(distance for _, distance in rows[:60])
    return [
        Observation(gauge, "water_depth", to_us(at), round((mount - distance) / 10, 1))
        for at, distance in rows
    ], mount / 10


def recorded(file: str, gauge: str = "wg-road-a") -> list[Observation]:
    """The same, checked by the shipped rules with the sensor's own mount."""
    observations, mount = record(file, gauge)
    own = rules().quantities["water_depth"].model_copy(update={"mount": mount})
    site = checked_site(signals=rules().model_copy(update={"quantities": {"water_depth": own}}))
    return stamped(observations, Checker(site))


def plan(name: str) -> Plan:
    """A shipped plan."""
    text = (CONFIG.parent / f"plans/bureau/{name}.yaml").read_text(encoding="utf-8")
    return Plan.model_validate(yaml.safe_load(text))


def onsets(observations: Iterable[Observation], name: str) -> dict[str, float]:
    """When each level was first raised, in seconds from the first observation."""
    taken = list(observations)
    judge = Judge(compile_site(checked_site(plan(name))), checked_site().lateness)
    raised = alarms(judge.step(taken, START).events).values()
    found: dict[str, float] = {}
    for alarm in sorted(raised, key=lambda a: a.onset, reverse=True):
        found[alarm.raised.level] = to_us(alarm.onset) / 1e6 - taken[0].time_us / 1e6
    return found


# Plan, a gauge of its kind, and what the tide reaches: roads close at 27 cm, underpasses at 20.
PLANS = [
    ("ponding-road", "wg-road-a", {"watch", "blue", "yellow"}),
    ("ponding-underpass", "wg-under", {"watch", "blue", "yellow", "orange"}),
]


@records
@pytest.mark.parametrize(("name", "gauge", "levels"), PLANS)
def test_in_a_true_flood_every_level_is_reached_and_as_soon(
    name: str, gauge: str, levels: set[str]
) -> None:
    """Without a delay: the tide rises 2 cm a minute at most, and nothing of it is doubted."""
    expected = onsets((o for o in record(FLOOD, gauge)[0] if o.value > -100), name)
    assert expected.keys() == levels
    assert onsets(recorded(FLOOD, gauge), name) == expected


@records
def test_nothing_of_a_true_flood_but_its_lost_echoes_is_doubted() -> None:
    doubted = [o for o in recorded(FLOOD) if o.quality is not GOOD]
    assert [o.quality for o in doubted] == [SENTINEL, SENTINEL, JUMP, *[SENTINEL] * 4]


@records
def test_nothing_of_a_dry_street_is_doubted() -> None:
    assert {o.quality for o in recorded(CALM)} == {GOOD}


@records
@pytest.mark.parametrize(("name", "gauge"), [entry[:2] for entry in PLANS])
def test_spikes_raise_no_alarm(name: str, gauge: str) -> None:
    unchecked = onsets(record(SPIKES, gauge)[0], name)
    assert unchecked.keys() == {"watch", "blue", "yellow", "orange", "red"}
    assert onsets(recorded(SPIKES, gauge), name) == {}


@records
def test_spikes_are_few_and_all_else_is_believed() -> None:
    doubted = [o for o in recorded(SPIKES) if o.quality is not GOOD]
    assert len(doubted) < 0.012 * 1822
    assert max(o.value for o in recorded(SPIKES) if o.quality is GOOD) < 3


def noisy(values: Iterable[float], spread: float = 0.3, seed: int = 1) -> list[float]:
    """Values as a sensor gives them."""
    chance = random.Random(seed)  # noqa: S311 - a noise, no secret
    return [round(value + chance.gauss(0, spread), 1) for value in values]


@pytest.mark.parametrize("height", [40, 80, 150])
def test_a_car_that_parks_under_a_gauge_in_dry_weather_is_no_flood(height: float) -> None:
    stay = depths(*noisy([0] * 240 + [height] * 300 + [0] * 60))
    found = of(stamped(in_time(dry(10), stay)), "wg-road-a")
    assert minutes(found, JUMP) == [240, 241]
    assert minutes(found, NEIGHBOURS) == list(range(242, 540))
    assert found[540].quality is GOOD, "once it is gone the street is seen again at once"


def test_a_car_that_was_there_before_the_rain_is_still_none() -> None:
    stay = depths(*noisy([0] * 240 + [80] * 180))
    shower = [rain(n, 1 + n % 2 / 10, "ws-1") for n in range(300, 420)]
    found = stamped(in_time(dry(5), [rain(n, 0, "ws-2") for n in range(300, 420)], shower, stay))
    assert minutes(of(found, "wg-road-a"), GOOD)[-1] == 239


def test_an_echo_that_changes_between_bonnet_and_roof_is_none_either() -> None:
    chance = random.Random(5)  # noqa: S311 - a noise, no secret
    stay = depths(*[0.0] * 240, *noisy(chance.choice([55, 80]) for _ in range(300)))
    found = of(stamped(in_time(dry(9), stay)), "wg-road-a")
    assert minutes(found, GOOD) == list(range(240))


@pytest.mark.parametrize("weather", [[], [rain(n, 0.5 + n % 2 / 10) for n in range(300)]])
def test_where_it_may_have_rained_a_jump_is_believed_after_two_samples(
    weather: Sequence[Observation],
) -> None:
    """Not knowing is not dry: a flood must not be taken for a car."""
    found = of(stamped(in_time(weather, depths(*[0] * 240, *[80] * 60))), "wg-road-a")
    assert minutes(found, JUMP) == [240, 241]
    assert minutes(found, GOOD)[240:] == list(range(242, 300))


@pytest.mark.parametrize("is_dry", [True, False])
@pytest.mark.parametrize("rate", [1, 2, 3, 5, 10, 15, 25])
def test_a_flash_flood_waits_for_two_samples_at_most(rate: float, *, is_dry: bool) -> None:
    rise = [min(60, rate * n) for n in range(1, 61)]
    weather = dry(6) if is_dry else []
    flood = depths(*noisy([0] * 240 + rise))
    found = of(stamped(in_time(weather, flood)), "wg-road-a")
    assert minutes(found, JUMP, NEIGHBOURS) == ([] if rate <= 2 else [240, 241])


@pytest.mark.parametrize("seed", range(20))
def test_a_flood_with_waves_reaches_every_level_in_time(seed: int) -> None:
    """Whatever its rate and its waves: no level later than two samples after it was there."""
    chance = random.Random(seed)  # noqa: S311 - a noise, no secret
    rate, waves, top = chance.uniform(0.5, 15), chance.choice([0.3, 1, 1.5]), chance.uniform(15, 80)
    rise = [min(top, rate * n) + chance.uniform(-waves, waves) for n in range(1, 121)]
    found = of(stamped(in_time(dry(6), depths(*[0] * 200, *rise))), "wg-road-a")
    for level in (5, 8, 10, 12):
        reached = next(n for n, o in enumerate(found) if o.value >= level + 2 * waves)
        believed = next(n for n, o in enumerate(found) if o.value >= level and o.quality is GOOD)
        assert believed - reached <= 2


def test_waves_on_deep_water_are_not_doubted() -> None:
    chance = random.Random(1)  # noqa: S311 - a noise, no secret
    waves = [60 + chance.uniform(-3.5, 3.5) for _ in range(300)]
    found = qualities(depths(*[20 + n for n in range(40)], *waves))
    assert set(found) == {GOOD}


def test_a_single_spike_on_a_flood_is_doubted_and_the_flood_goes_on() -> None:
    rise = [2.0 * n for n in range(30)]
    rise[15] = 95
    found = stamped(depths(*rise))
    assert minutes(found, JUMP) == [15]


def test_a_sensor_that_is_covered_reports_its_minimum_range_and_no_flood() -> None:
    own = rules().quantities["water_depth"].model_copy(update={"mount": 300.0})
    site = checked_site(signals=rules().model_copy(update={"quantities": {"water_depth": own}}))
    found = stamped(depths(*[0.2] * 10, *[270.0] * 500, *[0.2] * 5), Checker(site))
    assert minutes(found, SENTINEL) == list(range(10, 510))
    assert {o.quality for o in found[510:]} == {GOOD}


@pytest.mark.parametrize(("every", "delay"), [(0.5, 2), (1, 2), (2, 2), (5, 5), (10, 10)])
def test_a_leap_is_believed_with_the_first_sample_after_a_hundred_seconds(
    every: float, delay: float
) -> None:
    """Denser gauges wait 100 s, sparser ones for the next sample; in between two samples."""
    before = [depth(-n * every, 0) for n in range(20, 0, -1)]
    found = stamped([*before, *depths(*[75.0] * 20, every=every)])
    believed = next(m for m in minutes(found, GOOD) if m >= 0)
    assert believed == pytest.approx(delay, abs=0.35)
