"""Sound: a named person may silence the walls for a time; the record says who and how long."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class SoundSilenced:
    """Walls show alarms but do not sound before `until`."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SoundRestored:
    """Walls sound again, before their silence was over."""

    by: str


SoundEvent = SoundSilenced | SoundRestored


@dataclass(frozen=True, slots=True)
class Sound:
    """Who has silenced the walls, if anybody, and until when."""

    by: str = ""
    until: datetime | None = None

    def is_silent(self, at: datetime) -> bool:
        """Whether walls keep silent at that instant."""
        return self.until is not None and at < self.until


def silence(by: str, at: datetime, span: timedelta, speed: float = 1.0) -> list[SoundEvent]:
    """Silence the walls for a span of people's time.

    Args:
        speed: How many times as fast as people's the clock of `at` runs.

    Raises:
        ValueError: The span is not within (0, 60 min].
    """
    if not timedelta(0) < span <= LONGEST:
        longest = LONGEST // timedelta(minutes=1)
        raise ValueError(f"sound can be silenced for 1 to {longest} minutes at a time")
    return [SoundSilenced(by, at + span * speed)]


def restore(sound: Sound, by: str, at: datetime) -> list[SoundEvent]:
    """End a silence; nothing where there is none."""
    return [SoundRestored(by)] if sound.is_silent(at) else []


def fold(sound: Sound, event: SoundEvent) -> Sound:
    """The state after an event."""
    match event:
        case SoundSilenced():
            return Sound(event.by, event.until)
        case SoundRestored():
            return replace(sound, until=None)
