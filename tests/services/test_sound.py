"""The sound desk: who silenced the walls is on record and survives a restart."""

from datetime import timedelta
from pathlib import Path

from tests.engine.timeline import START
from tests.services.desk import desk

TEN = timedelta(minutes=10)


def test_silence_and_its_end_are_events_with_their_actors(tmp_path: Path) -> None:
    with desk(tmp_path) as house:
        house.world.sound.silence("wang", START, TEN)
        assert house.world.sound.state().is_silent(START)
        house.world.sound.restore("li", START)
        assert not house.world.sound.state().is_silent(START)
        recorded = list(house.store.events(0, "sound"))
    assert [(type(e.event).__name__, e.actor) for e in recorded] == [
        ("SoundSilenced", "wang"),
        ("SoundRestored", "li"),
    ]


def test_silence_outlives_a_restart(tmp_path: Path) -> None:
    with desk(tmp_path) as house:
        house.world.sound.silence("wang", START, TEN)
    with desk(tmp_path) as again:
        assert again.world.sound.state().by == "wang"
        assert again.world.sound.state().is_silent(START)
