"""Playing again: what quarantine kept goes once more through the decoder, by name.

Nothing is deleted: what can be used now is marked as played, what can't stays with the reason
that it has now. A message counts as played once nothing in it is refused any more; what of it
can be used is taken in either way, and the archive takes it once however often it comes.
"""

from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from typing import Any, Final

from monitoring.domain.observations import Reason
from monitoring.domain.quarantine import StoredReject
from monitoring.services.intake import Intake
from monitoring.services.ports import Store, StoreUnavailableError

_AT_ONCE: Final = 500  # messages of one batch
MOST: Final = 10_000  # messages of one request
_PATIENCE_S: Final = 20.0


class CutError(Exception):
    """Quarantine kept only the beginning of the message, so that it can't be played."""


@dataclass(slots=True)
class Replayed:
    """How many messages could be used, failed again, and can't be played because they were cut.

    Attributes:
        is_whole: False where there are more than one request takes; ask again.
    """

    played: int = 0
    failed: int = 0
    cut: int = 0
    is_whole: bool = True


class ReplayDesk:
    """Plays quarantined messages again, in the name of whoever asks."""

    def __init__(self, store: Store, intake: Intake[Any]) -> None:
        self._store = store
        self._intake = intake

    def one(self, number: int, by: str) -> StoredReject:
        """The message as it stands after it was played; one that was played before stays so.

        Raises:
            KeyError: There is none of that number.
            CutError: It was cut.
            StoreUnavailableError: The database could not be written in time.
        """
        row = self._store.reject(number)
        if row is None:
            raise KeyError(number)
        if row.trial and row.trial.is_played:
            return row
        if row.is_cut:
            raise CutError(
                f"only {len(row.reject.payload)} of its {row.reject.size} bytes were kept;"
                " let the device send it again"
            )
        self._play([row], by)
        return self._store.reject(number) or row

    def every(self, reason: Reason | None, topic: str | None, by: str) -> Replayed:
        """Play all that wait with that reason and that topic, oldest first.

        Raises:
            StoreUnavailableError: The database could not be written in time; ask again.
        """
        done = Replayed()
        after = seen = 0
        while rows := self._store.waiting_rejects(after, _AT_ONCE, reason, topic):
            if seen >= MOST:
                done.is_whole = False
                break
            after, seen = rows[-1].number, seen + len(rows)
            whole = [row for row in rows if not row.is_cut]
            played = self._play(whole, by) if whole else 0
            done.played += played
            done.failed += len(whole) - played
            done.cut += len(rows) - len(whole)
        return done

    def _play(self, rows: list[StoredReject], by: str) -> int:
        """How many of them could be used."""
        try:
            outcomes = self._intake.again(rows, by).result(timeout=_PATIENCE_S)
        except NotYetError as error:
            raise StoreUnavailableError("it was not stored in time; look again later") from error
        return sum(outcome.trial.is_played for outcome in outcomes)
