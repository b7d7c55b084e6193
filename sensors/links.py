"""The links to all brokers of a site, as one; an embedded broker is started and stopped here."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from monitoring.domain.brokers import AddressError, Broker, LinkReport, LinkState, parse
from sensors.access import Access, AccessError, access_to
from sensors.broker import BrokerPortError, EmbeddedBroker
from sensors.bulk import OnMessages
from sensors.link import MqttLink, Session
from sensors.packets import Message
from sensors.sessions import SessionMemory

# An embedded broker holds nothing any more where it has been silent for some seconds and we have
# read all but some bytes of what devices sent: those of their greetings and pings.
_USUAL: Final = (0.1, 1 << 20)
_LAST: Final = (0.5, 4 << 10)  # at the end, when the rest would be lost
_SURE_S: Final = 2.0  # or where it has been silent for so long
_ANY: Final = 1 << 62
_DRAIN_S: Final = 10.0  # how long what it holds is waited for at the end
_LOOK_S: Final = 0.1

OnReport = Callable[[str, LinkReport], None]

log = structlog.get_logger(__name__)


REFUSALS: Final = (AddressError, AccessError, BrokerPortError)
"""Why brokers can't be read; the message says what to do."""


class Links:
    """Reads every broker of a site.

    Args:
        brokers: Where messages are fetched.
        client_id: Names our sessions, where a broker's configuration does not.
        topics: Filters, by what a broker's `reads` calls them.
        folder: Where the embedded broker and the sessions are remembered.
    """

    def __init__(
        self, brokers: Sequence[Broker], client_id: str, topics: Mapping[str, Sequence[str]],
        folder: Path,
    ) -> None:  # fmt: skip
        self._brokers = brokers
        self._client_id = client_id
        self._topics = topics
        self._folder = folder / "broker"
        self._embedded: dict[str, EmbeddedBroker] = {}
        self._is_drained = False
        self._is_paused = False
        self._is_over = threading.Event()
        self._keeper = self._new_keeper()
        self._accesses: dict[str, Access] = {}
        self._links: dict[str, MqttLink] = {}
        self._read: dict[str, int] = {}  # bytes, by links that were closed
        self._filters: dict[str, set[str]] = {}  # that a broker's session has by now

    @property
    def ids(self) -> list[str]:
        """The ids of the brokers."""
        return [broker.id for broker in self._brokers]

    def open(self) -> None:
        """Read accounts and certificates, and start the embedded broker where one is wanted.

        Raises:
            AccessError: What the configuration names can't be used.
            BrokerPortError: The embedded broker can't have its port.
        """
        outer = [broker for broker in self._brokers if not broker.is_embedded]
        self._accesses = {broker.id: access_to(broker) for broker in outer}
        for broker in self._brokers:
            if broker.is_embedded:
                embedded = EmbeddedBroker(broker.address.port, self._folder)
                embedded.start()
                self._embedded[broker.id] = embedded
                self._accesses[broker.id] = Access(parse(embedded.url))

    @property
    def first(self) -> Access:
        """How to come to the first broker, once they are open."""
        return self._accesses[self._brokers[0].id]

    def turn_to(self, topics: Mapping[str, Sequence[str]]) -> None:
        """Read these topics from the next `connect` on."""
        self._topics = topics

    def connect(
        self, on_messages: OnMessages, on_report: OnReport, has_room: Callable[[], bool]
    ) -> None:
        """Connect to all of them and stay connected until `pause` or `close`.

        Args:
            on_messages: Called with messages in order of arrival, from the links' threads.
            on_report: Called with a broker's id and how the link to it stands.
            has_room: Whether more messages may be read.
        """
        for broker in self._brokers:
            session = self._session(broker)
            if not session.topics:
                what = ", ".join(broker.reads)
                detail = f"nothing to read: no device has a source of {what}; see devices.yaml"
                on_report(broker.id, LinkReport(LinkState.LIMITED, detail))
                continue

            def told(report: LinkReport, name: str = broker.id) -> None:
                on_report(name, report)

            access = self._accesses[broker.id]
            link = MqttLink(access, session, on_messages, told, has_room)
            self._links[broker.id] = link
            link.start()
        self._is_paused = False
        self._is_over.clear()
        self._keeper = self._new_keeper()
        self._keeper.start()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the brokers that messages are safe, each its own."""
        for link in self._links.values():
            link.acknowledge(messages)

    def pause(self) -> None:
        """Disconnect until the next `connect`; the brokers keep what comes meanwhile."""
        self._end_keeping()
        for name, link in self._links.items():
            link.close()
            self._read[name] = self._read_of(name)
        self._links = {}
        self._is_paused = True

    def close(self) -> None:
        """Disconnect; the sessions stay with the brokers.

        What an embedded broker holds would be gone with it. So it lets no device in any more,
        and what it has is taken in first; where that can't be done it is left running.
        """
        for embedded in self._embedded.values():
            embedded.hush()
        self._end_keeping()
        self._is_drained = self._drain()
        for link in self._links.values():
            link.close()

    def stop(self) -> None:
        """End the embedded broker, unless it still holds messages; the next start takes it over."""
        for name, embedded in self._embedded.items():
            is_unread = not (self._links or self._is_paused)
            if self._is_drained or (is_unread and embedded.is_new):
                embedded.stop()
                self._memory(name).forget()
            else:
                embedded.unhush()
                log.warning("the embedded broker still holds messages and goes on", broker=name)

    def _drain(self) -> bool:
        """Wait until embedded brokers hold nothing any more; False where that took too long."""
        ends = time.monotonic() + _DRAIN_S
        waiting = set(self._embedded)
        while waiting and time.monotonic() < ends:
            waiting -= {name for name in waiting if self._settle(name, *_LAST)}
            time.sleep(_LOOK_S)
        return not waiting

    def _new_keeper(self) -> threading.Thread:
        return threading.Thread(target=self._keep, name="embedded broker", daemon=True)

    def _end_keeping(self) -> None:
        self._is_over.set()
        if self._keeper.is_alive():
            self._keeper.join()

    def _read_of(self, name: str) -> int:
        """Bytes that a broker has sent us, on all links."""
        return self._read.get(name, 0) + self._links[name].read

    def _keep(self) -> None:
        """Let devices of embedded brokers go on whenever all that they sent was taken in."""
        while self._embedded and not self._is_over.wait(_LOOK_S):
            for name in self._embedded:
                self._settle(name, *_USUAL)

    def _settle(self, name: str, quiet_s: float, tolerance: int) -> bool:
        """Whether an embedded broker holds nothing any more; it is told so."""
        link = self._links[name]
        if link.is_drained(_SURE_S):
            tolerance = _ANY
        return link.is_drained(quiet_s) and self._embedded[name].settle(
            self._read_of(name), tolerance
        )

    def _session(self, broker: Broker) -> Session:
        client_id = broker.client_id or self._client_id
        names = broker.reads or tuple(self._topics)
        filters = dict.fromkeys(topic for name in names for topic in self._topics.get(name, ()))
        known = self._filters.setdefault(broker.id, set())
        dropped = sorted(known.difference(filters))
        known.update(filters)
        memory = self._memory(broker.id, f"{client_id} {broker.address}")
        return Session(client_id, broker.session_expiry, list(filters), memory, dropped)

    def _memory(self, name: str, mark: str = "") -> SessionMemory:
        return SessionMemory(self._folder / f"session-{name}", mark)


@contextmanager
def reading(
    url: str | None, configured: Sequence[Broker], client_id: str,
    topics: Mapping[str, Sequence[str]], folder: Path,
) -> Iterator[Links]:  # fmt: skip
    """The links to the broker of a URL, else to those that are configured, else embedded.

    Raises:
        AddressError: The URL names no broker.
        AccessError: What the configuration names can't be used.
        BrokerPortError: The embedded broker can't have its port.
    """
    named = (Broker.at(url or "embedded"),) if url or not configured else configured
    links = Links(named, client_id, topics, folder)
    try:
        links.open()
        yield links
    finally:
        links.stop()
