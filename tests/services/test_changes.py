"""What changed: raised, acknowledged, returned, newest first, from the log."""

from datetime import timedelta
from pathlib import Path

from monitoring.services.alarms import ChangeKind
from tests.engine.timeline import START, at, depth
from tests.services.desk import desk

EVER = START - timedelta(days=1)


def test_changes_are_told_newest_first_and_survive_a_restart(tmp_path: Path) -> None:
    with desk(tmp_path) as house:
        house.send(depth(0, 12))
        house.clock.instant = at(1)
        raised = house.world.alarms.changes(EVER)
        assert {c.kind for c in raised} == {ChangeKind.RAISED}
        house.world.alarms.acknowledge(raised[0].alarm.raised.alarm_id, "wang", at(1))
        told = house.world.alarms.changes(EVER)
        assert told[0].kind is ChangeKind.ACKNOWLEDGED
        assert told[0].alarm.acknowledged_by == "wang"
    with desk(tmp_path) as again:
        assert again.world.alarms.changes(EVER) == told


def test_what_changed_before_is_left_out(tmp_path: Path) -> None:
    with desk(tmp_path) as house:
        house.send(depth(0, 12))
        assert house.world.alarms.changes(START - timedelta(seconds=1))
        assert house.world.alarms.changes(START) == []
