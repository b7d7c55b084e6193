"""Measures: the values of a profile, compiled for one device, into observations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from monitoring.domain.instants import span_us
from monitoring.domain.observations import Observation, Quality, Reading, Reason
from monitoring.domain.quantities import QUANTITIES, Quantity
from sensors.profiles.counters import TOTALS, Counters, Rule
from sensors.profiles.seen import Seen
from sensors.profiles.select import Selector, selector
from sensors.profiles.times import Clock, clock
from sensors.profiles.transform import Convert, converter, factors
from sensors.profiles.values import Condition, Value
from sensors.profiles.words import word

Holds = Callable[[Any, Any], bool]
"""Takes a node and the payload's root."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of one device.

    Attributes:
        path: Where it stands, for people.
        clock: Its own time; None where it is the message's.
        rule: How its counter behaves; None where it is no counter.
    """

    quantity: Quantity
    path: str
    select: Selector
    convert: Convert
    holds: Holds | None
    clock: Clock | None
    rule: Rule | None


class Found(NamedTuple):
    """What one node gave, and whether any of the values stood in it at all."""

    readings: list[Reading]
    is_there: bool


def measure(value: Value, parameters: Mapping[str, float]) -> Measure:
    """A value of a profile, compiled for a device with these parameters."""
    return Measure(
        quantity=QUANTITIES[value.quantity],
        path=" or ".join(value.path),
        select=selector(value.path),
        convert=converter(value, parameters),
        holds=every(value.when) if value.when else None,
        clock=clock(value.time) if value.time else None,
        rule=_rule(value),
    )


def every(conditions: Sequence[Condition]) -> Holds:
    """Whether all of the conditions hold."""
    tests = [_test(condition) for condition in conditions]
    return lambda node, root: all(test(node, root) for test in tests)


def some(conditions: Sequence[Condition]) -> Holds:
    """Whether any of the conditions holds."""
    tests = [_test(condition) for condition in conditions]
    return lambda node, root: any(test(node, root) for test in tests)


def observe(
    measures: Sequence[Measure], device: str, counters: Counters, seen: Seen,
    node: Any, root: Any, time_us: int | None,
) -> Found:  # fmt: skip
    """The observations in a node; of several values of one quantity the first that is there.

    `time_us` is the node's time, None where it has none. What the broker had kept from before
    then says nothing: nobody knows how old it is.
    """
    readings: list[Reading] = []
    done: set[str] = set()
    is_there = False
    for each in measures:
        name = each.quantity.name
        if name in done or (raw := each.select(node, root)) is None:
            continue
        if each.holds is not None and not each.holds(node, root):
            continue
        is_there = True
        try:
            value = each.convert(raw)
            own_us = time_us if each.clock is None else each.clock(node, root)
        except ValueError as error:
            detail = f"{name} at {each.path}: {error}"
            readings.append(seen.refuse(Reason.BAD_VALUE, detail))
            continue
        if value is None or (own_us is None and seen.message.is_retained):
            continue
        done.add(name)
        if each.clock is not None and (fault := seen.untimely(own_us)):
            readings.append(fault)
            continue
        at_us = seen.arrived_us if own_us is None else own_us
        readings += _observations(each, device, counters, at_us, value)
    return Found(readings, is_there)


def _observations(
    each: Measure, device: str, counters: Counters, time_us: int, value: float
) -> list[Reading]:
    quantity = each.quantity
    if each.rule is None:
        return [Observation(device, quantity.name, time_us, value)]
    readings: list[Reading] = []
    total = QUANTITIES.get(TOTALS.get(quantity.name, ""))
    if total is not None:
        readings.append(Observation(device, total.name, time_us, value))
    if value >= 0:
        rise = counters.step(device, quantity.name, time_us, value, each.rule)
        if rise is not None:
            quality = Quality.GOOD if rise.is_sure else Quality.GAP
            readings.append(Observation(device, quantity.name, time_us, rise.amount, quality))
    return readings


def _rule(value: Value) -> Rule | None:
    if value.increment is None:
        return None
    wrap = value.increment.wrap
    return Rule(None if wrap is None else wrap * factors(value)[0], span_us(value.increment.within))


def _test(condition: Condition) -> Holds:
    select = selector(condition.path)
    if condition.equals is None:
        return lambda node, root: select(node, root) is not None
    wanted = frozenset(map(word, condition.equals))

    def test(node: Any, root: Any) -> bool:
        value = select(node, root)
        return value is not None and word(value) in wanted

    return test
