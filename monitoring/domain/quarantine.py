"""Quarantine: messages that could not be used, and what became of them when played again."""

from dataclasses import dataclass
from typing import NamedTuple

from monitoring.domain.observations import Reason, Reject


class Trial(NamedTuple):
    """That a quarantined message was played again: when, by whom, and whether it could be used."""

    at_us: int
    by: str
    is_played: bool


class StoredReject(NamedTuple):
    """A quarantined message with its number, and when it was last played again."""

    number: int
    reject: Reject
    trial: Trial | None = None

    @property
    def is_cut(self) -> bool:
        """Whether quarantine keeps only the beginning of its payload."""
        return self.reject.size > len(self.reject.payload)


class Outcome(NamedTuple):
    """What became of a quarantined message played again; `reject` says why it failed again."""

    number: int
    trial: Trial
    reject: Reject | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many messages wait in quarantine for one reason, and when the newest came."""

    reason: Reason
    count: int
    newest_us: int
