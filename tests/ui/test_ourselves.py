"""What of ourselves does not work is marked, named and said in words."""

from datetime import timedelta

import pytest

from monitoring.domain.brokers import LinkState
from monitoring.services.health import DatabaseState, EngineState, Health, Link
from monitoring.services.waiting import Lag
from monitoring.web.language import Language
from monitoring.web.ui.components.ourselves import GAP_SHOWN, parts_of
from tests.engine.timeline import START
from tests.ui.elements import found, words
from tests.ui.samples import elements

EN = Language.EN
MAIN = Link("main", LinkState.CONNECTED)
WORKING = Health((MAIN,))


def header(health: Health) -> str:
    return words(elements(parts_of(health, START, EN)))


@pytest.mark.parametrize(
    ("health", "failed"),
    [
        (WORKING, []),
        (Health(), ["broker"]),
        (Health((Link("main", LinkState.DOWN),)), ["broker"]),
        (Health((MAIN,), DatabaseState.UNAVAILABLE), ["database"]),
        (Health((MAIN,), engine=EngineState.FAILED), ["engine"]),
        (Health((MAIN,), lag=Lag(20_000, 3.4)), ["lag"]),
    ],
)
def test_a_part_that_fails_is_marked(health: Health, failed: list[str]) -> None:
    parts = elements(parts_of(health, START, EN))
    assert [p.get("data-part") for p in found(parts, **{"data-state": "failed"})] == failed


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (LinkState.CONNECTED, "Broker ok"),
        (LinkState.CONNECTING, "Broker connecting"),
        (LinkState.LIMITED, "Broker topics refused"),
        (LinkState.DOWN, "Broker no connection"),
        (LinkState.REFUSED, "Broker refuses us"),
    ],
)
def test_the_link_to_the_only_broker_is_told_in_words(state: LinkState, word: str) -> None:
    assert header(Health((Link("main", state),))).startswith(word)


def test_of_several_brokers_the_worst_is_named() -> None:
    links = (MAIN, Link("city", LinkState.REFUSED), Link("old", LinkState.DOWN))
    assert header(Health(links)).startswith("Broker city refuses us")
    assert header(Health((MAIN, Link("city", LinkState.CONNECTED)))).startswith("Broker ok")


def test_that_messages_may_be_missing_is_told_for_an_hour() -> None:
    def told(ago: timedelta) -> bool:
        link = Link("city", LinkState.CONNECTED, "", START - ago)
        return "city kept nothing: messages may be missing" in header(Health((link,)))

    assert told(timedelta(0))
    assert told(GAP_SHOWN - timedelta(seconds=1))
    assert not told(GAP_SHOWN)


@pytest.mark.parametrize(("behind_s", "is_told"), [(0, False), (2, False), (2.1, True)])
def test_a_lag_is_told_from_two_seconds_on(behind_s: float, is_told: bool) -> None:
    text = header(Health((MAIN,), lag=Lag(17, behind_s)))
    assert ("Behind by 2 s, 17 waiting" in text) is is_told
