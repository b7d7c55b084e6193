"""Batches: what one step of the intake takes in, by what it is, and what was taken in so far."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from monitoring.domain.observations import DeviceStatus, Frame, Observation, Reading, Reject
from monitoring.domain.quarantine import Outcome, StoredReject


@dataclass(frozen=True, slots=True)
class Counters:
    """How much was taken in since the start.

    Doubles are observations that came again; ignored are messages that said nothing to us, as
    their profile has it.
    """

    observations: int = 0
    frames: int = 0
    rejects: int = 0
    duplicates: int = 0
    ignored: int = 0


@dataclass(slots=True)
class Batch:
    """Readings by what they are; and what became of quarantined messages played again."""

    observations: list[Observation] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    statuses: list[DeviceStatus] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    ignored: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be stored."""
        return not (self.observations or self.frames or self.rejects or self.outcomes)

    def add(self, readings: Iterable[Reading]) -> None:
        """Sort in what a message says."""
        for reading in readings:
            match reading:
                case Observation():
                    self.observations.append(reading)
                case Frame():
                    self.frames.append(reading)
                case DeviceStatus():
                    self.statuses.append(reading)
                case Reject():
                    self.rejects.append(reading)

    def counted(self, before: Counters, doubles: int) -> Counters:
        """The counters with this batch."""
        return Counters(
            before.observations + len(self.observations),
            before.frames + len(self.frames),
            before.rejects + len(self.rejects),
            before.duplicates + doubles,
            before.ignored + self.ignored,
        )


@dataclass(frozen=True, slots=True)
class Again:
    """Quarantined messages that somebody wants played again, and who waits for it."""

    rows: Sequence[StoredReject]
    by: str
    done: "Future[list[Outcome]]"
