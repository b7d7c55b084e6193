"""The links to all brokers of a site, as one; an embedded broker is started and stopped here."""

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

_DRAIN_S: Final = 10.0  # how long what an embedded broker holds is waited for at the end
_QUIET_S: Final = 0.3  # without a message: it has no more
_LOOK_S: Final = 0.02

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
        self._heard_at = 0.0  # monotonic
        self._is_drained = False
        self._accesses: dict[str, Access] = {}
        self._links: dict[str, MqttLink] = {}

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

    def connect(
        self, on_messages: OnMessages, on_report: OnReport, has_room: Callable[[], bool]
    ) -> None:
        """Connect to all of them and stay connected until `close`.

        Args:
            on_messages: Called with messages in order of arrival, from the links' threads.
            on_report: Called with a broker's id and how the link to it stands.
            has_room: Whether more messages may be read.
        """

        def heard(messages: Sequence[Message]) -> None:
            self._heard_at = time.monotonic()
            on_messages(messages)

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
            link = MqttLink(access, session, heard, told, has_room)
            self._links[broker.id] = link
            link.start()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the brokers that messages are safe, each its own."""
        for link in self._links.values():
            link.acknowledge(messages)

    def close(self, is_idle: Callable[[], bool]) -> None:
        """Disconnect; the sessions stay with the brokers.

        What an embedded broker holds would be gone with it. So it lets no device in any more,
        and what it has is taken in first; where that can't be done it is left running.

        Args:
            is_idle: Whether everything that was received is stored.
        """
        for embedded in self._embedded.values():
            embedded.hush()
        if self._embedded:
            self._is_drained = self._drain(is_idle)
        for link in self._links.values():
            link.close()

    def stop(self) -> None:
        """End the embedded broker, unless it still holds messages; the next start takes it over."""
        for name, embedded in self._embedded.items():
            if self._is_drained or (not self._links and embedded.is_new):
                embedded.stop()
                self._memory(name).forget()
            else:
                embedded.unhush()
                log.warning("the embedded broker still holds messages and goes on", broker=name)

    def _drain(self, is_idle: Callable[[], bool]) -> bool:
        """Wait until nothing comes any more and all is stored; False where that took too long."""
        self._heard_at = began = time.monotonic()
        while (now := time.monotonic()) < began + _DRAIN_S:
            if now - self._heard_at >= _QUIET_S and is_idle():
                return all(self._links[name].is_connected for name in self._embedded)
            time.sleep(_LOOK_S)
        return False

    def _session(self, broker: Broker) -> Session:
        client_id = broker.client_id or self._client_id
        names = broker.reads or tuple(self._topics)
        filters = dict.fromkeys(topic for name in names for topic in self._topics.get(name, ()))
        memory = self._memory(broker.id, f"{client_id} {broker.address}")
        return Session(client_id, broker.session_expiry, list(filters), memory)

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
