"""Sound: silence is somebody's, for a time, and never longer than allowed."""

from datetime import timedelta

import pytest

from monitoring.domain.sound import LONGEST, Sound, SoundSilenced, fold, restore, silence
from tests.engine.timeline import START

TEN = timedelta(minutes=10)


def after(*events: object) -> Sound:
    sound = Sound()
    for event in events:
        sound = fold(sound, event)  # type: ignore[arg-type]
    return sound


def test_walls_sound_until_somebody_silences_them() -> None:
    assert not Sound().is_silent(START)


def test_silence_ends_when_it_was_said_to_end() -> None:
    sound = after(*silence("wang", START, TEN))
    assert sound.by == "wang"
    assert sound.is_silent(START + TEN - timedelta(microseconds=1))
    assert not sound.is_silent(START + TEN)


def test_silence_is_of_peoples_time_also_where_the_clock_runs_faster() -> None:
    (event,) = silence("wang", START, TEN, speed=240)
    assert event == SoundSilenced("wang", START + 240 * TEN)


def test_silence_can_be_ended_before_its_time() -> None:
    sound = after(*silence("wang", START, TEN))
    assert not after(*silence("wang", START, TEN), *restore(sound, "li", START)).is_silent(START)


def test_where_nobody_silenced_there_is_nothing_to_end() -> None:
    assert restore(Sound(), "li", START) == []


@pytest.mark.parametrize("span", [timedelta(0), -TEN, LONGEST + timedelta(seconds=1)])
def test_nobody_silences_walls_for_ever(span: timedelta) -> None:
    with pytest.raises(ValueError, match="1 to 60 minutes"):
        silence("wang", START, span)
