"""A link that remembers what it was brought and what it said of itself."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitoring.domain.brokers import Broker, LinkReport, LinkState
from sensors.access import access_to
from sensors.link import MqttLink, Session
from sensors.native import native_topics
from sensors.packets import Message
from sensors.sessions import SessionMemory

TOPIC = "donggang/obs/gauge"


class Listener:
    """Collects what a link brings; acknowledges only where told to.

    Args:
        memory: Where the link remembers its session; forgotten without one.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        acknowledges: bool = True,
        memory: Path | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self.messages: list[Message] = []
        self.reports: list[LinkReport] = []
        self.has_room = True
        self._acknowledges = acknowledges
        session = Session(
            broker.client_id or "test",
            broker.session_expiry,
            topics or native_topics("donggang"),
            SessionMemory(memory or Path("/nonexistent/session"), "test"),
        )
        if memory is None:
            session.memory.hold = lambda: None  # type: ignore[method-assign]
        self.link = MqttLink(
            access_to(broker), session, self._take, self.reports.append, lambda: self.has_room
        )

    def _take(self, messages: Sequence[Message]) -> None:
        self.messages += messages
        if self._acknowledges:
            self.link.acknowledge(messages)

    @property
    def payloads(self) -> list[bytes]:
        return [m.payload for m in self.messages]

    @property
    def states(self) -> list[LinkState]:
        return [report.state for report in self.reports]

    def has(self, *payloads: bytes) -> bool:
        return self.payloads == list(payloads)

    def is_(self, state: LinkState) -> bool:
        return self.states[-1:] == [state]

    def is_connected(self) -> bool:
        return self.is_(LinkState.CONNECTED)


@contextmanager
def listening(
    broker: Broker | str,
    *,
    acknowledges: bool = True,
    wait: bool = True,
    memory: Path | None = None,
    topics: Sequence[str] = (),
) -> Iterator[Listener]:
    """A listener, connected unless told not to wait for it."""
    at = Broker.at(broker) if isinstance(broker, str) else broker
    listener = Listener(at, acknowledges=acknowledges, memory=memory, topics=topics)
    listener.link.start()
    try:
        if wait:
            wait_for(listener.is_connected)
        yield listener
    finally:
        listener.link.close()


def wait_for(condition: Callable[[], bool], timeout_s: float = 15) -> None:
    """Wait for a condition; fails the test where it never comes."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def told(listener: Listener, state: LinkState, timeout_s: float = 15) -> str:
    """What the link says once it is in a state."""
    wait_for(lambda: state in listener.states, timeout_s)
    return next(report.detail for report in listener.reports if report.state is state)


def brief(broker: Broker, expiry: timedelta) -> Broker:
    """The same broker, which keeps what waits for a short time only."""
    return broker.model_copy(update={"session_expiry": expiry})
