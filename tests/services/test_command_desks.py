"""The desks of warnings and responses: on record, after a restart, and with two at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import Response, ResponseError
from monitoring.services.ports import Store
from monitoring.services.responses import ResponseDesk
from monitoring.services.warnings import WarningDesk
from monitoring.store.database import Database, open_database
from tests.domain.bulletins import SITE, activated, declined, ended, issued, lifted, raised
from tests.engine.timeline import at
from tests.services.desk import HandClock, desk

II, III = ResponseLevel.II, ResponseLevel.III


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'test.db'}"
        database = open_database(url, tmp_path / "frames", HandClock(), "real")
        stack.callback(database.close)
        yield database


def kinds(store: Store, prefix: str) -> list[tuple[str, str, str]]:
    return [(e.stream, type(e.event).__name__, e.actor) for e in store.events(0, prefix)]


def test_warnings_are_on_record_with_who_entered_them(store: Database) -> None:
    warnings = WarningDesk(SITE, store)
    warnings.receive(issued(), "wang", at(1))
    warnings.receive(issued(headline="again"), "li", at(2))
    warnings.receive(issued("w2", Level.ORANGE, 5, references=("w1",)), "li", at(5))
    warnings.cancel(lifted("w2"), "wang", at(30))
    assert kinds(store, "warning/") == [
        ("warning/w1", "WarningReceived", "wang"),
        ("warning/w2", "WarningReceived", "li"),
        ("warning/c1", "WarningCancelled", "wang"),
    ]
    known = warnings.state().received["w1"]
    assert (known.received_by, known.received_at) == ("wang", at(1))
    assert [w.issued.warning_id for w in warnings.warnings()] == ["w2", "w1"]
    assert WarningDesk(SITE, store).state() == warnings.state()


def test_a_warning_whose_identifier_another_process_used_first_is_that_one(store: Database) -> None:
    ours, theirs = WarningDesk(SITE, store), WarningDesk(SITE, store)
    theirs.receive(issued(headline="theirs"), "li", at(1))
    taken = ours.receive(issued(headline="ours"), "wang", at(2))
    assert taken.issued.headline == "theirs"
    assert ours.state() == theirs.state()


def test_responses_are_on_record_and_survive_a_restart(tmp_path: Path) -> None:
    with desk(tmp_path) as house:
        responses = house.world.responses
        responses.activate(activated(III))
        responses.change(raised(II))
        responses.decline(declined())
        assert kinds(house.store, "response/") == [
            ("response/level/rainstorm/test", "ResponseActivated", "wang"),
            ("response/level/rainstorm/test", "ResponseRaised", "li"),
            ("response/decline/warning/w1", "ResponseDeclined", "li"),
        ]
    with desk(tmp_path) as again:
        (active,) = again.world.responses.active()
        assert (active.level, active.leveled.by) == (II, "li")
        assert [d.reason for d in again.world.responses.declines()] == ["elsewhere"]
        again.world.responses.change(ended())
        assert again.world.responses.active() == []


def test_of_two_processes_that_activate_at_once_one_is_told_what_stands(store: Database) -> None:
    ours, theirs = ResponseDesk(store), ResponseDesk(store)
    theirs.activate(activated(II, response_id="theirs"))
    with pytest.raises(ResponseError, match="level II for rainstorm in test is in force, set by"):
        ours.activate(activated(III, response_id="ours"))
    assert [r.activated.response_id for r in ours.active()] == ["theirs"]


def test_of_two_processes_that_raise_at_once_the_second_decides_on_what_stands(
    store: Database,
) -> None:
    ours = ResponseDesk(store)
    ours.activate(activated(III))
    theirs = ResponseDesk(store)
    theirs.change(raised(II, decision="theirs"))
    with pytest.raises(ResponseError, match="II is not graver"):
        ours.change(raised(II, decision="ours"))


def test_of_many_who_activate_at_once_one_does(store: Database) -> None:
    responses, gate = ResponseDesk(store), threading.Barrier(8)

    def ask(number: int) -> Response | None:
        gate.wait()
        try:
            return responses.activate(activated(II, response_id=f"r{number}"))
        except ResponseError:
            return None

    with ThreadPoolExecutor(8) as people:
        assert len([r for r in people.map(ask, range(8)) if r]) == 1
    assert len(kinds(store, "response/")) == 1


def test_a_response_that_is_not_there_is_not_changed(store: Database) -> None:
    with pytest.raises(KeyError):
        ResponseDesk(store).change(ended())
