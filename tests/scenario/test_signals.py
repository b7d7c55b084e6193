"""The shipped storm on the shipped site: nothing that it plays is doubted by the shipped rules."""

from datetime import timedelta

from monitoring.domain.instants import to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.engine.checker import Checker
from sensors.native import NativeDecoder
from sensors.packets import Message
from tests.scenario.played import play, site, storm


def test_nothing_of_the_storm_is_doubted_even_where_it_begins_again() -> None:
    decoder = NativeDecoder(site().mqtt_root, site().device)
    tape = play(timedelta(minutes=2 * storm().minutes + 60))
    checker = Checker(site())
    stamped: list[Observation] = []
    for at, topic, payload in tape.messages:
        if "/obs/" in topic:
            arrived_us = to_us(at)
            read = decoder.decode(Message(topic.encode(), payload, 1, 1, False, b"", 1), arrived_us)
            observations = [reading for reading in read if isinstance(reading, Observation)]
            stamped += checker.stamp(observations, arrived_us)
    assert len(stamped) > 100_000
    assert [o for o in stamped if o.quality is not Quality.GOOD] == []
