"""What the desks need of the outside: a store and a clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from monitoring.domain.devices import Candidate
from monitoring.domain.events import NewEvent, RecordedEvent
from monitoring.domain.observations import Frame, Observation, Reading, Reason, Reject
from monitoring.domain.quarantine import Backlog, Outcome, StoredReject
from monitoring.services.frame_ports import FrameStore, StoredFrame


class Clock(Protocol):
    """The world's time; a drill or a demonstration has another one."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class StoreUnavailableError(Exception):
    """The database is locked, full or gone; nothing was written, try again."""


class StreamConflictError(Exception):
    """Somebody else appended first; load the stream and decide again."""


class Message(Protocol):
    """A message as it came from the broker; only who brought it can read it."""

    @property
    def topic(self) -> bytes:
        """Its topic, as bytes, because devices do send what is no UTF-8."""
        ...

    @property
    def payload(self) -> bytes:
        """Its body."""
        ...


M = TypeVar("M", bound=Message)


class Wire(Protocol[M]):
    """Reads messages and tells the broker that they are safe."""

    def resume(self, newest: Sequence[Observation]) -> None:
        """Go on from the newest archived observation of each series; called before any message."""
        ...

    def decode(self, message: M, arrived_us: int) -> Sequence[Reading]:
        """What the message says, or why that can't be told; empty if ignored on purpose."""
        ...

    def message(self, reject: Reject) -> M:
        """A quarantined message as it came, to be decoded again."""
        ...

    def announced(self) -> Sequence[Candidate]:
        """Devices that have announced themselves."""
        ...

    def strangers(self, reject: Reject) -> Sequence[tuple[str, str]]:
        """Profile and external id of everybody in a quarantined message who is not bound."""
        ...

    def sample(self, profile: str, external: str, reject: Reject) -> Candidate:
        """A stranger as a candidate, with what a quarantined message would give."""
        ...

    def acknowledge(self, messages: Sequence[M]) -> None:
        """Let the broker forget messages; called after what they said is durable."""
        ...


class Transaction(Protocol):
    """Everything written in it becomes durable together, or not at all."""

    def add_observations(self, observations: Sequence[Observation], arrived_us: int) -> None:
        """Archive observations; one already there (device, quantity, time) is left as it is."""
        ...

    def add_frames(self, frames: Sequence[Frame]) -> list[StoredFrame]:
        """Keep pictures; the same picture of the same camera and time once."""
        ...

    def frames_between(
        self, camera: str, start_us: int, end_us: int, most: int
    ) -> list[StoredFrame]:
        """As `FrameStore.between`, with what the transaction has added."""
        ...

    def pin_frames(self, frames: Sequence[StoredFrame]) -> None:
        """Keep frames whatever the limits; those that are not there are passed over."""
        ...

    def add_rejects(self, rejects: Sequence[Reject]) -> None:
        """Put messages into quarantine."""
        ...

    def settle_rejects(self, outcomes: Sequence[Outcome]) -> None:
        """Note of quarantined messages what became of them when they were played again."""
        ...

    def append(self, events: Sequence[NewEvent]) -> list[RecordedEvent]:
        """Record events in the order given.

        Raises:
            StreamConflictError: An `expected_version` is not the stream's present one.
        """
        ...

    def save_leaves(self, leaves: Mapping[str, str]) -> None:
        """Keep what the engine remembers of each threshold, by its key; replaces."""
        ...


class StoredObservation(NamedTuple):
    """An archived observation with its time of arrival."""

    observation: Observation
    arrived_us: int


@dataclass(frozen=True, slots=True)
class ArchiveQuery:
    """Which observations are asked for; `start <= time < end`, in order of time.

    `after` is the last row of the page before: (time_us, device, quantity).
    """

    start_us: int
    end_us: int
    device: str | None = None
    quantity: str | None = None
    after: tuple[int, str, str] | None = None
    limit: int = 1000


class Store(Protocol):
    """The two records: observations and events, with what hangs on them."""

    @property
    def frames(self) -> FrameStore:
        """The cameras' pictures."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin to write; commits on leaving, rolls back on an exception.

        Raises:
            StoreUnavailableError: Nothing was written.
        """
        ...

    def observations(self, query: ArchiveQuery) -> list[StoredObservation]:
        """One page of the archive."""
        ...

    def history(self, since_us: int) -> Iterator[Sequence[Observation]]:
        """All observations from `since_us` on, in order of time, in chunks."""
        ...

    def archived(self, observations: Sequence[Observation]) -> set[tuple[str, str, int]]:
        """Which of these (device, quantity, time_us) the archive already has."""
        ...

    def newest(self) -> list[Observation]:
        """The newest observation of every series."""
        ...

    def events(self, after: int = 0, stream_prefix: str = "") -> Iterator[RecordedEvent]:
        """Events with a position above `after`, in order, of streams that begin so."""
        ...

    def stream_version(self, stream: str) -> int:
        """Version of the stream's last event; 0 where there is none."""
        ...

    def leaves(self) -> dict[str, str]:
        """What `save_leaves` kept."""
        ...

    def rejects(self, before: int | None, limit: int) -> list[StoredReject]:
        """Quarantined messages, newest first, with numbers below `before`."""
        ...

    def reject_count(self) -> int:
        """How many messages are in quarantine."""
        ...

    def reject(self, number: int) -> StoredReject | None:
        """One quarantined message; None where there is none of that number."""
        ...

    def waiting_rejects(
        self, after: int, limit: int, reason: Reason | None = None, topic: str | None = None
    ) -> list[StoredReject]:
        """Those that have not been played, oldest first, with numbers above `after`."""
        ...

    def backlogs(self) -> list[Backlog]:
        """How many have not been played, by reason, most first."""
        ...

    def ping(self) -> None:
        """Prove that the database can be written.

        Raises:
            StoreUnavailableError: It can't.
        """
        ...

    def verify_chain(self) -> int:
        """Check the event log's hash chain; the number of events checked.

        Raises:
            ValueError: Names the first position that does not fit.
        """
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in."""

    name: str
    role: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. `csrf` is sent back in a header with every write."""

    token_hash: str
    user: str
    role: str
    csrf: str
    expires_at: datetime


class Accounts(Protocol):
    """People and their sessions, in the same database."""

    def account(self, name: str) -> Account | None:
        """Who has that name."""
        ...

    def accounts(self) -> Iterable[Account]:
        """Everybody, by name."""
        ...

    def save_account(self, account: Account) -> None:
        """Add or replace a person."""
        ...

    def open_session(self, session: Session) -> None:
        """Remember a session."""
        ...

    def session(self, token_hash: str, at: datetime) -> Session | None:
        """The session with that token hash, if it has not expired at `at`."""
        ...

    def close_session(self, token_hash: str) -> None:
        """Forget a session; nothing happens where there is none."""
        ...


class TileCache(Protocol):
    """Map tiles that were fetched before; what is kept may go at any time."""

    def get(self, name: str) -> bytes | None:
        """The picture kept under a name; None where there is none."""
        ...

    def put(self, name: str, picture: bytes) -> None:
        """Keep a picture, if there is room for it."""
        ...
